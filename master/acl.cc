#include "master/acl.h"

#include <algorithm>

#include "common/resources.h"

namespace fairlead::master {
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
  }
  unreachable("every Verb has a name");
}

Verb verb_of(const OperatorRequest& request) {
  if (std::holds_alternative<SetWeight>(request)) return Verb::kSetWeight;
  if (std::holds_alternative<MarkAgentGone>(request)) return Verb::kMarkAgentGone;
  if (std::holds_alternative<TeardownFramework>(request)) return Verb::kTeardown;
  if (std::holds_alternative<OperatorKill>(request)) return Verb::kKill;
  return Verb::kDeactivateAgent;
}

Acl permissive_acl() {
  AclRule all;
  all.principal = {"*"};
  all.roles = {{"*"}};
  all.agents = {"*"};
  all.users = {"*"};
  all.verbs = {Verb::kSetWeight, Verb::kDeactivateAgent, Verb::kMarkAgentGone, Verb::kTeardown,
               Verb::kKill};
  return {{all}};
}

Status may_register_role(const Acl& acl, const Principal& who, const RoleName& role) {
  return ask(acl, who, "register under role '" + role.text + "'", [&](const AclRule& rule) {
    return std::any_of(rule.roles.begin(), rule.roles.end(), [&](const RoleName& one) {
      return one.text == "*" || is_ancestor_or_self(one, role);
    });
  });
}

Status may_speak_for(const Acl& acl, const Principal& who, const AgentId& agent) {
  return ask(acl, who, "speak for agent '" + agent.text + "'", [&](const AclRule& rule) {
    return std::any_of(rule.agents.begin(), rule.agents.end(),
                       [&](const std::string& one) { return matches(one, agent.text); });
  });
}

Status may_launch_as(const Acl& acl, const Principal& who, const std::string& user) {
  if (user.empty()) return {};
  return ask(acl, who, "run tasks as user '" + user.substr(0, 64) + "'", [&](const AclRule& rule) {
    return std::any_of(rule.users.begin(), rule.users.end(),
                       [&](const std::string& one) { return one == "*" || one == user; });
  });
}

Status may_operate(const Acl& acl, const Principal& who, Verb verb) {
  return ask(acl, who, to_string(verb), [&](const AclRule& rule) {
    return std::find(rule.verbs.begin(), rule.verbs.end(), verb) != rule.verbs.end();
  });
}

}  // namespace fairlead::master
