// Which principal may do what. A list of rules; a request is allowed when one rule allows it, so
// an empty list denies everything. Values and pure questions. Thread-safe when const.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/operator_messages.h"

namespace fairlead::master {

/// What an operator may be allowed to do.
enum class Verb : std::uint8_t {
  kSetWeight,
  kDeactivateAgent,  ///< and reactivate
  kMarkAgentGone,
  kTeardown,
  kKill,
};

/// "set_weight", … as in the audit log.
const char* to_string(Verb verb);
Verb verb_of(const OperatorRequest& request);

struct AclRule {
  /// Whom it is about; "*" is everybody.
  Principal principal;
  /// May register frameworks under these roles and their sub-roles; "*" is every role.
  std::vector<RoleName> roles;
  /// May speak for these agents: an exact id, a prefix with '*' at its end, or "*".
  std::vector<std::string> agents;
  /// May run tasks as these users of the operating system; "*" is every user. Naming no user at
  /// all in a task is always allowed.
  std::vector<std::string> users;
  std::vector<Verb> verbs;
};

struct Acl {
  std::vector<AclRule> rules;
};

/// Everybody may do everything: for one machine and for tests.
Acl permissive_acl();

/// Each is O(rules). The error is kDenied and names principal, right and object.
Status may_register_role(const Acl& acl, const Principal& who, const RoleName& role);
Status may_speak_for(const Acl& acl, const Principal& who, const AgentId& agent);
Status may_launch_as(const Acl& acl, const Principal& who, const std::string& user);
Status may_operate(const Acl& acl, const Principal& who, Verb verb);

}  // namespace fairlead::master
