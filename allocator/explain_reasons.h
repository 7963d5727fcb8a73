// What one agent answers to a shape that waits. Internal to allocator/.
#pragma once

#include "allocator/context.h"
#include "allocator/explain.h"

namespace fairlead::allocation {

struct Question {
  const State& state;
  ClientIndex client;
  const DemandShape& shape;
  const RoleName& role;
  bool despite_pause = false;  ///< as if no agent were paused
};

/// What one agent answers. `lack` orders the near misses: smaller is nearer.
struct Answer {
  WaitReason reason = WaitReason::kFits;
  Quantities missing;
  std::string missing_other;  ///< of what is not a scalar
  Fraction lack;
};

/// Filters and back-offs count as they stood after the last step. O(size of the agent's values).
Answer ask(const Question& question, AgentHandle agent);
/// A fit is nearest, then a hindrance that ends by itself, then by how much is missing.
bool is_nearer(const Answer& a, const Answer& b);
AgentVerdict verdict_of(const Question& question, AgentHandle agent, const Answer& answer);

/// Scalars that the role may use, of every lot that can be cut.
Quantities usable_scalars(const Resources& resources, const RoleName& role);
/// "rack equals r1".
std::string constraint_text(const Constraint& constraint);

}  // namespace fairlead::allocation
