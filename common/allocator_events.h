// Everything that can happen to an allocator, and everything it can decide. Inside it agents and
// frameworks are small numbers that the master gives and re-uses; names order ties.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/agent_text.h"
#include "common/framework_messages.h"
#include "common/offer_minimum.h"
#include "common/quota.h"
#include "common/reclaim.h"
#include "common/shared_resources.h"

namespace fairlead {

struct AgentHandle {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(AgentHandle, AgentHandle) = default;
};

struct FrameworkHandle {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(FrameworkHandle, FrameworkHandle) = default;
};

/// What a framework holds on an agent under one role.
struct Holding {
  FrameworkHandle framework;
  RoleName role;
  Resources resources;
  std::int32_t priority = 0;  ///< of the task that holds it
};

/// Unreserved amounts that are held at one priority.
struct HeldPriority {
  std::int32_t priority = 0;
  StandardAmounts amounts{};
};

namespace allocation {

// --- events --------------------------------------------------------------------------------------

struct AgentAdded {
  AgentHandle agent;
  AgentText text;
  Resources total;
  Attributes attributes;
  std::vector<Holding> holdings;  ///< tasks that it brought with it
  bool offers_paused = false;
};

struct AgentChanged {
  AgentHandle agent;
  Resources total;
  Attributes attributes;
};

/// Forgets the agent with everything held or offered on it; its offers are rescinded.
struct AgentRemoved {
  AgentHandle agent;
};

/// No new offers of it (deactivated, breaker open, epoch not acknowledged yet, disk full);
/// outstanding ones are rescinded. Idempotent.
struct AgentPaused {
  AgentHandle agent;
  std::string why;
};

struct AgentResumed {
  AgentHandle agent;
};

struct FrameworkAdded {
  FrameworkHandle framework;
  FrameworkId id;
  std::vector<RoleName> roles;
  std::vector<RoleName> suppressed;
  bool active = true;                         ///< false: known from the registry, not connected yet
  std::map<RoleName, OfferMinimum> minimums;  ///< of its roles, instead of the configured one
  FrameworkCapabilities capabilities;
  std::vector<RoleConstraints> offer_constraints;
};

/// Replaces all of it; offers of a role that is gone, or that would not be made any more, are
/// rescinded, the demand of a role that is gone forgotten.
struct FrameworkChanged {
  FrameworkHandle framework;
  std::vector<RoleName> roles;
  std::vector<RoleName> suppressed;
  std::map<RoleName, OfferMinimum> minimums;  ///< replaces all of them
  FrameworkCapabilities capabilities;
  std::vector<RoleConstraints> offer_constraints;
};

/// Connected or not: a framework that is not active keeps its share, gets no offers, and its
/// outstanding ones are rescinded.
struct FrameworkActivated {
  FrameworkHandle framework;
  bool active = true;
};

/// REQUIRES no holdings left (the master frees them first).
struct FrameworkRemoved {
  FrameworkHandle framework;
};

struct DemandSet {
  FrameworkHandle framework;
  RoleName role;
  std::vector<DemandShape> shapes;
};

/// The offer is used: `used` stays held by its framework, the rest is free again and hidden from
/// the (framework, role, agent) for `refuse_for`. With nothing used it is a decline. The batch mode
/// takes a negative `refuse_for` as 5 s, and hides for no less than its interval.
struct OfferResolved {
  OfferId offer;
  Resources used;
  Duration refuse_for;
  bool declined = false;  ///< the framework said so itself: arms the back-off of this pair
  std::vector<HeldPriority> priorities;  ///< of what is used, if another than 0
  bool expired = false;                  ///< nobody answered: it was held for as long as it may be
};

struct HoldingFreed {
  AgentHandle agent;
  Holding holding;
};

struct RolesSuppressed {
  FrameworkHandle framework;
  std::vector<RoleName> roles;
};

struct RolesRevived {
  FrameworkHandle framework;
  std::vector<RoleName> roles;
};

/// In the batch mode a weight that is new takes all offers back.
struct WeightSet {
  RoleName role;
  std::int64_t weight_milli = 1000;
};

/// Replaces the role's quota; Quota{} takes it away. REQUIRES, for guarantees that can be kept,
/// what check_quotas() checks. Offers beyond a lowered limit are rescinded; nothing that runs is
/// touched.
struct QuotaSet {
  RoleName role;
  Quota quota;
  bool more_follow = false;  ///< of one change: nothing is decided before the last of them
};

/// Only these hosts make offers from now on; offers of the others are rescinded. nullopt: all do.
struct WhitelistSet {
  std::optional<std::vector<std::string>> hostnames;
};

/// Agents are known that are still to come, or none is any more. Meanwhile no demand is called
/// impossible. False at the beginning.
struct AgentsAwaited {
  bool awaited = false;
};

struct TimePassed {};

using Event = std::variant<AgentAdded, AgentChanged, AgentRemoved, AgentPaused, AgentResumed,
                           FrameworkAdded, FrameworkChanged, FrameworkActivated, FrameworkRemoved,
                           DemandSet, OfferResolved, HoldingFreed, RolesSuppressed, RolesRevived,
                           WeightSet, QuotaSet, TimePassed, WhitelistSet, AgentsAwaited>;

// --- actions -------------------------------------------------------------------------------------

struct MakeOffer {
  OfferId offer;  ///< numbered by the allocator from 1
  FrameworkHandle framework;
  RoleName role;
  AgentHandle agent;
  SharedResources resources;
};

struct RescindOffer {
  OfferId offer;
  FrameworkHandle framework;
  std::string reason;
};

/// The event contradicts the state; nothing was changed.
struct RejectEvent {
  Error error;
};

/// `victim` has to give back so much on that agent until the deadline; what it frees there is kept
/// for the beneficiary, whose shape fits then. One for each victim.
struct Reclaim {
  ReclaimId id;  ///< numbered by the allocator from 1
  ReclaimKind kind = ReclaimKind::kGuarantee;
  AgentHandle agent;
  FrameworkHandle victim;
  RoleName victim_role;
  StandardAmounts amounts{};
  FrameworkHandle beneficiary;
  RoleName beneficiary_role;
  std::string shape;
  std::int32_t priority = 0;  ///< of the shape: with kPriority only what is below it is taken
  Instant deadline;
};

/// There is room, or there will be none: nothing is to be given any more.
struct ReclaimEnded {
  ReclaimId id;
  FrameworkHandle victim;
  std::string why;
};

/// No agent that is present could take a task of the shape, if all of it were free. Once for each
/// shape until its demand changes; empty `why`: one could again.
struct DemandImpossible {
  FrameworkHandle framework;
  RoleName role;
  std::string shape;
  std::string why;
};

using Action =
    std::variant<MakeOffer, RescindOffer, RejectEvent, Reclaim, ReclaimEnded, DemandImpossible>;

}  // namespace allocation
}  // namespace fairlead
