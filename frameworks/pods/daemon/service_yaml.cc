#include "frameworks/pods/daemon/service_yaml.h"

#include <initializer_list>
#include <string>
#include <utility>

#include "runtime/adapters/yaml/strict_yaml.h"

namespace fairlead::pods {
namespace {

template <class Integer>
Status read_integer(const YamlNode& node, std::string_view key, Integer& target,
                    const YamlRange& range) {
  std::int64_t wide = target;
  if (Status read = node.read(key, wide, range); !read.ok()) {
    return read;
  }
  target = static_cast<Integer>(wide);
  return {};
}

/// Every reader of a part, in order, until one fails.
template <class... Reads>
Status all(Reads... reads) {
  Status status;
  ((status = reads(), status.ok()) && ...);
  return status;
}

/// Calls `each(key, node)` for every entry of the map `key`, if it is there.
template <class Each>
Status read_map(const YamlNode& parent, const std::string& key, Each each) {
  const auto map = parent.find(key);
  if (!map || map->is_null()) {
    return {};
  }
  if (!map->is_map()) {
    return map->error({.what = key, .expected = "a map of names to values"});
  }
  for (const std::string& name : map->keys()) {
    if (Status read = each(name, *map->find(name)); !read.ok()) {
      return read;
    }
  }
  return {};
}

Status read_command(const YamlNode& node, Command& command) {
  const auto value = node.find("command");
  if (!value) {
    return {};
  }
  if (value->is_list()) {
    auto words = value->texts();
    if (!words.ok()) {
      return words.error();
    }
    command.argv = std::move(words).value();
    return {};
  }
  auto line = value->text();
  if (!line.ok()) {
    return line.error();
  }
  command.argv = {"/bin/sh", "-c", line.value()};
  return {};
}

Status read_environment(const YamlNode& node, Command& command) {
  if (node.find("env")) {
    command.environment.clear();
  }
  return read_map(node, "env", [&](const std::string& key, const YamlNode& value) -> Status {
    auto text = value.text();
    if (!text.ok()) {
      return text.error();
    }
    command.environment.push_back({key, std::move(text).value()});
    return {};
  });
}

Result<Amounts> amounts_at(const YamlNode& node, const std::string& text) {
  auto parsed = parse_amounts(text);
  if (!parsed.ok()) {
    return Error{parsed.error().code, node.where() + ": " + parsed.error().message};
  }
  return parsed;
}

/// `{cpus: 0.5, mem: 64MiB, ports: 2}`.
Status read_resources(const YamlNode& node, Amounts& amounts) {
  const auto value = node.find("resources");
  if (!value) {
    return {};
  }
  std::string text;
  Status read =
      read_map(node, "resources", [&](const std::string& key, const YamlNode& part) -> Status {
        auto word = part.text();
        if (!word.ok()) {
          return word.error();
        }
        const bool counts = key == "ports" && word->find('[') == std::string::npos;
        if (counts && word.value() == "0") {
          return {};
        }
        text += (text.empty() ? "" : ";") + key + ":" + (counts ? "[1-" + *word + "]" : *word);
        return {};
      });
  if (!read.ok()) {
    return read;
  }
  auto parsed = amounts_at(*value, text);
  if (!parsed.ok()) {
    return parsed.error();
  }
  amounts = std::move(parsed).value();
  return {};
}

Status read_limits(const YamlNode& node, TaskLimits& limits) {
  const auto value = node.find("limits");
  if (!value) {
    return {};
  }
  limits = {};
  if (Status keys = value->expect_keys({"cpus", "mem", "pids"}); !keys.ok()) {
    return keys;
  }
  return read_map(node, "limits", [&](const std::string& key, const YamlNode& part) -> Status {
    if (key == "pids") {
      auto pids = part.integer({.min = 1, .max = 1 << 22});
      if (!pids.ok()) {
        return pids.error();
      }
      limits.pids = pids.value();
      return {};
    }
    auto text = part.text();
    auto parsed =
        text.ok() ? amounts_at(part, key + ":" + text.value()) : Result<Amounts>(text.error());
    if (!parsed.ok()) {
      return parsed.error();
    }
    if (key == "cpus") {
      limits.cpu_milli = parsed->scalars[StandardScalar::kCpus];
    } else {
      limits.memory_kib = parsed->scalars[StandardScalar::kMem];
    }
    return {};
  });
}

Status read_labels(const YamlNode& node, std::vector<Label>& labels) {
  if (node.find("labels")) {
    labels.clear();
  }
  return read_map(node, "labels", [&](const std::string& key, const YamlNode& value) -> Status {
    auto text = value.text();
    if (!text.ok()) {
      return text.error();
    }
    labels.push_back({key, std::move(text).value()});
    return {};
  });
}

Status read_readiness(const YamlNode& node, std::optional<Readiness>& target) {
  const auto value = node.find("readiness");
  if (!value) {
    return {};
  }
  if (value->is_null()) {
    target.reset();
    return {};
  }
  Readiness readiness;
  Status read = all(
      [&] {
        return value->expect_keys({"port", "initial_delay", "period", "timeout", "failures"});
      },
      [&] { return read_integer(*value, "port", readiness.port_index, {.min = 0, .max = 1'000}); },
      [&] { return value->read("initial_delay", readiness.initial_delay); },
      [&] { return value->read("period", readiness.period); },
      [&] { return value->read("timeout", readiness.timeout); },
      [&] {
        return read_integer(*value, "failures", readiness.failure_threshold,
                            {.min = 1, .max = 1'000});
      });
  if (read.ok()) {
    target = readiness;
  }
  return read;
}

Status read_backoff(const YamlNode& node, ServiceSpec& spec) {
  const auto value = node.find("restart_backoff");
  if (!value) {
    return {};
  }
  return all(
      [&] {
        return value->expect_keys({"min", "max"});
      },
      [&] { return value->read("min", spec.backoff_min); },
      [&] { return value->read("max", spec.backoff_max); });
}

Status read_rolling(const YamlNode& node, ServiceSpec& spec) {
  const auto value = node.find("rolling");
  if (!value) {
    return {};
  }
  return all(
      [&] {
        return value->expect_keys({"max_unavailable", "max_surge"});
      },
      [&] {
        return read_integer(*value, "max_unavailable", spec.max_unavailable,
                            {.min = 0, .max = kReplicasMax});
      },
      [&] {
        return read_integer(*value, "max_surge", spec.max_surge, {.min = 0, .max = kReplicasMax});
      });
}

/// Everything that an update may say, too.
Status read_changeable(const YamlNode& root, ServiceSpec& spec) {
  return all([&] { return read_command(root, spec.shape.command); },
             [&] { return read_environment(root, spec.shape.command); },
             [&] { return root.read("user", spec.shape.command.user); },
             [&] { return root.read("directory", spec.shape.command.working_directory); },
             [&] { return read_resources(root, spec.shape.resources); },
             [&] { return read_limits(root, spec.shape.limits); },
             [&] { return root.read("kill_grace", spec.shape.kill_grace); },
             [&] { return read_labels(root, spec.labels); },
             [&] { return read_readiness(root, spec.readiness); },
             [&] { return read_backoff(root, spec); }, [&] { return read_rolling(root, spec); },
             [&] { return root.read("spread", spec.spread); },
             [&] {
               return read_integer(root, "per_agent_max", spec.per_agent_max,
                                   {.min = 0, .max = kReplicasMax});
             });
}

}  // namespace

Result<ServiceSpec> parse_service(std::string_view text, std::string_view name) {
  auto root = YamlNode::parse(text, name);
  if (!root.ok()) {
    return root.error();
  }
  ServiceSpec spec;
  const Status read = all(
      [&] {
        return root->expect_keys({"name", "role", "replicas", "command", "env", "user", "directory",
                                  "resources", "limits", "kill_grace", "labels", "readiness",
                                  "restart_backoff", "rolling", "spread", "per_agent_max"});
      },
      [&] { return root->read("name", spec.name); },
      [&] { return root->read("role", spec.role.text); },
      [&] {
        return read_integer(*root, "replicas", spec.replicas, {.min = 0, .max = kReplicasMax});
      },
      [&] { return read_changeable(*root, spec); });
  if (!read.ok()) {
    return read.error();
  }
  return spec;
}

Result<ServiceSpec> parse_service_update(std::string_view text, std::string_view name,
                                         ServiceSpec base) {
  auto root = YamlNode::parse(text, name);
  if (!root.ok()) {
    return root.error();
  }
  const Status read = all(
      [&] {
        return root->expect_keys({"command", "env", "user", "directory", "resources", "limits",
                                  "kill_grace", "labels", "readiness", "restart_backoff", "rolling",
                                  "spread", "per_agent_max"});
      },
      [&] { return read_changeable(*root, base); });
  if (!read.ok()) {
    return read.error();
  }
  return base;
}

Result<std::uint32_t> parse_scale(std::string_view text, std::string_view name) {
  auto root = YamlNode::parse(text, name);
  if (!root.ok()) {
    return root.error();
  }
  if (Status keys = root->expect_keys({"replicas"}); !keys.ok()) {
    return keys.error();
  }
  auto node = root->require("replicas");
  if (!node.ok()) {
    return node.error();
  }
  auto replicas = node->integer({.min = 0, .max = kReplicasMax});
  if (!replicas.ok()) {
    return replicas.error();
  }
  return static_cast<std::uint32_t>(replicas.value());
}

}  // namespace fairlead::pods
