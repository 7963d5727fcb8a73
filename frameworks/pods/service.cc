#include "frameworks/pods/service.h"

#include <algorithm>

#include "common/devices.h"
#include "common/limits.h"

namespace fairlead::pods {
namespace {

Error bad(const ServiceSpec& spec, std::string field, std::string expected, std::string got,
          std::string hint = {}) {
  return invalid({.what = "service '" + spec.name + "'",
                  .where = std::move(field),
                  .expected = std::move(expected),
                  .got = std::move(got),
                  .hint = std::move(hint)});
}

std::uint64_t ports_of(const Amounts& amounts) {
  const auto* ports = find_ranges(amounts, "ports");
  return ports == nullptr ? 0 : count_of(*ports);
}

Status check_readiness(const ServiceSpec& spec) {
  if (!spec.readiness) {
    return {};
  }
  const Readiness& readiness = *spec.readiness;
  if (readiness.port_index >= ports_of(spec.shape.resources)) {
    return bad(spec, "readiness.port", "an index below resources.ports",
               std::to_string(readiness.port_index), "ask for ports in resources");
  }
  if (readiness.period < kProbePeriodMin || readiness.timeout <= Duration{}) {
    return bad(spec, "readiness", "period of at least 100ms, timeout above 0", "less");
  }
  if (readiness.failure_threshold == 0) {
    return bad(spec, "readiness.failures", "at least 1", "0");
  }
  return {};
}

Status check_policy(const ServiceSpec& spec) {
  if (spec.replicas > kReplicasMax) {
    return bad(spec, "replicas", "0.." + std::to_string(kReplicasMax),
               std::to_string(spec.replicas));
  }
  if (spec.max_unavailable == 0 && spec.max_surge == 0) {
    return bad(spec, "rolling", "max_unavailable or max_surge above 0", "both 0",
               "with neither, nothing could ever be replaced");
  }
  if (spec.backoff_min <= Duration{} || spec.backoff_max < spec.backoff_min ||
      spec.backoff_max > kBackoffMax) {
    return bad(spec, "restart_backoff", "0 < min <= max <= 1h", "otherwise");
  }
  if (ports_of(spec.shape.resources) > kPortsMax) {
    return bad(spec, "resources.ports", "0.." + std::to_string(kPortsMax), "more");
  }
  if (Status gpus = check_gpus_wanted(spec.shape.resources, "service '" + spec.name + "'");
      !gpus.ok()) {
    return gpus;
  }
  return check_readiness(spec);
}

}  // namespace

Status validate(const ServiceSpec& spec) {
  if (Status name = check_id_text(spec.name, "service name"); !name.ok()) {
    return name;
  }
  if (spec.name.size() > kServiceNameCharsMax) {
    return bad(spec, "name", "at most 100 characters", std::to_string(spec.name.size()));
  }
  if (Status role = check_role_name(spec.role.text); !role.ok()) {
    return role;
  }
  if (Status policy = check_policy(spec); !policy.ok()) {
    return policy;
  }
  if (spec.constraints.size() > limits::kConstraintsMax) {
    return bad(spec, "constraints", "at most " + std::to_string(limits::kConstraintsMax), "more");
  }
  // The rest is what the master would refuse: better said now than at the first launch.
  TaskSpec task;
  task.id = {spec.name + ".1"};
  task.name = spec.name;
  task.command = spec.shape.command;
  task.resources = plain(spec.shape.resources);
  task.limits = spec.shape.limits;
  task.kill_grace = spec.shape.kill_grace;
  task.labels = spec.labels;
  return fairlead::validate(task);
}

Result<std::vector<Label>> parse_selector(std::string_view text) {
  std::vector<Label> labels;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = text.substr(0, comma);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return invalid({.what = "selector",
                      .where = {},
                      .expected = "label=value,label=value",
                      .got = std::string(part),
                      .hint = {}});
    }
    labels.push_back({std::string(part.substr(0, equals)), std::string(part.substr(equals + 1))});
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return labels;
}

bool matches(const std::vector<Label>& labels, const std::vector<Label>& selector) {
  return std::all_of(selector.begin(), selector.end(), [&](const Label& wanted) {
    return std::find(labels.begin(), labels.end(), wanted) != labels.end();
  });
}

}  // namespace fairlead::pods
