// The parts of an Explanation, each in its file, and what the walk over all agents found for them.
// Internal to allocator/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allocator/explain_reasons.h"

namespace fairlead::allocation {

struct Near {
  AgentHandle agent;
  Answer answer;
};

/// Agents that stand for all of their kind.
struct Survey {
  static constexpr std::size_t kNearMax = 3;

  std::vector<Near> nearest;           ///< of all; the nearest first
  std::vector<Near> short_of;          ///< of those where too little is free
  std::optional<Near> reducible;       ///< lacks least of those that have something of everything
  std::optional<AgentHandle> hidden;   ///< the shape is refused there, and that ends first
  std::optional<AgentHandle> spread;   ///< as many as it may have are there
  std::optional<AgentHandle> paused;   ///< it would fit there
  std::vector<std::size_t> unmatched;  ///< by constraint: agents that only it keeps from fitting
  std::optional<AgentHandle> roomy;    ///< the smallest that could take the shape when empty
  std::string scarcest;
};

/// Fills `survey` and what Explanation counts. O(agents x constraints).
void survey_agents(const Question& question, const ExplainOptions& options, Survey& survey,
                   Explanation& explanation);

/// How many tasks of a gang fit, and where. A copy of the state.
void count_gang(const Question& question, Explanation& explanation);

/// Who has what is missing: on the near agents, and role by role. O(holdings there + roles).
void find_holders(const Question& question, const Survey& survey, Instant now,
                  Explanation& explanation);

/// The changes that admit one task. A copy of the state for each that is tried.
void find_changes(const Question& question, const Survey& survey, Instant now,
                  Explanation& explanation);

/// What is known about when.
void find_outlook(const Question& question, const Survey& survey, const ExplainOptions& options,
                  Explanation& explanation);

/// "a1, a2, a3 and 4 more".
std::string names_of(const State& state, const std::vector<AgentHandle>& agents);

/// The place among cpus, mem, disk, gpus; nullopt for another resource.
std::optional<std::size_t> place_of_scalar(const std::string& resource);

}  // namespace fairlead::allocation
