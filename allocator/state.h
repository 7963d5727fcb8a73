// Everything the allocator remembers, as plain structs. No behaviour: the topics (agents, shares,
// filters, …) are free functions over these in their own files. Internal to allocator/.
//
// A client is one framework in one role: what competes, what has demand and what is offered to.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/config.h"
#include "allocator/indices.h"
#include "allocator/offer_table.h"
#include "allocator/order_tree.h"
#include "allocator/random.h"
#include "allocator/rank_list.h"
#include "allocator/round.h"
#include "allocator/turnover.h"
#include "allocator/typical.h"
#include "common/agent_text.h"
#include "common/allocator_events.h"
#include "common/interner.h"
#include "common/owned.h"
#include "common/remembered_patterns.h"
#include "common/shared_resources.h"

namespace fairlead::allocation {

inline constexpr AgentHandle kNoAgent{0xFFFFFFFF};

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
  Fraction share;
  std::int64_t weight_milli = 1000;
  std::uint64_t times = 0;
  std::uint32_t index = 0;     ///< of the client or role
  bool is_leaf = false;        ///< the clients of role `index` itself
  std::uint64_t name_key = 0;  ///< of a role: RoleNode::name_key
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

enum class Verdict : std::uint8_t { kOpen, kFits, kNever };

/// Whether an agent could take a shape, if all of it were free: see impossible.h.
struct Judgement {
  Verdict verdict = Verdict::kOpen;
  std::uint32_t kind = kNoSlot;  ///< kFits: agents of this kind could
  AgentHandle agent = kNoAgent;  ///< …, or only this one, where a hostname decides
  bool is_told = false;          ///< to the framework: that none could
};

/// One demanded shape. Unmet are count - offered, not below 0.
struct WantedShape {
  DemandShape shape;
  std::uint32_t offered = 0;  ///< tasks' worth in outstanding offers
  Instant waiting_since = Instant::never();
  Judgement judgement;

  std::uint32_t unmet() const { return shape.count > offered ? shape.count - offered : 0; }
};

/// What a framework refused on one agent in one role. There may be as many as frameworks times
/// agents, most of them alike: the amounts are numbers of State::refused.
struct Refusal {
  ClientIndex client;
  std::uint32_t refused = kNoSlot;
  std::uint32_t free_then = kNoSlot;  ///< what was free when it declined
  Instant hidden_until;               ///< filter: offers within `refused` are hidden
  Instant backoff_until;  ///< nothing is offered unless the agent has more than `free_then`
  Duration backoff;       ///< the last one; doubles
  Instant due;            ///< its entry in Framework::refusals_due
};
static_assert(sizeof(Refusal) <= 48, "ten million of them are 480 MB");

/// When something about a refusal changes.
struct RefusalDue {
  Instant at;
  ClientIndex client;
  AgentHandle agent;
  friend constexpr auto operator<=>(const RefusalDue&, const RefusalDue&) = default;
};

struct Client {
  bool present = false;
  FrameworkHandle framework;
  RoleIndex role;
  bool subscribed = false;
  bool suppressed = false;
  bool has_demand = false;
  bool wants = false;               ///< see refresh_wants()
  std::vector<WantedShape> shapes;  ///< higher priority first, else as sent
  Usage usage;
  std::size_t agents_held = 0;          ///< agents with holdings of it
  OfferList offers;                     ///< in State::offers
  std::vector<AgentHandle> refusals;    ///< where it has some; sorted
  std::optional<Instant> wait_due;      ///< its entry in State::waits_due
  RankNode rank;                        ///< in the order of its role
  bool is_rank_noted = false;           ///< it is in State::noted_clients
  bool is_asked = false;                ///< in a round: whatever the touched agents have
  std::uint32_t seat = 0;               ///< in a round: 1 + its place among the seats
  std::uint32_t refusing = 0;           ///< in a round: touched agents of which it can use nothing
  std::optional<OfferMinimum> minimum;  ///< instead of the configured one
  std::uint32_t unanswered = 0;         ///< offers in a row: see leases.h
  Instant unanswered_at;                ///< when the last of them ended
  ConstraintGroups offer_constraints;   ///< of its framework, for its role
};

struct Framework {
  bool present = false;
  FrameworkId id;
  bool active = false;
  std::map<RoleName, ClientIndex> clients;
  std::size_t offers = 0;
  std::size_t refusals = 0;
  std::vector<RefusalDue> refusals_due;      ///< heap, the first in front; see filters.cc
  std::optional<RefusalDue> refusals_first;  ///< by which it is in the tree of State::refusals_due
  TreeLinks due_links;
  FrameworkCapabilities capabilities;
};

struct ClientHolding {
  ClientIndex client;
  Resources resources;
};

/// What machines of one kind have in common. Interned: thousands of agents share a few of these.
struct AgentKind {
  SharedResources total;
  Quantities total_scalars;
  Attributes attributes;
  friend bool operator==(const AgentKind&, const AgentKind&) = default;
};
std::uint32_t hash_value(const AgentKind& kind);

/// What only an agent has of which something is held or offered. Changed in inventory.h alone.
struct AgentUse {
  SharedResources free;                 ///< total - held - offered
  std::vector<ClientHolding> holdings;  ///< by client
  std::vector<OfferId> offers;          ///< oldest first, which is by number
};

/// Small, since there may be very many and most may be idle: tests/allocator/memory_test.cc.
struct Agent {
  AgentText text;                       ///< shared with whoever added the agent
  const AgentKind* kind = nullptr;      ///< value of `kind_number`; null unless present
  Owned<AgentUse> use;                  ///< null while all of it is free
  std::uint32_t kind_number = kNoSlot;  ///< in State::kinds
  std::uint32_t order_at = 0;           ///< its place in State::agent_order
  ClientIndex kept_for = kNoClient;     ///< see Accumulation
  bool present = false;
  bool paused = false;    ///< why: State::pause_reasons
  bool overfull = false;  ///< more is held than there is: `free` is recomputed at each change
  bool unlisted = false;  ///< there is a whitelist, and its host is not on it

