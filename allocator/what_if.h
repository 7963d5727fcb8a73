// What would follow from a change of quota or weights: a copy of the allocator takes the events
// that the change is, and what it decides is read off. Nothing changes. Values only.
#pragma once

#include <string>
#include <vector>

#include "common/allocator_events.h"

namespace fairlead {

struct OutstandingOffer {
  OfferId offer;
  FrameworkHandle framework;
  RoleName role;
  AgentHandle agent;
  Resources resources;
};

struct WouldRescind {
  OutstandingOffer offer;
  std::string reason;
};

/// A role that wants something, and the rule that moves its turn.
struct TurnMoved {
  RoleName role;
  std::string why;
};

/// What a framework holds in a role.
struct Holder {
  FrameworkHandle framework;
  RoleName role;
  StandardAmounts held{};
};

/// What a role and its sub-roles consume beyond the limit: what runs is not touched, but nothing
/// more is offered before so much was given back.
struct OverLimit {
  RoleName role;
  StandardAmounts excess{};
  std::vector<Holder> holders;  ///< who holds most of it in front; at most kHoldersMax
};
inline constexpr std::size_t kHoldersMax = 10;

struct WhatIf {
  std::vector<WouldRescind> rescinded;
  std::vector<OutstandingOffer> offered;  ///< at once
  std::vector<TurnMoved> delayed;         ///< by path
  std::vector<TurnMoved> sooner;          ///< by path
  std::vector<OverLimit> over_limit;      ///< those that are not, or not so far, today; by path
};

namespace allocation {
struct State;

/// As of the state's last step. An event that is rejected is the error. O(state).
Result<WhatIf> what_if(const State& state, const std::vector<Event>& events);
}  // namespace allocation

}  // namespace fairlead
