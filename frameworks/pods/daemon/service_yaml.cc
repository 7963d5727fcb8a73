#include "frameworks/pods/daemon/service_yaml.h"

#include <string>
#include <utility>

#include "frameworks/sdk/driver/task_yaml.h"
#include "runtime/adapters/yaml/strict_yaml.h"
#include "runtime/adapters/yaml/yaml_read.h"

namespace fairlead::pods {
namespace {

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
  Status read = read_all(
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

Status read_rolling(const YamlNode& node, ServiceSpec& spec) {
  const auto value = node.find("rolling");
  if (!value) {
    return {};
  }
  return read_all(
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
  return read_all(
      [&] { return sdk::read_command(root, spec.shape.command); },
      [&] { return sdk::read_environment(root, spec.shape.command); },
      [&] { return root.read("user", spec.shape.command.user); },
      [&] { return root.read("directory", spec.shape.command.working_directory); },
      [&] { return sdk::read_resources(root, spec.shape.resources); },
      [&] { return sdk::read_limits(root, spec.shape.limits); },
      [&] { return root.read("kill_grace", spec.shape.kill_grace); },
      [&] { return sdk::read_labels(root, spec.labels); },
      [&] { return read_readiness(root, spec.readiness); },
      [&] {
        return sdk::read_backoff(root, "restart_backoff", {spec.backoff_min, spec.backoff_max});
      },
      [&] { return read_rolling(root, spec); }, [&] { return root.read("spread", spec.spread); },
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
  const Status read = read_all(
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
  const Status read = read_all(
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
