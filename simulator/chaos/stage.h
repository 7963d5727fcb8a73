// What everything in one run shares: time, chance, faults, promises, the trace. Handed by reference
// to every part of the world; owned by World; not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/chaos/checkers.h"
#include "simulator/chaos/event_queue.h"
#include "simulator/chaos/fault_plan.h"
#include "simulator/chaos/plant.h"
#include "simulator/chaos/random.h"
#include "simulator/chaos/trace.h"

namespace fairlead::chaos {

/// A machine with a network address: masters first, then the coordination service, agents,
/// frameworks.
struct HostId {
  std::size_t number = 0;
  friend auto operator<=>(const HostId&, const HostId&) = default;
};

struct Stage {
  Stage(std::uint64_t seed, FaultPlan::Options options, Plant planted, Trace::Reader read)
      : random(seed), faults(random, options), plant(planted), trace(std::move(read)) {}

  EventQueue queue;
  Random random;
  FaultPlan faults;
  Checkers checkers;
  const Plant plant;
  Trace trace;
  /// Lives that ended inside one of their own calls; freed after the event.
  std::vector<std::shared_ptr<void>> graveyard;

  Instant now() const { return queue.now(); }
  void note(std::string_view who, std::string_view what) { trace.line(now(), who, what); }
  bool strikes(Fault fault) { return faults.strikes(fault, random); }
  template <class What>
  void expect(Promise promise, bool holds, const What& what) {
    checkers.expect(promise, holds, now(), what);
  }
};

}  // namespace fairlead::chaos
