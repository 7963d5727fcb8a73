// The master's core: admits agents and frameworks, carries the allocator's offers to frameworks and
// their launches to agents, keeps every task's state. A pure state machine over the events and
// actions of common/master_events.h: no clock, no I/O, no thread. Handlers live one topic per file
// beside this one and are free functions over a Context (master/context.h).
// Owned by the master's daemon or the simulator; not thread-safe.
#pragma once

#include <memory>
#include <vector>

#include "allocator/allocator.h"
#include "common/master_events.h"
#include "master/allocator_watch.h"
#include "master/config.h"
#include "master/state.h"

namespace fairlead {

class MasterCore {
 public:
  /// `patterns` and `watch`, when there is one, outlive the core.
  explicit MasterCore(MasterConfig config, const PatternMatcher& patterns = no_patterns(),
                      AllocatorWatch* watch = nullptr);
  ~MasterCore();
  MasterCore(const MasterCore&) = delete;
  MasterCore& operator=(const MasterCore&) = delete;

  /// Applies `event` and appends what follows from it. The first event is MasterStarted; before it,
  /// and after a StepDown, everything is ignored. Nothing that a peer sends can make it fail.
  /// REQUIRES now >= every earlier now. Work is proportional to what changes.
  void step(Instant now, const MasterEvent& event, std::vector<MasterAction>& out);

  /// When a TimePassed is due. May be early: an early one does nothing.
  Instant next_deadline() const;

  /// What would follow from a change of quotas or of a weight that is durable by now: allowed and
  /// checked as the request itself. Changes nothing. O(state of the allocator).
  Result<WhatIf> dry_run(const Principal& who, const OperatorRequest& request) const;

  /// For readers (HTTP, metrics). Valid until the next step.
  const master::MasterState& state() const { return state_; }
  const AllocatorCore& allocator() const { return allocator_; }
  const MasterConfig& config() const { return config_; }

 private:
  MasterConfig config_;
  master::MasterState state_;
  AllocatorCore allocator_;
  AllocatorWatch* const watch_;
};

}  // namespace fairlead
