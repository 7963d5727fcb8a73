#include "agent/container_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "agent/volumes.h"

namespace fairlead {
namespace {

constexpr std::size_t kContainerIdCharsMax = 64;  // also a host name and a cgroup name
constexpr std::size_t kPortVariablesMax = 64;     // PORT0 … PORT63; FAIRLEAD_PORTS has them all

std::string hash_text(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) {
    digits += "0123456789abcdef"[(hash >> shift) & 15];
  }
  return digits;
}

using Environment = std::vector<EnvironmentVariable>;

void set_variable(Environment& environment, const std::string& name, std::string value) {
  const auto found = std::find_if(environment.begin(), environment.end(),
                                  [&](const auto& variable) { return variable.name == name; });
  if (found != environment.end()) {
    found->value = std::move(value);
  } else {
    environment.push_back({name, std::move(value)});
  }
}

void set_default(Environment& environment, const std::string& name, const std::string& value) {
  const bool is_set = std::any_of(environment.begin(), environment.end(),
                                  [&](const auto& variable) { return variable.name == name; });
  if (!is_set) environment.push_back({name, value});
}

/// FAIRLEAD_PORTS, PORT and PORT0 … from the `ports` of `amounts`.
void add_ports(Environment& environment, const Amounts& amounts) {
  const std::vector<Interval>* ports = find_ranges(amounts, "ports");
  if (ports == nullptr) return;
  std::string all;
  std::size_t count = 0;
  for (const Interval& interval : *ports) {
    if (!all.empty()) all += ",";
    all += std::to_string(interval.begin);
    if (interval.end != interval.begin) all += "-" + std::to_string(interval.end);
    for (std::uint64_t port = interval.begin; port <= interval.end && count < kPortVariablesMax;
         ++port, ++count) {
      if (count == 0) set_default(environment, "PORT", std::to_string(port));
      set_default(environment, "PORT" + std::to_string(count), std::to_string(port));
    }
  }
  set_variable(environment, "FAIRLEAD_PORTS", all);
}

}  // namespace

ContainerId container_id(const LaunchToken& token) {
  const std::string exact =
      token.framework.text + "." + token.task.text + "." + std::to_string(token.attempt);
  std::string id = exact;
  for (char& c : id) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  // Two dots in different places may spell one text: only a framework id without one is exact.
  const bool is_exact = id == exact && id.size() <= kContainerIdCharsMax &&
                        token.framework.text.find('.') == std::string::npos;
  if (!is_exact) {
    const std::string hash = hash_text(token.framework.text + "/" + token.task.text + "/" +
                                       std::to_string(token.attempt));
    id = id.substr(0, kContainerIdCharsMax - hash.size() - 1) + "-" + hash;
  }
  return ContainerId{id};
}

std::string sandbox_path(const LaunchToken& token) {
  return token.framework.text + "/" + token.task.text + "/" + std::to_string(token.attempt);
}

std::optional<LaunchToken> token_of_sandbox(std::string_view path) {
  const std::size_t task = path.find('/');
  const std::size_t attempt = path.rfind('/');
  if (task == std::string_view::npos || task == attempt) return std::nullopt;
  LaunchToken token;
  token.framework.text = path.substr(0, task);
  token.task.text = path.substr(task + 1, attempt - task - 1);
  const std::string_view number = path.substr(attempt + 1);
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), token.attempt);
  const bool is_whole = error == std::errc{} && end == number.data() + number.size();
  return is_whole ? std::optional(std::move(token)) : std::nullopt;
}

std::optional<ContainerId> container_of_sandbox(std::string_view path) {
  const std::optional<LaunchToken> token = token_of_sandbox(path);
  return token ? std::optional(container_id(*token)) : std::nullopt;
}

ContainerSpec container_spec(const AgentConfig& config, const AgentInfo& agent,
                             const LaunchTask& launch) {
  const TaskSpec& task = launch.spec;
  const Amounts amounts = total(task.resources);
  const std::int64_t memory_kib = amounts.scalars[StandardScalar::kMem];

  ContainerSpec spec;
  spec.id = container_id(launch.token);
  spec.hostname = agent.hostname;
  spec.command = task.command;
  spec.sandbox = config.sandbox_root + "/" + sandbox_path(launch.token);
  spec.meta = config.meta_root + "/" + spec.id.text;
  spec.cpu_milli = amounts.scalars[StandardScalar::kCpus];
  spec.cpu_limit_milli = task.limits.cpu_milli;
  spec.memory_limit_kib = task.limits.memory_kib.value_or(memory_kib);
  spec.pids_max = task.limits.pids.value_or(config.pids_max_default);
  spec.rlimits = task.limits.rlimits;
  spec.log_bytes_max = config.log_bytes_max;
  spec.log_files_max = config.log_files_max;
  spec.volumes = volume_mounts(config.volume_root, task.resources);

  Environment& environment = spec.command.environment;
  set_default(environment, "PATH", config.path_default);
  set_default(environment, "HOME", spec.sandbox);
  add_ports(environment, amounts);
  set_variable(environment, "FAIRLEAD_TASK_ID", launch.token.task.text);
  set_variable(environment, "FAIRLEAD_ATTEMPT", std::to_string(launch.token.attempt));
  set_variable(environment, "FAIRLEAD_FRAMEWORK_ID", launch.token.framework.text);
  set_variable(environment, "FAIRLEAD_AGENT_ID", agent.id.text);
  set_variable(environment, "FAIRLEAD_HOSTNAME", agent.hostname);
  set_variable(environment, "FAIRLEAD_SANDBOX", spec.sandbox);
  return spec;
}

}  // namespace fairlead
