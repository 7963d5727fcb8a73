#include "frameworks/sdk/driver/task_yaml.h"

#include <string>
#include <utility>

#include "common/limits.h"
#include "runtime/adapters/yaml/yaml_read.h"

namespace fairlead::sdk {
namespace {

Result<Amounts> amounts_at(const YamlNode& node, const std::string& text) {
  auto parsed = parse_amounts(text);
  if (!parsed.ok()) {
    return Error{parsed.error().code, node.where() + ": " + parsed.error().message};
  }
  return parsed;
}

/// "cpus:0.5;ports:[1-2]" from a map; a plain number of ports stands for that many.
Status join_amounts(const YamlNode& node, std::string& text) {
  return read_entries(node, "resources", [&](const std::string& name, const YamlNode& part) {
    auto word = part.text();
    if (!word.ok()) return Status(word.error());
    const bool counts = name == "ports" && word->find('[') == std::string::npos;
    if (counts && *word == "0") return Status();
    text += (text.empty() ? "" : ";") + name + ":" + (counts ? "[1-" + *word + "]" : *word);
    return Status();
  });
}

Status read_amount(const YamlNode& part, const std::string& name, TaskLimits& limits) {
  auto text = part.text();
  if (!text.ok()) return text.error();
  auto parsed = amounts_at(part, name + ":" + *text);
  if (!parsed.ok()) return parsed.error();
  if (name == "cpus") {
    limits.cpu_milli = parsed->scalars[StandardScalar::kCpus];
  } else {
    limits.memory_kib = parsed->scalars[StandardScalar::kMem];
  }
  return {};
}

Status read_rlimits(const YamlNode& node, TaskLimits& limits) {
  return read_entries(node, "rlimits", [&](const std::string& name, const YamlNode& part) {
    auto value = part.integer({.min = 0});
    if (!value.ok()) return Status(value.error());
    const auto number = static_cast<std::uint64_t>(*value);
    limits.rlimits.push_back({name, number, number});
    return Status();
  });
}

}  // namespace

Status read_command(const YamlNode& node, Command& command) {
  const auto value = node.find("command");
  if (!value) return {};
  if (value->is_list()) {
    auto words = value->texts();
    if (!words.ok()) return words.error();
    command.argv = std::move(*words);
    return {};
  }
  auto line = value->text();
  if (!line.ok()) return line.error();
  command.argv = {"/bin/sh", "-c", std::move(*line)};
  return {};
}

Status read_environment(const YamlNode& node, Command& command) {
  if (node.find("env")) command.environment.clear();
  return read_entries(node, "env", [&](const std::string& name, const YamlNode& value) {
    auto text = value.text();
    if (!text.ok()) return Status(text.error());
    command.environment.push_back({name, std::move(*text)});
    return Status();
  });
}

Status read_resources(const YamlNode& node, Amounts& amounts) {
  const auto value = node.find("resources");
  if (!value) return {};
  std::string text;
  if (value->is_scalar()) {
    auto whole = value->text();
    if (!whole.ok()) return whole.error();
    text = std::move(*whole);
  } else if (Status joined = join_amounts(node, text); !joined.ok()) {
    return joined;
  }
  auto parsed = amounts_at(*value, text);
  if (!parsed.ok()) return parsed.error();
  amounts = std::move(*parsed);
  return {};
}

Status read_limits(const YamlNode& node, TaskLimits& limits) {
  const auto value = node.find("limits");
  if (!value) return {};
  if (Status keys = value->expect_keys({"cpus", "mem", "pids", "rlimits"}); !keys.ok()) return keys;
  limits = {};
  return read_entries(node, "limits", [&](const std::string& name, const YamlNode& part) {
    if (name == "rlimits") return read_rlimits(*value, limits);
    if (name != "pids") return read_amount(part, name, limits);
    auto pids = part.integer({.min = 1, .max = limits::kPidsMax});
    if (!pids.ok()) return Status(pids.error());
    limits.pids = *pids;
    return Status();
  });
}

Status read_labels(const YamlNode& node, std::vector<Label>& labels) {
  if (node.find("labels")) labels.clear();
  return read_entries(node, "labels", [&](const std::string& key, const YamlNode& value) {
    auto text = value.text();
    if (!text.ok()) return Status(text.error());
    labels.push_back({key, std::move(*text)});
    return Status();
  });
}

Status read_backoff(const YamlNode& node, std::string_view key, const BackoffTargets& targets) {
  const auto value = node.find(key);
  if (!value) return {};
  return read_all(
      [&] {
        return value->expect_keys({"min", "max"});
      },
      [&] { return value->read("min", targets.min); },
      [&] { return value->read("max", targets.max); });
}

}  // namespace fairlead::sdk
