// The agent's core: registers with the master, takes launches, orders containers, checkpoints
// before it acts and keeps every task's stream of status updates. A pure state machine over the
// events and actions of common/agent_events.h: no clock, no process, no file. Handlers live one
// topic per file beside this one and are free functions over an AgentContext. Owned by the agent's
// daemon or the simulator; not thread-safe.
#pragma once

#include <vector>

#include "agent/config.h"
#include "agent/state.h"
#include "common/agent_events.h"

namespace fairlead {

class AgentCore {
 public:
  explicit AgentCore(AgentConfig config);

  /// Applies `event` and appends what follows from it. The first event is AgentStarted; before it,
  /// and after an EndAgent, everything is ignored. REQUIRES now >= every earlier now.
  void step(Instant now, const AgentEvent& event, std::vector<AgentAction>& out);

  /// When a TimePassed is due; never() after an EndAgent. An early one does nothing.
  Instant next_deadline() const {
    return state_.has_ended ? Instant::never() : state_.timers.next();
  }

  /// For readers (HTTP, metrics). Valid until the next step.
  const AgentState& state() const { return state_; }
  const AgentConfig& config() const { return config_; }

 private:
  AgentConfig config_;
  AgentState state_;
};

}  // namespace fairlead
