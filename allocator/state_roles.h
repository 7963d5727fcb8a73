// What the allocator remembers of roles and their places in the order: a part of state.h, plain
// structs as there. Internal to allocator/.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "allocator/indices.h"
#include "allocator/rank_list.h"
#include "common/allocator_events.h"
#include "common/owned.h"

namespace fairlead::allocation {

/// Only the exact shares say more.
inline constexpr std::uint8_t kNoScale = 0;

/// used / cluster of the resource where that is largest; 0 / 1 when nothing is used.
struct Fraction {
  std::int64_t part = 0;
  std::int64_t whole = 1;
  friend constexpr bool operator==(const Fraction&, const Fraction&) = default;
};

/// What somebody uses, offered and held together: what gives a place in the order.
struct Usage {
  Quantities used;                      ///< offered + allocated
  Quantities offered;                   ///< of `used`
  std::uint64_t times = 0;              ///< how often it was chosen
  StandardAmounts debt{};               ///< counts beside `used` in the order: see leases.h
  StandardAmounts revocable{};          ///< of `used`: no quota counts it
  StandardAmounts revocable_offered{};  ///< of `offered`, likewise
};

/// A place in the order: see ranking.h.
struct Ranked {
  std::uint64_t key = 0;  ///< the smaller one comes first; when they are equal the rest decides
  std::uint64_t times = 0;
  std::uint64_t name_key = 0;  ///< of a client or role: its name_key; 0 of a leaf, which is first
  std::uint8_t scale = kNoScale;  ///< of one scale those of one key have the same share exactly
  bool is_leaf = false;           ///< the clients of role `index` itself
  std::uint32_t index = 0;        ///< of the client or role
  Fraction share;
  std::int64_t weight_milli = 1000;
  friend constexpr bool operator==(const Ranked&, const Ranked&) = default;
};

/// Somebody in one of the orders of ranking.h.
struct RankNode {
  Ranked ranked;
  StandardAmounts need{};  ///< less of one of them than this is of no use to it
  bool is_in = false;
  bool is_short = false;  ///< of a role: it or a sub-role is below its guarantee
};

/// A need in which guarantees are held, of however many roles: see held_units.h.
struct HeldNeed {
  std::int64_t fits = 0;       ///< into what is free, agent by agent
  std::int64_t fits_seen = 0;  ///< when it was last looked
  std::size_t users = 0;       ///< roles with a unit of it
  std::size_t holders = 0;     ///< of them, those for which some were held when it was last looked
};

/// A declared shape in which a guarantee is held: see headroom.h.
struct HeldUnit {
  StandardAmounts need{};
  HeldNeed* common = nullptr;   ///< value of QuotaBooks::needs
  std::int64_t tasks_seen = 0;  ///< held when it was last looked
};

/// Who looks at what has changed of quota: see quota_notes.h.
enum class QuotaLook { kHeadroom, kRoom, kLimits };
inline constexpr std::size_t kQuotaLooks = 3;

/// What a role with a quota has beside it: see quota.h and headroom.h.
struct RoleQuota {
  Quota quota;
  StandardAmounts idle_reserved{};           ///< for it or its sub-roles, neither held nor offered
  StandardAmounts consumed_seen{};           ///< when it was last looked
  bool are_units_new = true;                 ///< who is in it, or what they declare, has changed
  std::vector<HeldUnit> units;               ///< by need; empty: held in plain amounts
  StandardAmounts required{};                ///< held for it and its sub-roles together
  StandardAmounts below{};                   ///< of it, what its sub-roles require
  std::array<bool, kQuotaLooks> is_noted{};  ///< in QuotaBooks::noted
  bool is_short = false;                     ///< below its guarantee: in RoleNode::short_roles
  bool is_spent = false;                     ///< nobody in it can be given a whole agent
};

/// How far a round has come in one role: see turns.h.
struct TurnLevel {
  RoleIndex role;
  std::optional<Ranked> client_passed;  ///< it and all before it
  std::optional<Ranked> sibling_passed;
};

struct RoleNode {
  bool present = false;
  RoleName path;
  RoleIndex parent;
  std::vector<RoleIndex> children;   ///< by path
  std::vector<ClientIndex> clients;  ///< by framework id
  std::int64_t weight_milli = 1000;
  std::uint32_t wanting = 0;           ///< of its clients
  std::int64_t competing_weights = 0;  ///< of those in it that use or want something, leaf included
  std::int64_t counted_weight = 0;     ///< its own, as it is in that of the parent
  std::int64_t leaf_weight = 0;        ///< of its leaf, as it is in its own
  Usage subtree;
  Usage own;                      ///< its clients: the virtual leaf "." beside the children
  RankList clients_ranked;        ///< those that want something
  RankList siblings_ranked;       ///< the children and the leaf with such
  RankNode rank;                  ///< in the order of the parent
  RankNode leaf_rank;             ///< of the leaf, in its own
  std::uint32_t turn_level = 0;   ///< in a round: 1 + its place in State::turn_levels
  std::uint32_t short_roles = 0;  ///< it and those below it that are below their guarantee
  Owned<RoleQuota> quota;         ///< null while it has none
  std::uint64_t name_key = 0;     ///< the first bytes of its name, as siblings are ordered
};

}  // namespace fairlead::allocation
