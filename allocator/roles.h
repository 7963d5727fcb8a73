// The tree of roles and the clients in it. A role exists while it has clients, sub-roles, a
// quota or a weight of its own. A role that has clients and sub-roles competes with its sub-roles
// as a virtual leaf "." of weight 1.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

Status on_weight_set(Context& context, const WeightSet& event);

/// Finds or makes the role and its ancestors.
RoleIndex ensure_role(State& state, const RoleName& path);
/// Forgets the role and those ancestors that nothing needs any more.
void prune_role(State& state, RoleIndex role);

/// The framework's client in `role`; made when there is none. It is not subscribed at first.
ClientIndex ensure_client(State& state, FrameworkHandle framework, const RoleName& role);
/// Forgets the client if it is not subscribed and uses nothing.
void prune_client(State& state, ClientIndex client);

/// All clients that want something, first served first. O(clients log clients).
std::vector<ClientIndex> wanting_in_order(const State& state);

/// "role/framework".
std::string name_of(const State& state, ClientIndex client);

}  // namespace fairlead::allocation
