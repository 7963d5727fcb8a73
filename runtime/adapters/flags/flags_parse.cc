// Reads the words with CLI11, then the environment and the file. The only file that sees CLI11.
#include <CLI/CLI.hpp>
#include <algorithm>

#include <cstdlib>
#include <map>

#include "common/edit_distance.h"
#include "common/version.h"
#include "runtime/adapters/flags/flag_table.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/yaml/strict_yaml.h"

namespace fairlead {
namespace {

std::string with(std::string text, char from, char to) {
  for (char& c : text) c = c == from ? to : c;
  return text;
}

std::string variable_of(const std::string& flag_name) {
  std::string text = "FAIRLEAD_" + with(flag_name, '-', '_');
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

FlagOutcome usage_error(const std::string& program, const std::string& message) {
  return {.run = false,
          .exit_code = kExitUsage,
          .text = program + ": " + message + "\nTry '" + program + " --help'.\n",
          .command = {}};
}

std::vector<std::string> split_commas(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

}  // namespace

/// One run of parse(): CLI11's picture of the tree beside ours.
struct FlagSet::Reader {
  explicit Reader(FlagSet& program) : top(program) {}

  void declare(FlagSet& set, CLI::App& app);
  const FlagSet* chosen() const;
  Status check_extras() const;
  Status assign_words();
  Status assign_environment(const EnvironmentLookup& environment);
  Status assign_file();
  Status check_required() const;
  /// The chosen command and its parents, root first.
  std::vector<FlagSet*> chain() const;

  FlagSet& top;
  CLI::App app;
  std::map<const Flag*, CLI::Option*> options;
  std::map<const FlagSet*, CLI::App*> apps;
};

void FlagSet::Reader::declare(FlagSet& set, CLI::App& at) {
  apps[&set] = &at;
  at.set_help_flag("");
  at.allow_extras(true);
  at.fallthrough(set.parent_ != nullptr);
  for (const auto& flag : set.flags_) {
    const FlagSpec& spec = flag->spec;
    std::string names = spec.name;
    if (!spec.is_positional) {
      names = "--" + spec.name;
      const std::string snake = with(spec.name, '-', '_');
      if (snake != spec.name) names += ",--" + snake;
      if (spec.short_name != 0) names += std::string(",-") + spec.short_name;
    }
    CLI::Option* option = nullptr;
    if (flag->is_switch) {
      option = at.add_flag(names);
    } else {
      option = at.add_option(names, [](const CLI::results_t&) { return true; });
      option->type_size(1);
      if (spec.is_positional && flag->is_repeated) {
        option->expected(-1);
      } else {
        option->expected(1)->allow_extra_args(false);
      }
    }
    if (spec.delimiter != 0) option->delimiter(spec.delimiter);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    options[flag.get()] = option;
  }
  for (const auto& command : set.commands_) declare(*command, *at.add_subcommand(command->name_));
}

std::vector<FlagSet*> FlagSet::Reader::chain() const {
  std::vector<FlagSet*> out = {&top};
  for (bool deeper = true; deeper;) {
    deeper = false;
    for (const auto& command : out.back()->commands_) {
      if (!apps.at(command.get())->parsed()) continue;
      out.push_back(command.get());
      deeper = true;
      break;
    }
  }
  return out;
}

Status FlagSet::Reader::check_extras() const {
  std::vector<std::string> extras = app.remaining(true);
  // CLI11 leaves the mark itself among them.
  extras.erase(std::remove(extras.begin(), extras.end(), "--"), extras.end());
  if (extras.empty()) return {};
  const std::vector<FlagSet*> sets = chain();
  // A wrong flag first: its value may only look like a stray word.
  std::string word = extras.front();
  for (const std::string& extra : extras) {
    if (extra.size() > 1 && extra[0] == '-' && word[0] != '-') word = extra;
  }
  if (word.size() > 1 && word[0] == '-') {
    std::vector<std::string> names;
    for (const FlagSet* set : sets) {
      for (const auto& flag : set->flags_) {
        if (!flag->spec.is_positional) names.push_back("--" + flag->spec.name);
      }
    }
    const std::string name = word.substr(0, word.find('='));
    return invalid({.what = "unknown flag " + name, .hint = did_you_mean(name, names)});
  }
  const FlagSet& last = *sets.back();
  if (last.commands_.empty()) return invalid({.what = "unexpected argument", .got = word});
  std::vector<std::string> names;
  for (const auto& command : last.commands_) names.push_back(command->name_);
  return invalid({.what = "unknown command \"" + word + "\"", .hint = did_you_mean(word, names)});
}

Status FlagSet::Reader::assign_words() {
  for (FlagSet* set : chain()) {
    for (const auto& flag : set->flags_) {
      const CLI::Option* option = options.at(flag.get());
      if (option->count() == 0) continue;
      const std::vector<std::string>& values = option->results();
      const std::string what = flag->spec.is_positional ? "argument " + flag->shown_name()
                                                        : "flag " + flag->shown_name();
      if (values.size() > 1 && !flag->is_repeated && !flag->is_switch) {
        return Error{.code = ErrorCode::kInvalid, .message = what + ": given more than once"};
      }
      if (Status good = flag->assign(values); !good) {
        return Error{.code = ErrorCode::kInvalid, .message = what + ": " + good.error().message};
      }
      flag->is_set = true;
    }
  }
  return {};
}

Status FlagSet::Reader::assign_environment(const EnvironmentLookup& environment) {
  for (FlagSet* set : chain()) {
    for (const auto& flag : set->flags_) {
      if (flag->is_set || flag->is_own || flag->spec.is_positional) continue;
      const std::string name = variable_of(flag->spec.name);
      const char* value = environment(name.c_str());
      if (value == nullptr || *value == '\0') continue;
      const auto values = flag->is_repeated ? split_commas(value) : std::vector<std::string>{value};
      if (Status good = flag->assign(values); !good) {
        return Error{.code = ErrorCode::kInvalid,
                     .message = "environment " + name + ": " + good.error().message};
      }
      flag->is_set = true;
    }
  }
  return {};
}

Status FlagSet::Reader::assign_file() {
  if (top.config_path_.empty()) return {};
  const Result<YamlNode> file = YamlNode::read_file(top.config_path_);
  if (!file) return file.error();
  if (file->is_null()) return {};
  std::map<std::string, Flag*> known;
  std::vector<std::string> names;
  for (FlagSet* set : chain()) {
    for (const auto& flag : set->flags_) {
      if (flag->is_own || flag->spec.is_positional || flag->spec.name == "config") continue;
      known[flag->spec.name] = flag.get();
      names.push_back(flag->spec.name);
    }
  }
  if (!file->is_map()) return file->error({.what = "wrong type", .expected = "a map of flags"});
  std::map<const Flag*, std::string> seen;
  for (const std::string& key : file->keys()) {
    const auto found = known.find(with(key, '_', '-'));
    if (found == known.end()) {
      return file->error_at_key(
          key, {.what = "unknown key \"" + key + "\"", .hint = did_you_mean(key, names)});
    }
    Flag& flag = *found->second;
    if (!seen.emplace(&flag, key).second) {
      return file->error_at_key(key, {.what = "duplicate key \"" + key + "\""});
    }
    const YamlNode node = *file->find(key);
    std::vector<std::string> values;
    if (flag.is_repeated && node.is_list()) {
      Result<std::vector<std::string>> texts = node.texts();
      if (!texts) return texts.error();
      values = std::move(*texts);
    } else {
      Result<std::string> text = node.text();
      if (!text) return text.error();
      values.push_back(std::move(*text));
    }
    // Checked even when it is overridden: a bad file must not wait for the day it is needed.
    if (flag.is_set) continue;
    if (Status good = flag.assign(values); !good) {
      return Error{.code = ErrorCode::kInvalid,
                   .message = node.where() + ": " + key + ": " + good.error().message};
    }
    flag.is_set = true;
  }
  return {};
}

Status FlagSet::Reader::check_required() const {
  for (const FlagSet* set : chain()) {
    for (const auto& flag : set->flags_) {
      if (!flag->spec.is_required || flag->is_set) continue;
      const std::string kind = flag->spec.is_positional ? "argument " : "flag ";
      return Error{.code = ErrorCode::kInvalid,
                   .message = kind + flag->shown_name() + ": required"};
    }
  }
  return {};
}

FlagOutcome FlagSet::parse(int argc, const char* const* argv) {
  std::vector<std::string> words;
  for (int i = 1; i < argc; ++i) words.emplace_back(argv[i]);
  return parse(words, [](const char* name) -> const char* { return std::getenv(name); });
}

FlagOutcome FlagSet::parse(const std::vector<std::string>& words,
                           const EnvironmentLookup& environment) {
  if (!commands_.empty() && commands_.back()->name_ != "completion") {
    FlagSet& completion =
        add_command("completion", "Prints a script that completes commands and flags");
    completion.add_choice(
        {.name = "shell", .help = "Which shell", .is_required = true, .is_positional = true},
        &completion_shell_, {"bash"});
  }
  Reader reader(*this);
  std::string trouble;
  try {
    reader.declare(*this, reader.app);
    // CLI11 takes the words last first.
    std::vector<std::string> reversed(words.rbegin(), words.rend());
    reader.app.parse(std::move(reversed));
  } catch (const CLI::Error& failure) {
    trouble = failure.what();
  }
  const std::vector<FlagSet*> sets = reader.chain();
  FlagSet& last = *sets.back();
  for (const FlagSet* set : sets) {
    for (const auto& flag : set->flags_) {
      if (!flag->is_own || reader.options.at(flag.get())->count() == 0) continue;
      if (flag->spec.name == "help")
        return {.run = false, .exit_code = 0, .text = last.help(), .command = {}};
      return {.run = false, .exit_code = 0, .text = name_ + " " + version() + "\n", .command = {}};
    }
  }
  Status good;
  if (!trouble.empty()) good = Error{.code = ErrorCode::kInvalid, .message = trouble};
  if (good) good = reader.check_extras();
  if (good) good = reader.assign_words();
  if (good) good = reader.assign_environment(environment);
  if (good) good = reader.assign_file();
  if (good && !last.commands_.empty()) good = invalid({.what = "a command is missing"});
  if (good) good = reader.check_required();
  if (!good) return usage_error(last.path(), good.error().message);
  if (!completion_shell_.empty())
    return {.run = false, .exit_code = 0, .text = bash_completion(), .command = {}};
  std::string command;
  for (std::size_t i = 1; i < sets.size(); ++i) command += (i == 1 ? "" : " ") + sets[i]->name_;
  return {.run = true, .exit_code = 0, .text = {}, .command = command};
}

}  // namespace fairlead
