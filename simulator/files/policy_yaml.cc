#include "simulator/files/policy_yaml.h"

#include "runtime/adapters/yaml/yaml_read.h"
#include "simulator/files/scenario_yaml.h"

namespace fairlead::replay_log {
namespace {

/// What is said of a role changes; what is not stays as recorded.
Status read_roles_of(const YamlNode& root, Policy& policy) {
  std::vector<scenario::Role> roles;
  if (Status read = scenario::read_roles(root, roles); !read) return read;
  if (roles.empty()) return {};
  const auto nodes = root.find("roles")->items();
  if (!nodes) return nodes.error();
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const YamlNode& node = (*nodes)[i];
    const scenario::Role& role = roles[i];
    if (node.find("weight")) policy.weights[role.name] = role.weight_milli;
    if (node.find("guarantee") || node.find("limit")) policy.quotas[role.name] = role.quota;
  }
  return {};
}

Status read_settings(const YamlNode& root, Policy& policy) {
  const auto map = root.find("allocator");
  if (!map || map->is_null()) return {};
  if (Status known = map->expect_keys(policy_setting_names()); !known) return known;
  for (const std::string& name : map->keys()) {
    const YamlNode node = *map->find(name);
    const auto text = node.text();
    if (!text) return text.error();
    AllocatorSetting setting{name, *text};
    if (Status good = check_policy_setting(setting); !good) {
      return Error{good.error().code, node.where() + ": " + good.error().message};
    }
    policy.settings.push_back(std::move(setting));
  }
  return {};
}

Result<Policy> policy_of(const Result<YamlNode>& root) {
  if (!root) return root.error();
  Policy policy;
  Status read = read_all(
      [&] {
        return root->expect_keys({"roles", "allocator"});
      },
      [&] { return read_roles_of(*root, policy); }, [&] { return read_settings(*root, policy); });
  if (!read) return read.error();
  return policy;
}

}  // namespace

Result<Policy> parse_policy(std::string_view text, std::string_view name) {
  return policy_of(YamlNode::parse(text, name));
}

Result<Policy> read_policy(const std::string& path) {
  return policy_of(YamlNode::read_file(path));
}

}  // namespace fairlead::replay_log