  bool is_closed() const { return paused || unlisted; }
  AgentId id() const { return {std::string(text.id())}; }
  std::string_view hostname() const { return text.hostname(); }
  const Resources& total() const;
  const Quantities& total_scalars() const { return kind->total_scalars; }  ///< REQUIRES present
  const Attributes& attributes() const { return kind->attributes; }        ///< REQUIRES present
  /// total - held - offered
  const Resources& free() const { return use ? *use->free : total(); }
  const std::vector<ClientHolding>& holdings() const;
  const std::vector<OfferId>& offers() const;
};
static_assert(sizeof(Agent) <= 40, "a hundred thousand idle agents are as many of these");

/// What a scan over agents reads: free standard scalars of all lots, in one row of memory.
struct FreeColumn {
  StandardAmounts free{};
  bool open = false;      ///< present, not closed, not kept for somebody
  bool plain = false;     ///< all that is free is one unreserved lot: the column is exact
  bool is_noted = false;  ///< it is in State::free_noted
  bool is_loose = false;  ///< something is free, and it is not closed: in State::agents_loose
  std::uint32_t free_class = kNoSlot;  ///< where it stands in the index of free_index.h
  std::uint32_t devices = kNoSlot;     ///< in State::free_devices; none of it: no free devices
};

/// What is free of each device of an agent, of those with some, most first. Interned.
struct FreeDevices {
  std::vector<std::uint16_t> milli;
  friend bool operator==(const FreeDevices&, const FreeDevices&) = default;
};
std::uint32_t hash_value(const FreeDevices& devices);

/// What agents of one class have in common; classes are ordered by it.
struct FreeKey {
  StandardAmounts total{};
  StandardAmounts free{};
  std::uint32_t devices = kNoSlot;  ///< in State::free_devices
  friend constexpr auto operator<=>(const FreeKey&, const FreeKey&) = default;
};

struct FreeClass {
  FreeKey key;
  StandardAmounts most{};          ///< free at most, in it and in those below it in the tree
  std::uint32_t agents = kNoSlot;  ///< root of the tree of its agents, by their place in the order
  TreeLinks links;
};

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

  /// As if new, but for the room in it.
  void clear() {
    resources = {};
    parts.clear();
    since = Instant::never();
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

/// One agent that is kept free until a large shape fits there. One per client.
struct Accumulation {
  std::string shape;
  AgentHandle agent;
  Instant until;
  Instant reclaim_at = Instant::never();  ///< whether others can make room is looked at
  std::optional<OpenReclaim> reclaim;     ///< they are told to
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
  std::map<ClientIndex, AgentHandle> accumulated_last;  ///< given up: others come first
  std::vector<std::vector<Refusal>> refusals;  ///< by agent's handle, as far as needed; by client
  Interner<Resources> refused;                 ///< amounts that refusals name
  std::uint32_t refusals_due = kNoSlot;        ///< root of the tree of frameworks: filters.cc
  std::set<std::pair<Instant, ClientIndex>> waits_due;
  Round round;                               ///< between rounds: room for the next one
  Touched touched_room;                      ///< likewise for the next step
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
