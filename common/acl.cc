#include "common/acl.h"

#include <algorithm>
#include <limits>

#include "common/resources.h"

namespace fairlead {
namespace {

bool is_about(const AclRule& rule, const Principal& who) {
  return rule.principal.text == "*" || rule.principal == who;
}

bool matches(const std::string& pattern, const std::string& text) {
  if (!pattern.empty() && pattern.back() == '*') {
    return text.compare(0, pattern.size() - 1, pattern, 0, pattern.size() - 1) == 0;
  }
  return pattern == text;
}

template <class Allows>
Status ask(const Acl& acl, const Principal& who, const std::string& right, Allows allows) {
  for (const AclRule& rule : acl.rules) {
    if (is_about(rule, who) && allows(rule)) return {};
  }
  return Error{ErrorCode::kDenied, "principal '" + who.text + "' may not " + right +
                                       "; hint: ask an operator for a rule in the access list"};
}

bool has(const AclRule& rule, Verb verb) {
  return std::find(rule.verbs.begin(), rule.verbs.end(), verb) != rule.verbs.end();
}

bool has_role(const AclRule& rule, const RoleName& role) {
  return std::any_of(rule.roles.begin(), rule.roles.end(), [&](const RoleName& one) {
    return one.text == "*" || is_ancestor_or_self(one, role);
  });
}

}  // namespace

const char* to_string(Verb verb) {
  switch (verb) {
    case Verb::kSetWeight:
      return "set_weight";
    case Verb::kDeactivateAgent:
      return "deactivate_agent";
    case Verb::kMarkAgentGone:
      return "mark_agent_gone";
    case Verb::kTeardown:
      return "teardown";
    case Verb::kKill:
      return "kill";
    case Verb::kManageWork:
      return "manage_work";
    case Verb::kReadLogs:
      return "read_logs";
    case Verb::kDrainAgent:
      return "drain_agent";
    case Verb::kSetQuota:
      return "set_quota";
    case Verb::kReserve:
      return "reserve";
    case Verb::kManageVolumes:
      return "manage_volumes";
  }
  unreachable("every Verb has a name");
}

Verb verb_of(const OperatorRequest& request) {
  if (std::holds_alternative<SetWeight>(request)) return Verb::kSetWeight;
  if (std::holds_alternative<SetQuota>(request)) return Verb::kSetQuota;
  if (std::holds_alternative<MarkAgentGone>(request)) return Verb::kMarkAgentGone;
  if (std::holds_alternative<TeardownFramework>(request)) return Verb::kTeardown;
  if (std::holds_alternative<OperatorKill>(request)) return Verb::kKill;
  if (std::holds_alternative<DrainAgent>(request)) return Verb::kDrainAgent;
  if (std::holds_alternative<ScheduleWindow>(request)) return Verb::kDrainAgent;
  if (std::holds_alternative<CancelWindow>(request)) return Verb::kDrainAgent;
  if (const auto* convert = std::get_if<ConvertResources>(&request)) {
    return verb_of(convert->operation);
  }
  return Verb::kDeactivateAgent;
}

Verb verb_of(const ResourceOperation& operation) {
  bool is_of_volume = std::holds_alternative<operation::CreateVolume>(operation) ||
                      std::holds_alternative<operation::DestroyVolume>(operation);
  return is_of_volume ? Verb::kManageVolumes : Verb::kReserve;
}

Acl permissive_acl() {
  AclRule all;
  all.principal = {"*"};
  all.roles = {{"*"}};
  all.agents = {"*"};
  all.users = {"*"};
  all.verbs = {Verb::kSetWeight, Verb::kDeactivateAgent, Verb::kMarkAgentGone, Verb::kTeardown,
               Verb::kKill,      Verb::kManageWork,      Verb::kReadLogs,      Verb::kDrainAgent,
               Verb::kSetQuota,  Verb::kReserve,         Verb::kManageVolumes};
  all.priority_max = std::numeric_limits<std::int32_t>::max();
  return {{all}};
}

Status may_register_role(const Acl& acl, const Principal& who, const RoleName& role) {
  return ask(acl, who, "register under role '" + role.text + "'",
             [&](const AclRule& rule) { return has_role(rule, role); });
}

Status may_use_role(const Acl& acl, const Principal& who, const RoleName& role) {
  return ask(acl, who, "have jobs or services in role '" + role.text + "'",
             [&](const AclRule& rule) { return has_role(rule, role); });
}

Status may_use_priority(const Acl& acl, const Principal& who, const PriorityUse& use) {
  if (use.priority <= 0) return {};
  return ask(acl, who,
             "use priority " + std::to_string(use.priority) + " in role '" + use.role.text +
                 "' (`priority_max`)",
             [&](const AclRule& rule) {
               return has_role(rule, use.role) && use.priority <= rule.priority_max;
             });
}

Status may_speak_for(const Acl& acl, const Principal& who, const AgentId& agent) {
  return ask(acl, who, "speak for agent '" + agent.text + "'", [&](const AclRule& rule) {
    return std::any_of(rule.agents.begin(), rule.agents.end(),
                       [&](const std::string& one) { return matches(one, agent.text); });
  });
}

Status may_launch_as(const Acl& acl, const Principal& who, const std::string& user) {
  return ask(acl, who, "run tasks as user '" + user.substr(0, 64) + "'", [&](const AclRule& rule) {
    return std::any_of(rule.users.begin(), rule.users.end(),
                       [&](const std::string& one) { return one == "*" || one == user; });
  });
}

Status may_operate(const Acl& acl, const Principal& who, Verb verb) {
  return ask(acl, who, to_string(verb), [&](const AclRule& rule) { return has(rule, verb); });
}

Status may_ask(const Acl& acl, const Principal& who, const OperatorRequest& request) {
  Status allowed = may_operate(acl, who, verb_of(request));
  const auto* drain = std::get_if<DrainAgent>(&request);
  if (!allowed || drain == nullptr || !drain->mark_gone) return allowed;
  return may_operate(acl, who, Verb::kMarkAgentGone);
}

Status may_manage_work(const Acl& acl, const Principal& who, const Principal& owner) {
  if (who == owner) return {};
  return ask(acl, who, "change the work of '" + owner.text + "' (verb manage_work)",
             [&](const AclRule& rule) { return has(rule, Verb::kManageWork); });
}

Result<std::string> user_of_launch(const Acl& acl, const Principal& who, const std::string& named) {
  if (!named.empty()) {
    Status allowed = may_launch_as(acl, who, named);
    return allowed ? Result<std::string>(named) : Result<std::string>(allowed.error());
  }
  for (const AclRule& rule : acl.rules) {
    if (!is_about(rule, who) || rule.users.empty()) continue;
    return rule.users.front() == "*" ? std::string() : rule.users.front();
  }
  return Error{ErrorCode::kDenied,
               "principal '" + who.text +
                   "' may not run tasks that name no user, which would be root; hint: name a user "
                   "in the task, or ask an operator for `users` in the access list"};
}

}  // namespace fairlead
