#include "simulator/files/scenario_yaml.h"

#include <algorithm>
#include <set>

#include "common/limits.h"
#include "common/parse_units.h"
#include "runtime/adapters/yaml/yaml_read.h"
#include "simulator/files/jobs_yaml.h"
#include "simulator/scenario/simulation.h"

namespace fairlead::scenario {
namespace {

/// An error of a parser of texts, at the place of the text.
Error placed(const YamlNode& node, const Error& error) {
  return Error{error.code, node.where() + ": " + error.message};
}

/// The names of the list's items differ, where they have one.
Status check_names_differ(const std::vector<YamlNode>& nodes) {
  std::set<std::string> seen;
  for (const YamlNode& node : nodes) {
    const auto name = node.find("name");
    const auto text = name ? name->text() : Result<std::string>(std::string());
    if (!name || !text || seen.insert(*text).second) continue;
    return name->error({.what = "name", .expected = "names that differ", .got = *text});
  }
  return {};
}

/// A check of what was read, at the place of `key`.
Status at_key(const YamlNode& node, std::string_view key, const Status& checked) {
  if (checked.ok()) return {};
  return placed(*node.find(key), checked.error());
}

/// `read(node, item)` for each item of the list `key`; none when the key is missing.
template <class Item, class Read>
Status read_list(const YamlNode& root, std::string_view key, std::vector<Item>& items, Read read) {
  const auto list = root.find(key);
  if (!list || list->is_null()) return {};
  const auto nodes = list->items();
  if (!nodes) return nodes.error();
  for (const YamlNode& node : *nodes) {
    Item item;
    if (Status one = read(node, item); !one) return one;
    items.push_back(std::move(item));
  }
  return check_names_differ(*nodes);
}

Status require_all(const YamlNode& node, const std::vector<std::string>& keys) {
  for (const std::string& key : keys) {
    if (auto found = node.require(key); !found) return found.error();
  }
  return {};
}

Status read_resources(const YamlNode& group, Resources& total) {
  const auto node = group.require("resources");
  if (!node) return node.error();
  const auto text = node->text();
  if (!text) return text.error();
  auto resources = parse_resources(*text);
  if (!resources) return placed(*node, resources.error());
  total = std::move(*resources);
  return {};
}

Status read_attributes(const YamlNode& group, Attributes& attributes) {
  if (const auto node = group.find("attributes")) {
    const auto text = node->text();
    if (!text) return text.error();
    auto parsed = parse_attributes(*text);
    if (!parsed) return placed(*node, parsed.error());
    attributes = std::move(*parsed);
  }
  const auto domain = group.find("domain");
  if (!domain) return {};
  if (Status keys = domain->expect_keys({"region", "zone"}); !keys) return keys;
  for (const char* level : {"region", "zone"}) {
    std::string value;
    if (Status read = domain->read(level, value); !read) return read;
    if (!value.empty()) attributes.push_back({level, value});
  }
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
  return {};
}

Status read_agent_group(const YamlNode& node, AgentGroup& group) {
  return read_all(
      [&] {
        return node.expect_keys({"name", "count", "resources", "attributes", "domain"});
      },
      [&] {
        return require_all(node, {"name", "resources"});
      },
      [&] { return node.read("name", group.name); },
      [&] { return at_key(node, "name", check_id_text(group.name, "name")); },
      [&] {
        return read_integer(node, "count", group.count,
                            {.min = 1, .max = std::int64_t{limits::kAgentsMax}, .unit = ""});
      },
      [&] { return read_resources(node, group.total); },
      [&] { return read_attributes(node, group.attributes); });
}

Status read_weight(const YamlNode& node, std::int64_t& weight_milli) {
  const auto weight = node.find("weight");
  if (!weight) return {};
  const auto text = weight->text();
  if (!text) return text.error();
  // A weight has the thousandths of cpus, and their grammar.
  const auto amounts = parse_amounts("cpus:" + *text);
  weight_milli = amounts ? amounts->scalars[StandardScalar::kCpus] : 0;
  if (weight_milli >= limits::kWeightMilliMin && weight_milli <= limits::kWeightMilliMax) return {};
  return weight->error({.what = "weight", .expected = "0.001..1048.576", .got = *text});
}

Status read_quota(const YamlNode& node, const char* key, StandardAmounts& amounts) {
  const auto quota = node.find(key);
  if (!quota) return {};
  const auto text = quota->text();
  if (!text) return text.error();
  const auto parsed = parse_quota_amounts(*text, amounts);
  if (!parsed) return placed(*quota, parsed.error());
  amounts = *parsed;
  return {};
}

Status read_role(const YamlNode& node, Role& role) {
  return read_all(
      [&] {
        return node.expect_keys({"name", "weight", "guarantee", "limit"});
      },
      [&] { return require_all(node, {"name"}); },
      [&] { return node.read("name", role.name.text); },
      [&] { return at_key(node, "name", check_role_name(role.name.text)); },
      [&] { return read_weight(node, role.weight_milli); },
      [&] { return read_quota(node, "guarantee", role.quota.guarantees); },
      [&] { return read_quota(node, "limit", role.quota.limits); },
      [&] { return at_key(node, "name", check_quota(role.name, role.quota)); });
}

Status read_policy(const YamlNode& node, Framework& framework) {
  if (const auto policy = node.find("policy")) {
    const auto word = policy->word({"demand", "whole-agent"});
    if (!word) return word.error();
    framework.policy = *word == "demand" ? OfferPolicy::kDemand : OfferPolicy::kWholeAgent;
  }
  if (const auto idle = node.find("when_idle")) {
    const auto word = idle->word({"suppress", "decline"});
    if (!word) return word.error();
    framework.suppress_when_idle = *word == "suppress";
  }
  return {};
}

Status read_abandon(const YamlNode& node, Framework& framework) {
  const auto abandon = node.find("abandon");
  if (!abandon) return {};
  return read_all(
      [&] {
        return abandon->expect_keys({"tries", "wait"});
      },
      [&] {
        return read_integer(*abandon, "tries", framework.abandon_tries,
                            {.min = 1, .max = 1'000'000'000, .unit = "answers"});
      },
      [&] { return abandon->read("wait", framework.abandon_wait); });
}

Status read_framework(const YamlNode& node, Framework& framework) {
  const std::vector<std::string> keys = behaviour_keys({"name", "role", "shapes", "jobs"});
  return read_all([&] { return node.expect_keys(keys); },
                  [&] {
                    return require_all(node, {"name", "role", "shapes", "jobs"});
                  },
                  [&] { return node.read("name", framework.name); },
                  [&] { return at_key(node, "name", check_id_text(framework.name, "name")); },
                  [&] { return node.read("role", framework.role.text); },
                  [&] { return at_key(node, "role", check_role_name(framework.role.text)); },
                  [&] { return read_behaviour(node, framework); },
                  [&] { return read_list(node, "shapes", framework.shapes, read_shape); },
                  [&] {
                    auto read = [&](const YamlNode& one, Arrivals& arrivals) {
                      return read_arrivals(one, framework.shapes, arrivals);
                    };
                    return read_list(node, "jobs", framework.arrivals, read);
                  });
}

Status read_root(const YamlNode& root, Scenario& scenario) {
  std::int64_t seed = 1;
  Status read = read_all(
      [&] {
        return root.expect_keys({"name", "seed", "duration", "agents", "roles", "frameworks"});
      },
      [&] {
        return require_all(root, {"duration", "agents", "frameworks"});
      },
      [&] { return root.read("name", scenario.name); },
      [&] { return root.read("seed", seed, {.min = 0}); },
      [&] { return root.read("duration", scenario.duration); },
      [&] {
        const bool fits =
            scenario.duration >= milliseconds(1) && scenario.duration.ns <= limits::kDurationNsMax;
        if (fits) return Status();
        return Status(root.find("duration")
                          ->error({.what = "out of range",
                                   .expected = "1ms..36500d",
                                   .got = format_duration(scenario.duration)}));
      },
      [&] { return read_agents(root, scenario.agents); },
      [&] { return read_roles(root, scenario.roles); },
      [&] { return read_list(root, "frameworks", scenario.frameworks, read_framework); });
  scenario.seed = static_cast<std::uint64_t>(seed);
  return read;
}

Result<Scenario> scenario_of(const Result<YamlNode>& root, std::string_view name) {
  if (!root) return root.error();
  Scenario scenario;
  scenario.name = name;
  if (Status read = read_root(*root, scenario); !read) return read.error();
  if (Status valid = validate(scenario); !valid) {
    return Error{valid.error().code, std::string(name) + ": " + valid.error().message};
  }
  return scenario;
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, std::string_view name) {
  return scenario_of(YamlNode::parse(text, name), name);
}

Result<Scenario> read_scenario(const std::string& path) {
  return scenario_of(YamlNode::read_file(path), path);
}

Status read_agents(const YamlNode& root, std::vector<AgentGroup>& agents) {
  return read_list(root, "agents", agents, read_agent_group);
}

Status read_roles(const YamlNode& root, std::vector<Role>& roles) {
  return read_list(root, "roles", roles, read_role);
}

std::vector<std::string> behaviour_keys(std::vector<std::string> more) {
  for (const char* key :
       {"policy", "decision", "refuse", "decline_per_mille", "when_idle", "abandon"}) {
    more.push_back(key);
  }
  return more;
}

Status read_behaviour(const YamlNode& node, Framework& framework) {
  return read_all([&] { return read_policy(node, framework); },
                  [&] { return read_span(node, "decision", framework.decision); },
                  [&] { return node.read("refuse", framework.refuse); },
                  [&] {
                    return read_integer(node, "decline_per_mille", framework.decline_per_mille,
                                        {.min = 0, .max = 1'000, .unit = "of 1000 offers"});
                  },
                  [&] { return read_abandon(node, framework); });
}

Status read_amounts(const YamlNode& node, Amounts& amounts) {
  const auto text = node.text();
  if (!text) return text.error();
  auto parsed = parse_amounts(*text);
  if (!parsed) return placed(node, parsed.error());
  amounts = std::move(*parsed);
  return {};
}

}  // namespace fairlead::scenario
