// Everything the allocator remembers, as plain structs. No behaviour: the topics (agents, shares,
// filters, …) are free functions over these in their own files. Internal to allocator/.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "allocator/config.h"
#include "allocator/random.h"
#include "allocator/round.h"
#include "allocator/state_agents.h"
#include "allocator/state_clients.h"
#include "allocator/state_roles.h"
#include "allocator/turnover.h"
#include "allocator/typical.h"
#include "common/allocator_events.h"
#include "common/interner.h"
#include "common/owned.h"
#include "common/remembered_patterns.h"
#include "common/shared_resources.h"

namespace fairlead::allocation {

/// How many tasks of which shape an offer was made for.
struct OfferPart {
  std::string shape;
  std::uint32_t tasks = 0;
};

struct Offered {
  ClientIndex client;
  AgentHandle agent;
  SharedResources resources;
  std::vector<OfferPart> parts;  ///< empty: a whole-agent offer
  Instant since = Instant::never();
  std::uint64_t bundle =
      0;  ///< same for all that its client got for gangs in one step; 0: not such

  /// As if new, but for the room in it.
  void clear() {
    resources = {};
    parts.clear();
    since = Instant::never();
    bundle = 0;
  }
};

/// Somebody who is told to give something back: see reclaim.h.
struct Victim {
  ReclaimId id;
  FrameworkHandle framework;
  RoleName role;
  StandardAmounts amounts{};
};

/// Room that is being made on the agent that is kept for a client.
struct OpenReclaim {
  ReclaimKind kind = ReclaimKind::kGuarantee;
  std::vector<Victim> victims;  ///< who gives first in front
};

/// What is kept free until a large shape, or a whole gang, fits there. One per client.
struct Accumulation {
  std::string shape;
  std::vector<AgentHandle> agents;  ///< one; for a gang, of which only one has some, several
  Instant until;
  Instant reclaim_at = Instant::never();  ///< whether others can make room is looked at
  std::optional<OpenReclaim> reclaim;     ///< they are told to
  std::uint32_t tasks = 1;                ///< that have to fit at once: the gang's
};

/// What an agent has free, as quota counts it. Kept while there is a quota.
struct AgentRoom {
  StandardAmounts plain{};  ///< unreserved; nothing while it is closed
  std::vector<std::pair<RoleName, StandardAmounts>> reserved;
};

/// Quota as a whole: see quota.h and headroom.h.
struct QuotaBooks {
  std::map<RoleName, RoleIndex> roles;                ///< those with a quota
  std::vector<RoleIndex> guaranteed;                  ///< of them, sub-roles first
  std::size_t limited = 0;                            ///< of them
  std::vector<AgentRoom> rooms;                       ///< by agent's handle
  StandardAmounts available{};                        ///< sum of `plain`
  std::map<RoleName, StandardAmounts> idle_reserved;  ///< for exactly that role
  StandardAmounts required{};                         ///< held for all guarantees
  bool is_required_stale = true;
  StandardAmounts slack_seen = Quota{}.limits;  ///< beyond `required`, when it was last looked
  bool has_unit_gone = false;                   ///< nothing is held in it any more
  std::array<std::vector<RoleIndex>, kQuotaLooks> noted;  ///< see quota_notes.h
  std::map<StandardAmounts, HeldNeed> needs;
  std::set<RoleIndex> owed_units;  ///< those below their guarantee that hold it in units
};

/// One filter of the batch mode: see batch_filters.h.
struct BatchFilter {
  std::uint32_t refused = kNoSlot;  ///< in State::refused
  Instant armed;
  Instant until;
};

/// Whose filters, and where.
struct FilterPlace {
  AgentHandle agent;
  ClientIndex client;
  friend constexpr auto operator<=>(const FilterPlace&, const FilterPlace&) = default;
};

struct BatchFilters {
  std::map<FilterPlace, std::vector<BatchFilter>> places;  ///< as they were armed
  /// When each ends: as many entries as there are filters.
  std::map<FrameworkHandle, std::multiset<std::pair<Instant, FilterPlace>>> ends;
};

/// What the batch mode remembers: see batch.h.
struct BatchBooks {
  Instant timer_armed;
  Instant timer_due = Instant::never();  ///< of the next run over all agents
  std::optional<Instant> asked;          ///< when an event asked for a run that is still to come
  bool is_all_asked = false;
  std::set<AgentHandle> agents_asked;
  BatchFilters filters;
};

/// What is owed for offers that were held for long: see leases.h.
struct LeaseBooks {
  std::set<ClientIndex> debtors;  ///< those whose debt is not nothing
  StandardAmounts total{};        ///< of all debts
  Instant halving_due;            ///< the next fixed instant
};

/// Copied by clone.h alone: agents point at their kinds, quotas at what is held in common.
struct State {
  AllocatorConfig config;
  Random random;
  Instant now;  ///< of the last step: questions between steps are answered as of then

