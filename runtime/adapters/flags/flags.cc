// The table of flags: typed targets, help and completion. No CLI11 here.
#include "runtime/adapters/flags/flags.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "common/edit_distance.h"
#include "common/parse_units.h"
#include "runtime/adapters/flags/flag_table.h"

namespace fairlead {
namespace {

Error bad_value(const std::string& expected, const std::string& got, const std::string& hint = {}) {
  std::string text = "expected " + expected + ", got \"" + got + "\"";
  if (!hint.empty()) text += "; hint: " + hint;
  return Error{.code = ErrorCode::kInvalid, .message = text};
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : separator) + word;
  return out;
}

std::string range_text(const IntegerBounds& bounds) {
  const bool open = bounds.max == std::numeric_limits<std::int64_t>::max();
  if (open && bounds.min == std::numeric_limits<std::int64_t>::min()) return "a whole number";
  std::string text = open ? "at least " + std::to_string(bounds.min)
                          : std::to_string(bounds.min) + ".." + std::to_string(bounds.max);
  return bounds.unit.empty() ? text : text + " " + bounds.unit;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

int print(const FlagOutcome& outcome) {
  std::FILE* out = outcome.exit_code == 0 ? stdout : stderr;
  std::fwrite(outcome.text.data(), 1, outcome.text.size(), out);
  return outcome.exit_code;
}

FlagSet::FlagSet(std::string program, std::string help)
    : name_(std::move(program)), help_(std::move(help)) {
  add({.name = "help", .help = "Prints this text", .short_name = 'h'}, &wants_help_);
  add({.name = "version", .help = "Prints the version"}, &wants_version_);
  for (const auto& flag : flags_) flag->is_own = true;
}

FlagSet::~FlagSet() = default;

FlagSet::Flag& FlagSet::add_flag(FlagSpec spec, Assign assign) {
  for (const auto& other : flags_) check(other->spec.name != spec.name, "a flag is added once");
  flags_.push_back(std::make_unique<Flag>());
  Flag& flag = *flags_.back();
  flag.spec = std::move(spec);
  flag.assign = std::move(assign);
  return flag;
}

void FlagSet::add(FlagSpec spec, std::string* target) {
  Flag& flag =
      add_flag(std::move(spec), [target](const std::vector<std::string>& values) -> Status {
        *target = values.back();
        return {};
      });
  flag.default_text = *target;
}

void FlagSet::add(FlagSpec spec, bool* target) {
  Flag& flag =
      add_flag(std::move(spec), [target](const std::vector<std::string>& values) -> Status {
        const std::string& value = values.back();
        if (value != "true" && value != "false" && value != "1" && value != "0") {
          return bad_value("true or false", value);
        }
        *target = value == "true" || value == "1";
        return {};
      });
  flag.is_switch = true;
  flag.default_text = *target ? "true" : "";
}

void FlagSet::add(FlagSpec spec, std::int64_t* target, IntegerBounds bounds) {
  const std::string expected = range_text(bounds);
  Flag& flag = add_flag(std::move(spec), [=](const std::vector<std::string>& values) -> Status {
    const Result<std::int64_t> value = parse_integer(values.back());
    if (!value || *value < bounds.min || *value > bounds.max)
      return bad_value(expected, values.back());
    *target = *value;
    return {};
  });
  flag.expected = expected;
  flag.default_text = std::to_string(*target);
}

void FlagSet::add(FlagSpec spec, std::uint16_t* target) {
  Flag& flag =
      add_flag(std::move(spec), [target](const std::vector<std::string>& values) -> Status {
        const Result<std::int64_t> value = parse_integer(values.back());
        if (!value || *value < 0 || *value > 65'535)
          return bad_value("a port, 0..65535", values.back());
        *target = static_cast<std::uint16_t>(*value);
        return {};
      });
  flag.expected = "0..65535";
  flag.default_text = std::to_string(*target);
}

void FlagSet::add(FlagSpec spec, Duration* target, DurationBounds bounds) {
  const bool open = bounds.max.ns == std::numeric_limits<std::int64_t>::max();
  const std::string expected =
      open ? "a duration of at least " + format_duration(bounds.min)
           : format_duration(bounds.min) + ".." + format_duration(bounds.max);
  Flag& flag = add_flag(std::move(spec), [=](const std::vector<std::string>& values) -> Status {
    const Result<Duration> value = parse_duration(values.back());
    if (!value) return bad_value(expected, values.back(), "write 300ms, 5s or 1h30m");
    if (*value < bounds.min || *value > bounds.max) return bad_value(expected, values.back());
    *target = *value;
    return {};
  });
  flag.expected = expected;
  flag.default_text = format_duration(*target);
}

void FlagSet::add_bytes(FlagSpec spec, std::int64_t* target, ByteBounds bounds) {
  const bool open = bounds.max == std::numeric_limits<std::int64_t>::max();
  const std::string expected = open ? "a size of at least " + format_bytes(bounds.min)
                                    : format_bytes(bounds.min) + ".." + format_bytes(bounds.max);
  Flag& flag = add_flag(std::move(spec), [=](const std::vector<std::string>& values) -> Status {
    const Result<std::int64_t> value = parse_bytes(values.back());
    if (!value) return bad_value(expected, values.back(), "write 64MiB or 10GB");
    if (*value < bounds.min || *value > bounds.max) return bad_value(expected, values.back());
    *target = *value;
    return {};
  });
  flag.expected = expected;
  flag.default_text = format_bytes(*target);
}

void FlagSet::add_choice(FlagSpec spec, std::string* target, std::vector<std::string> choices) {
  const std::string expected = "one of " + joined(choices, ", ");
  Flag& flag = add_flag(std::move(spec), [=](const std::vector<std::string>& values) -> Status {
    const std::string& value = values.back();
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      return bad_value(expected, value, did_you_mean(value, choices));
    }
    *target = value;
    return {};
  });
  flag.expected = joined(choices, ", ");
  flag.default_text = *target;
  flag.choices = std::move(choices);
}

void FlagSet::add_repeated(FlagSpec spec, std::vector<std::string>* target) {
  Flag& flag =
      add_flag(std::move(spec), [target](const std::vector<std::string>& values) -> Status {
        *target = values;
        return {};
      });
  flag.is_repeated = true;
  flag.default_text = joined(*target, ",");
}

FlagSet& FlagSet::add_command(std::string name, std::string help) {
  commands_.push_back(std::make_unique<FlagSet>(std::move(name), std::move(help)));
  FlagSet& command = *commands_.back();
  command.parent_ = this;
  // --version belongs to the program.
  command.flags_.pop_back();
  return command;
}

void FlagSet::add_example(std::string line) {
  examples_.push_back(std::move(line));
}

void FlagSet::allow_config_file() {
  add({.name = "config", .help = "Reads flags from a YAML file", .value_name = "FILE"},
      &config_path_);
}

const FlagSet& FlagSet::root() const {
  return parent_ == nullptr ? *this : parent_->root();
}

std::string FlagSet::path() const {
  return parent_ == nullptr ? name_ : parent_->path() + " " + name_;
}

std::string FlagSet::help() const {
  std::string usage = "usage: " + path() + " [flags]";
  if (!commands_.empty()) usage += " <command>";
  std::string flag_lines;
  std::string word_lines;
  for (const auto& flag : flags_) {
    const FlagSpec& spec = flag->spec;
    std::string left = flag->shown_name();
    if (spec.short_name != 0) left += std::string(", -") + spec.short_name;
    if (!spec.is_positional && !flag->is_switch)
      left += " " + (spec.value_name.empty() ? "VALUE" : spec.value_name);
    std::string line = "  " + padded(std::move(left), 30) + " " + spec.help;
    if (!flag->expected.empty()) line += " (" + flag->expected + ")";
    const bool has_default = !flag->default_text.empty() && !spec.is_required;
    if (has_default) line += " [default: " + flag->default_text + "]";
    if (spec.is_required && !spec.is_positional) line += " [required]";
    (spec.is_positional ? word_lines : flag_lines) += line + "\n";
    if (!spec.is_positional) continue;
    const std::string word = flag->shown_name() + (flag->is_repeated ? "…" : "");
    usage += spec.is_required ? " " + word : " [" + word + "]";
  }
  std::string text = help_ + "\n\n" + usage + "\n";
  if (!commands_.empty()) text += "\ncommands:\n";
  for (const auto& command : commands_)
    text += "  " + padded(command->name_, 30) + " " + command->help_ + "\n";
  if (!word_lines.empty()) text += "\narguments:\n" + word_lines;
  text += "\nflags:\n" + flag_lines;
  if (!examples_.empty()) text += "\nexamples:\n";
  for (const std::string& example : examples_) text += "  " + example + "\n";
  text +=
      "\nEvery flag can also be set by FAIRLEAD_<NAME>, for example FAIRLEAD_STATE_DIR for "
      "--state-dir.\n";
  return text;
}

void FlagSet::append_completion(std::string& moves, std::string& words) const {
  std::string own;
  std::set<std::string> offered;  // every command has a --help of its own
  for (const FlagSet* at = this; at != nullptr; at = at->parent_) {
    for (const auto& flag : at->flags_) {
      const std::string& name = flag->spec.name;
      if (flag->spec.is_positional || !offered.insert(name).second) continue;
      own += " --" + name;
      if (flag->choices.empty()) continue;
      // A flag of the root has its choices behind every command.
      std::string keys = "\"" + path() + " --" + name + "\"";
      if (flag->spec.short_name != 0) {
        keys += std::string(" | \"") + path() + " -" + flag->spec.short_name + "\"";
      }
      words += "    " + keys + ") words=\"" + joined(flag->choices, " ") + "\" ;;\n";
    }
  }
  for (const auto& command : commands_) {
    own += " " + command->name_;
    moves += "      \"" + path() + " " + command->name_ + "\") at=\"" + command->path() + "\" ;;\n";
  }
  words += "    \"" + path() + " \"*) words=\"" + own.substr(own.empty() ? 0 : 1) + "\" ;;\n";
  for (const auto& command : commands_) command->append_completion(moves, words);
}

std::string FlagSet::bash_completion() const {
  std::string moves;
  std::string words;
  append_completion(moves, words);
  std::string function = "_" + name_;
  std::replace(function.begin(), function.end(), '-', '_');
  // Longer paths first would need sorting: instead the current path is compared as a whole.
  std::string exact;
  for (std::size_t begin = 0; begin < words.size();) {
    const std::size_t end = words.find('\n', begin);
    std::string line = words.substr(begin, end - begin);
    if (const std::size_t star = line.find(" \"*)"); star != std::string::npos)
      line.replace(star, 4, " \")");
    exact += line + "\n";
    begin = end + 1;
  }
  return "# bash completion of " + name_ + ": source <(" + name_ + " completion bash)\n" +
         function + "() {\n  local at=\"" + name_ +
         "\" word words=\"\"\n  local current=\"${COMP_WORDS[COMP_CWORD]}\"" +
         " before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n" +
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$at $word\" in\n" +
         moves + "      *) ;;\n    esac\n  done\n" + "  case \"$at $before\" in\n" + exact +
         "    *) case \"$at \" in\n" + exact + "    esac ;;\n  esac\n" +
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\ncomplete -o default -F " +
         function + " " + name_ + "\n";
}

}  // namespace fairlead
