// Reads the parts of a YAML or JSON document that say what a task is, the same in every
// framework's files: command, environment, resources, limits, labels, pauses. A part that is not
// there leaves its target alone, one that is there replaces it whole. Pure; any thread.
#pragma once

#include <vector>

#include "common/attributes.h"
#include "common/task.h"
#include "runtime/adapters/yaml/strict_yaml.h"

namespace fairlead::sdk {

/// `command: [server, -p]`, or one text for /bin/sh -c.
Status read_command(const YamlNode& node, Command& command);
/// `env: {NAME: text}`.
Status read_environment(const YamlNode& node, Command& command);
/// `resources: {cpus: 0.5, mem: 64MiB, ports: 2}` or "cpus:0.5;mem:64MiB;ports:[1-2]".
Status read_resources(const YamlNode& node, Amounts& amounts);
/// `limits: {cpus: 1, mem: 128MiB, pids: 100, rlimits: {nofile: 1024}}`.
Status read_limits(const YamlNode& node, TaskLimits& limits);
/// `labels: {key: text}`.
Status read_labels(const YamlNode& node, std::vector<Label>& labels);

struct BackoffTargets {
  Duration& min;
  Duration& max;
};
/// `<key>: {min: 1s, max: 1m}`.
Status read_backoff(const YamlNode& node, std::string_view key, const BackoffTargets& targets);

}  // namespace fairlead::sdk
