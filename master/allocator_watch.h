// Who hears what the master's allocator hears and decides: a port, for a log that can be replayed.
// It cannot change anything. Implemented by the daemon; called within MasterCore::step.
#pragma once

#include <span>

#include "common/allocator_events.h"

namespace fairlead {

class AllocatorWatch {
 public:
  virtual ~AllocatorWatch() = default;

  /// After each step of the allocator, in order; `actions` are those that it caused.
  virtual void on_allocator_step(Instant now, const allocation::Event& event,
                                 std::span<const allocation::Action> actions) = 0;
};

}  // namespace fairlead
