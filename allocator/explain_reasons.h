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

/// A guarantee covers what is placed of the shape at once.
bool is_covered(const Question& question);
/// Scalars out of which the shape may be cut.
Quantities usable_scalars(const Question& question, const Resources& resources);
/// The shape's constraints and those of its role hold there.
bool will_do(const Question& question, const Agent& agent);

}  // namespace fairlead::allocation
