// The tree of roles and the clients in it. A role exists while it has clients, sub-roles or a
// weight of its own. A role that has clients and sub-roles competes with its sub-roles as a virtual
// leaf "." of weight 1.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// The place of a sibling: a sub-role, or the virtual leaf of the parent itself.
struct Sibling {
  RoleIndex role;
  bool is_leaf = false;  ///< the clients of `role` itself
};

Status on_weight_set(Context& context, const WeightSet& event);

/// Finds or makes the role and its ancestors.
RoleIndex ensure_role(State& state, const RoleName& path);
/// Forgets the role and those ancestors that nothing needs any more.
void prune_role(State& state, RoleIndex role);

/// The framework's client in `role`; made when there is none. It is not subscribed at first.
ClientIndex ensure_client(State& state, FrameworkHandle framework, const RoleName& role);
/// Forgets the client if it is not subscribed and uses nothing.
void prune_client(State& state, ClientIndex client);

/// True when `a` is served before `b`: smaller share, then chosen less often, then by name.
/// REQUIRES siblings of one parent.
bool comes_before(const State& state, const Sibling& a, const Sibling& b);
/// The same for two clients of one role.
bool comes_before(const State& state, ClientIndex a, ClientIndex b);

/// All clients that want something, first served first. O(clients log clients).
std::vector<ClientIndex> wanting_in_order(const State& state);

/// "role/framework".
std::string name_of(const State& state, ClientIndex client);

}  // namespace fairlead::allocation