  std::vector<Agent> agents;             ///< by handle
  std::vector<FreeColumn> columns;       ///< by handle
  std::vector<AgentHandle> agent_order;  ///< those present, in seeded order
  std::vector<FreeClass> free_classes;   ///< see free_index.h
  std::vector<std::uint32_t> free_classes_unused;
  std::uint32_t free_root = kNoSlot;                 ///< of the tree of classes
  std::vector<TreeLinks> free_links;                 ///< by handle: in the tree of its class
  std::vector<AgentHandle> free_noted;               ///< to be moved in the index
  std::size_t agents_loose = 0;                      ///< with something free, not closed
  Interner<AgentKind> kinds;                         ///< of those present
  Quantities cluster;                                ///< sum of those present
  std::map<AgentHandle, std::string> pause_reasons;  ///< of those paused for a reason

  std::vector<Framework> frameworks;  ///< by handle
  std::vector<Client> clients;
  std::vector<ClientIndex> clients_unused;
  std::size_t wanting = 0;      ///< clients that want something
  std::vector<RoleNode> roles;  ///< [0] is the root
  std::vector<RoleIndex> roles_unused;
  std::map<RoleName, RoleIndex> roles_by_path;
  QuotaBooks quotas;

  bool are_shares_new = false;             ///< all of them: the cluster has changed
  std::vector<ClientIndex> noted_clients;  ///< to be moved in the ranking
  std::vector<RoleIndex> noted_roles;
  std::vector<TurnLevel> turn_levels;  ///< of the round

  OfferTable<Offered> offers;
  std::uint64_t offers_made = 0;

  std::map<ClientIndex, Accumulation> accumulations;
  /// Given up: others come first.
  std::map<ClientIndex, std::vector<AgentHandle>> accumulated_last;
  std::vector<std::vector<Refusal>> refusals;  ///< by agent's handle, as far as needed; by client
  Interner<Resources> refused;                 ///< amounts that refusals name
  std::uint32_t refusals_due = kNoSlot;        ///< root of the tree of frameworks: filters.cc
  std::set<std::pair<Instant, ClientIndex>> waits_due;
  Round round;                               ///< between rounds: room for the next one
  Touched touched_room;                      ///< likewise for the next step
  Touched unserved;                          ///< a step gave as much as one may: for the next one
  std::vector<Owned<AgentUse>> uses_unused;  ///< up to kUsesUnusedMax

  Interner<FreeDevices> free_devices;  ///< of those present
  TypicalTasks typical;                ///< what the placement knows of tasks

  /// What is held at another priority than 0, unreserved: see priorities.h.
  std::map<std::pair<AgentHandle, ClientIndex>, std::map<std::int32_t, StandardAmounts>> priorities;
  std::uint64_t reclaims_made = 0;
  std::map<ClientIndex, Instant> reclaimed_last;             ///< when room was made for it
  std::map<RoleName, std::deque<Instant>> reclaimed_within;  ///< from the role, lately; bounded

  Owned<BatchBooks> batch;    ///< null in the event mode
  Quantities cluster_shared;  ///< of `cluster`, what counts in shares
  std::optional<std::set<std::string, std::less<>>>
      whitelist;  ///< hosts that make offers; none: all

  LeaseBooks leases;
  Turnover turnover;  ///< of what was held

  std::set<ClientIndex> unfit;      ///< with shapes of which nobody is known to fit
  bool are_agents_awaited = false;  ///< see AgentsAwaited

  const PatternMatcher& patterns;
  RememberedPatterns remembered;  ///< answers of `patterns`

  explicit State(const PatternMatcher& matcher = no_patterns())
      : patterns(matcher), remembered(matcher) {}
};

/// An agent often stops being in use for a moment: when its only offer is declined.
inline constexpr std::size_t kUsesUnusedMax = 64;

}  // namespace fairlead::allocation
