// The batch mode: what is touched and when it is served as in Mesos 1.11, for those who rely on its
// rules (docs/decisions/0033-allocation-modes.md). An event changes the books at once and offers
// nothing. Runs do: one over all agents every AllocatorConfig::interval, and one for the events of
// one instant that ask for it, over the agents that they name.
//
// A run visits its agents in random order. On each of them the roles are sorted, and in a role its
// frameworks; each takes all that is left and permitted (a framework with a demand: as many of its
// tasks as it wants and as fit). With guarantees, a first stage visits them for those below their
// guarantee; then, shuffled again, everybody.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

/// Carries out the runs that are due before the event, each as of the instant at which it was due.
/// Those of the very instant are due only at a TimePassed: others may still join them.
void run_what_is_due(Context& context, const Event& event);

/// For which agents an event asks for a run.
struct RunRequest {
  bool all = false;
  std::optional<AgentHandle> agent;
};

/// REQUIRES that the event is not applied yet.
RunRequest run_asked_by(const State& state, const Event& event);
/// After the event was applied.
void ask_for_run(Context& context, const RunRequest& request);

/// Of the mode; never in the event mode and before the first step.
Instant next_run(const State& state);

}  // namespace fairlead::allocation
