// Who comes first, kept up to date: in every role a heap of the clients that want something, and
// one of the sub-roles with such clients (the virtual leaf among them), by share. A change notes
// its client, and refresh_ranks() moves what was noted. The heaps hold copies of the shares, so
// that they stay in order until then; turns.h walks them in order. Internal to allocator/.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// Its share, its count or whether it wants something has changed. O(1).
void note_rank(State& state, ClientIndex client);
/// Its weight has changed. O(1).
void note_rank(State& state, RoleIndex role);
/// Takes a client that wants nothing out at once, before it is forgotten. O(depth log siblings).
void forget_rank(State& state, ClientIndex client);
/// O(noted x depth log siblings); O(roles + clients) after a change of the cluster's total.
void refresh_ranks(State& state);

enum class Rank { kClient, kSibling };

/// True when `a` is served before `b`: smaller share, then chosen less often, then by name.
/// REQUIRES two of one heap.
bool comes_before(const State& state, Rank rank, const Ranked& a, const Ranked& b);
/// As things are now.
Ranked ranked(const State& state, ClientIndex client);
Ranked ranked(const State& state, RoleIndex role);
Ranked ranked_leaf(const State& state, RoleIndex role);

}  // namespace fairlead::allocation
