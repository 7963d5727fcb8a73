// What the allocator remembers of frameworks: a part of state.h, plain structs as there. A client
// is one framework in one role: what competes, what has demand and what is offered to. Internal to
// allocator/.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "allocator/config.h"
#include "allocator/offer_table.h"
#include "allocator/order_tree.h"
#include "allocator/state_roles.h"
#include "common/gang.h"

namespace fairlead::allocation {

inline constexpr AgentHandle kNoAgent{0xFFFFFFFF};

enum class Verdict : std::uint8_t { kOpen, kFits, kNever };

/// Whether an agent could take a shape, or all of them a gang, if they were free: see impossible.h.
struct Judgement {
  Verdict verdict = Verdict::kOpen;
  std::uint32_t kind = kNoSlot;  ///< kFits: agents of this kind could; none: several together
  AgentHandle agent = kNoAgent;  ///< …, or only this one, where a hostname decides
  bool is_told = false;          ///< to the framework: that none could
};

/// One demanded shape. Unmet are count - offered, not below 0, in whole gangs.
struct WantedShape {
  DemandShape shape;
  std::uint32_t offered = 0;  ///< tasks' worth in outstanding offers
  Instant waiting_since = Instant::never();
  Judgement judgement;

  std::uint32_t unmet() const {
    std::uint32_t tasks = shape.count > offered ? shape.count - offered : 0;
    return tasks - tasks % tasks_at_once(shape);
  }
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
  std::uint64_t name_key = 0;  ///< the first bytes of its framework's id, as those order clients
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

}  // namespace fairlead::allocation
