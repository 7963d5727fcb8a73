// Everything the allocator remembers, as plain structs. No behaviour: the topics (agents, shares,
// filters, …) are free functions over these in their own files. Internal to allocator/.
//
// A client is one framework in one role: what competes, what has demand and what is offered to.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "allocator/config.h"
#include "allocator/random.h"
#include "common/agent_text.h"
#include "common/allocator_events.h"
#include "common/interner.h"

namespace fairlead::allocation {

struct ClientIndex {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(ClientIndex, ClientIndex) = default;
};

inline constexpr ClientIndex kNoClient{0xFFFFFFFF};

struct RoleIndex {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(RoleIndex, RoleIndex) = default;
};

inline constexpr RoleIndex kRootRole{0};

/// used / cluster of the resource where that is largest; 0 / 1 when nothing is used.
struct Fraction {
  std::int64_t part = 0;
  std::int64_t whole = 1;
};

/// What somebody uses, offered and held together, and the place that gives in the order.
struct Usage {
  Quantities used;     ///< offered + allocated
  Quantities offered;  ///< of `used`
  Fraction dominant;
  std::uint64_t times = 0;  ///< how often it was chosen
};

inline constexpr std::uint32_t kNotRanked = 0xFFFFFFFF;

/// A place in the order: see ranking.h.
struct Ranked {
  Fraction share;
  std::int64_t weight_milli = 1000;
  std::uint64_t times = 0;
  std::uint32_t index = 0;  ///< of the client or role
  bool is_leaf = false;     ///< the clients of role `index` itself
};

/// Somebody who may be next: see turns.h.
struct TurnEntry {
  Ranked ranked;
  std::uint32_t ranked_at = kNotRanked;  ///< those behind it in the ranking come after it
};

struct TurnLevel {
  RoleIndex role;
  std::vector<TurnEntry> clients;   ///< heap of the virtual leaf
  std::vector<TurnEntry> siblings;  ///< heap, the least in front
};

struct RoleNode {
  bool present = false;
  RoleName path;
  RoleIndex parent;
  std::vector<RoleIndex> children;   ///< by path
  std::vector<ClientIndex> clients;  ///< by framework id
  std::int64_t weight_milli = 1000;
  Usage subtree;
  Usage own;                             ///< its clients: the virtual leaf "." beside the children
  std::vector<Ranked> ranked_clients;    ///< heap of those that want something
  std::vector<Ranked> ranked_siblings;   ///< heap of the children and the leaf with such
  std::uint32_t ranked_at = kNotRanked;  ///< its place in that of the parent
  std::uint32_t leaf_ranked_at = kNotRanked;  ///< the leaf's place in its own
  std::uint32_t turn_level = 0;               ///< in a round: 1 + its place in State::turn_levels
};

/// One demanded shape. Unmet are count - offered, not below 0.
struct WantedShape {
  DemandShape shape;
  std::uint32_t offered = 0;  ///< tasks' worth in outstanding offers
  Instant waiting_since = Instant::never();

  std::uint32_t unmet() const { return shape.count > offered ? shape.count - offered : 0; }
};

/// What a framework refused on one agent in one role.
struct Refusal {
  Resources refused;
  Instant hidden_until;   ///< filter: offers within `refused` are hidden
  Resources free_then;    ///< what was free when it declined
  Instant backoff_until;  ///< nothing is offered unless the agent has more than `free_then`
  Duration backoff;       ///< the last one; doubles
  Instant due;            ///< its entry in State::refusals_due
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
  std::size_t agents_held = 0;  ///< agents with holdings of it
  std::set<OfferId> offers;
  std::map<AgentHandle, Refusal> refusals;
  std::optional<Instant> wait_due;       ///< its entry in State::waits_due
  std::uint32_t ranked_at = kNotRanked;  ///< its place in RoleNode::ranked_clients
  bool is_rank_noted = false;            ///< it is in State::noted_clients
};

struct Framework {
  bool present = false;
  FrameworkId id;
  bool active = false;
  std::map<RoleName, ClientIndex> clients;
  std::size_t offers = 0;
  std::size_t refusals = 0;
};

struct ClientHolding {
  ClientIndex client;
  Resources resources;
};

/// What machines of one kind have in common. Interned: thousands of agents share a few of these.
struct AgentKind {
  Resources total;
  Quantities total_scalars;
  Attributes attributes;
  friend bool operator==(const AgentKind&, const AgentKind&) = default;
};
std::uint32_t hash_value(const AgentKind& kind);

/// What only an agent has of which something is held or offered. Changed in inventory.h alone.
struct AgentUse {
  Resources free;                       ///< total - held - offered
  std::vector<ClientHolding> holdings;  ///< by client
  std::vector<OfferId> offers;          ///< oldest first, which is by number
};

/// Small, since there may be very many and most may be idle: tests/allocator/memory_test.cc.
struct Agent {
  AgentText text;                       ///< shared with whoever added the agent
  const AgentKind* kind = nullptr;      ///< value of `kind_number`; null unless present
  std::unique_ptr<AgentUse> use;        ///< null while all of it is free
  std::uint32_t kind_number = kNoSlot;  ///< in State::kinds
  std::uint32_t order_at = 0;           ///< its place in State::agent_order
  ClientIndex kept_for = kNoClient;     ///< see Accumulation
  bool present = false;
  bool paused = false;    ///< why: State::pause_reasons
  bool overfull = false;  ///< more is held than there is: `free` is recomputed at each change

