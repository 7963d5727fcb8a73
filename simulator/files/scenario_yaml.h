// Reads a scenario file (docs/simulator.md describes the keys) strictly: an unknown key, a wrong
// type or a value out of range is an error with file, line, column, what was expected and a hint.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "runtime/adapters/yaml/strict_yaml.h"
#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {

/// `name` stands for the file in messages. What it returns passes validate().
Result<Scenario> parse_scenario(std::string_view text, std::string_view name);
Result<Scenario> read_scenario(const std::string& path);

/// The list `agents` of `root`, as scenario files and mappings of traces have it.
Status read_agents(const YamlNode& root, std::vector<AgentGroup>& agents);
/// The list `roles` of `root`; none when the key is missing.
Status read_roles(const YamlNode& root, std::vector<Role>& roles);
/// How a framework answers: `policy`, `decision`, `refuse`, `decline_per_mille`, `when_idle`,
/// `abandon`; what is not there stays as it is.
Status read_behaviour(const YamlNode& node, Framework& framework);
/// The keys that read_behaviour() knows, behind `more`.
std::vector<std::string> behaviour_keys(std::vector<std::string> more);
/// `30s`, `{uniform: 10s..20s}` or `{exponential: 30s}`.
Status read_span(const YamlNode& parent, std::string_view key, SpanLaw& law);
/// Amounts like `cpus:1;mem:2GiB`.
Status read_amounts(const YamlNode& node, Amounts& amounts);

}  // namespace fairlead::scenario
