// What a framework said about itself: what it can take, and of which agents it wants to hear.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// What FrameworkAdded and FrameworkChanged say of it.
struct Abilities {
  const FrameworkCapabilities& capabilities;
  const std::vector<RoleConstraints>& offer_constraints;
};

Status check_abilities(const State& state, const std::vector<RoleName>& roles,
                       const Abilities& abilities, const char* event);

/// Takes them over for all roles that the framework is subscribed to. Where something is new,
/// offers that it would not get any more are rescinded and the client is served anew.
void set_abilities(Context& context, FrameworkHandle framework, const Abilities& abilities);

/// The agent's attributes have changed: rescinds the offers that would not be made any more.
void rescind_unseen(Context& context, AgentHandle agent);

}  // namespace fairlead::allocation