  AgentId id() const { return {std::string(text.id())}; }
  std::string_view hostname() const { return text.hostname(); }
  const Resources& total() const;
  const Quantities& total_scalars() const { return kind->total_scalars; }  ///< REQUIRES present
  const Attributes& attributes() const { return kind->attributes; }        ///< REQUIRES present
  /// total - held - offered
  const Resources& free() const { return use ? use->free : total(); }
  const std::vector<ClientHolding>& holdings() const;
  const std::vector<OfferId>& offers() const;
};
static_assert(sizeof(Agent) <= 40, "a hundred thousand idle agents are as many of these");

/// What a scan over agents reads: free standard scalars of all lots, in one row of memory.
struct FreeColumn {
  std::array<std::int64_t, kStandardScalars> free{};
  bool open = false;   ///< present, not paused, not kept for somebody
  bool plain = false;  ///< all that is free is one unreserved lot: the column is exact
};

/// How many tasks of which shape an offer was made for.
struct OfferPart {
  std::string shape;
  std::uint32_t tasks = 0;
};

struct Offered {
  ClientIndex client;
  AgentHandle agent;
  Resources resources;
  std::vector<OfferPart> parts;  ///< empty: a whole-agent offer
};

/// One agent that is kept free until a large shape fits there. One per client.
struct Accumulation {
  std::string shape;
  AgentHandle agent;
  Instant until;
};

struct State {
  AllocatorConfig config;
  Random random;
  Instant now;  ///< of the last step: questions between steps are answered as of then

  std::vector<Agent> agents;                         ///< by handle
  std::vector<FreeColumn> columns;                   ///< by handle
  std::vector<AgentHandle> agent_order;              ///< those present, in seeded order
  Interner<AgentKind> kinds;                         ///< of those present
  Quantities cluster;                                ///< sum of those present
  std::map<AgentHandle, std::string> pause_reasons;  ///< of those paused for a reason

  std::vector<Framework> frameworks;  ///< by handle
  std::vector<Client> clients;
  std::vector<ClientIndex> clients_unused;
  std::vector<RoleNode> roles;  ///< [0] is the root
  std::vector<RoleIndex> roles_unused;
  std::map<RoleName, RoleIndex> roles_by_path;

  bool are_shares_new = false;             ///< all of them: the cluster has changed
  std::vector<ClientIndex> noted_clients;  ///< to be moved in the ranking
  std::vector<RoleIndex> noted_roles;
  std::vector<TurnLevel> turn_levels;  ///< room for the levels of one round
  std::size_t turn_levels_used = 0;
  Quantities least_need;               ///< nobody who wants something can use less than this
  std::size_t least_need_changes = 0;  ///< since it was exact

  std::map<OfferId, Offered> offers;
  std::uint64_t offers_made = 0;

  std::map<ClientIndex, Accumulation> accumulations;
  std::map<ClientIndex, AgentHandle> accumulated_last;  ///< given up: others come first
  std::set<std::tuple<Instant, ClientIndex, AgentHandle>> refusals_due;
  std::set<std::pair<Instant, ClientIndex>> waits_due;
};

}  // namespace fairlead::allocation
