// Which principal may do what. A list of rules; a request is allowed when one rule allows it, so
// an empty list denies everything. Values and pure questions. Thread-safe when const.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/operator_messages.h"
#include "common/result.h"

namespace fairlead {

/// What may be allowed beside registering and launching.
enum class Verb : std::uint8_t {
  kSetWeight,
  kDeactivateAgent,  ///< and reactivate, which also ends a drain
  kMarkAgentGone,
  kTeardown,
  kKill,
  kManageWork,  ///< change or end jobs and services of other principals
  kReadLogs,    ///< read what tasks wrote, from the agents
  kDrainAgent,  ///< which kills what runs there; at once or in a maintenance window
  kSetQuota,
  kReserve,        ///< reserve and unreserve what agents have
  kManageVolumes,  ///< make persistent volumes, and destroy them with what is in them
};

/// "set_weight", … as in the audit log.
const char* to_string(Verb verb);
Verb verb_of(const OperatorRequest& request);
/// Also of a framework that asks for it.
Verb verb_of(const ResourceOperation& operation);

struct AclRule {
  /// Whom it is about; "*" is everybody.
  Principal principal;
  /// May register frameworks under these roles and their sub-roles, and have jobs and services in
  /// them; "*" is every role.
  std::vector<RoleName> roles;
  /// May speak for these agents: an exact id, a prefix with '*' at its end, or "*".
  std::vector<std::string> agents;
  /// May run tasks as these users of the operating system; "*" is every user. The first is the
  /// user of tasks that name none; "*" as the first: the agent's own, root.
  std::vector<std::string> users;
  std::vector<Verb> verbs;
  /// In its roles: the highest priority of what it wants and runs. Higher ones may have lower ones
  /// in the same role ended.
  std::int32_t priority_max = 0;
};

struct Acl {
  std::vector<AclRule> rules;
};

/// Everybody may do everything: for one machine and for tests.
Acl permissive_acl();

/// Each is O(rules). The error is kDenied and names principal, right and object. REQUIRES: `user`
/// and ids are not empty.
Status may_register_role(const Acl& acl, const Principal& who, const RoleName& role);
struct PriorityUse {
  RoleName role;
  std::int32_t priority = 0;
};
/// Up to 0 everybody may.
Status may_use_priority(const Acl& acl, const Principal& who, const PriorityUse& use);
Status may_speak_for(const Acl& acl, const Principal& who, const AgentId& agent);
Status may_launch_as(const Acl& acl, const Principal& who, const std::string& user);
Status may_operate(const Acl& acl, const Principal& who, Verb verb);
/// Every right that the request needs: a drain that ends in "gone" needs two.
Status may_ask(const Acl& acl, const Principal& who, const OperatorRequest& request);
/// A job or service of `role`, through a framework that has it.
Status may_use_role(const Acl& acl, const Principal& who, const RoleName& role);
/// Changes or ends a job or service of `owner`: oneself, or by kManageWork.
Status may_manage_work(const Acl& acl, const Principal& who, const Principal& owner);

/// The user of the operating system that a task of `who` runs as; empty: the agent's own, which is
/// root. `named` by the task if that is allowed; when it names none ("") the first user of the
/// rules about `who`, or the agent's own where that is "*". kDenied when no rule allows what is
/// named, or when none is named and no rule has a user for it. O(rules).
Result<std::string> user_of_launch(const Acl& acl, const Principal& who, const std::string& named);

}  // namespace fairlead
