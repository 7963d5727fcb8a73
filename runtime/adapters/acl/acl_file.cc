#include "runtime/adapters/acl/acl_file.h"

#include <limits>
#include <utility>
#include <vector>

#include "runtime/adapters/yaml/strict_yaml.h"

namespace fairlead {
namespace {

constexpr Verb kVerbs[] = {
    Verb::kSetWeight, Verb::kDeactivateAgent, Verb::kMarkAgentGone, Verb::kTeardown,
    Verb::kKill,      Verb::kManageWork,      Verb::kReadLogs,      Verb::kDrainAgent,
    Verb::kSetQuota,  Verb::kReserve,         Verb::kManageVolumes};

Status read_roles(const YamlNode& rule, AclRule& into) {
  std::vector<std::string> roles;
  if (Status read = rule.read("roles", roles); !read) return read;
  for (std::string& role : roles) {
    if (Status named = check_role_name(role); !named) {
      return rule.error_at_key("roles", {.what = named.error().message});
    }
    into.roles.push_back({std::move(role)});
  }
  return {};
}

Status read_verbs(const YamlNode& rule, AclRule& into) {
  std::optional<YamlNode> list = rule.find("verbs");
  if (!list) return {};
  std::vector<std::string> words = {"*"};
  for (Verb verb : kVerbs) words.emplace_back(to_string(verb));
  Result<std::vector<YamlNode>> items = list->items();
  if (!items) return items.error();
  for (const YamlNode& item : *items) {
    Result<std::string> word = item.word(words);
    if (!word) return word.error();
    for (Verb verb : kVerbs) {
      if (*word == "*" || *word == to_string(verb)) into.verbs.push_back(verb);
    }
  }
  return {};
}

Result<AclRule> read_rule(const YamlNode& rule) {
  Status keys =
      rule.expect_keys({"principal", "roles", "agents", "users", "verbs", "priority_max"});
  if (!keys) return keys.error();
  AclRule read;
  Result<YamlNode> principal = rule.require("principal");
  if (!principal) return principal.error();
  Result<std::string> name = principal->text();
  if (!name) return name.error();
  read.principal = {*name};
  for (Status part : {read_roles(rule, read), rule.read("agents", read.agents),
                      rule.read("users", read.users), read_verbs(rule, read)}) {
    if (!part) return part.error();
  }
  std::int64_t priority_max = 0;
  constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
  if (Status part = rule.read("priority_max", priority_max, {.min = 0, .max = kMost}); !part) {
    return part.error();
  }
  read.priority_max = static_cast<std::int32_t>(priority_max);
  return read;
}

}  // namespace

Result<Acl> read_acl_file(const std::string& path) {
  Result<YamlNode> file = YamlNode::read_file(path);
  if (!file) return file.error();
  if (Status keys = file->expect_keys({"rules"}); !keys) return keys.error();
  Result<YamlNode> rules = file->require("rules");
  if (!rules) return rules.error();
  Result<std::vector<YamlNode>> items = rules->items();
  if (!items) return items.error();
  Acl acl;
  for (const YamlNode& item : *items) {
    Result<AclRule> rule = read_rule(item);
    if (!rule) return rule.error();
    acl.rules.push_back(std::move(*rule));
  }
  return acl;
}

Result<Acl> acl_of_flag(const std::string& path) {
  if (path.empty()) return permissive_acl();
  Result<Acl> acl = read_acl_file(path);
  if (!acl) return Error{acl.error().code, "flag --acl-file: " + acl.error().message};
  return acl;
}

}  // namespace fairlead
