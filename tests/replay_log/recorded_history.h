// An AllocatorWorld whose input is recorded.
#pragma once

#include <vector>

#include "tests/allocator/random_history.h"
#include "tests/support/recorded_log.h"

namespace fairlead {

struct RecordedHistory {
  AllocatorWorld world;
  test::RecordedLog log;

  explicit RecordedHistory(const AllocatorConfig& config) : world(config), log(config) {
    world.watch = [this](const allocation::Event& event,
                         const std::vector<allocation::Action>& actions) {
      log.add(world.now, event, actions);
    };
  }
  RecordedHistory(const RecordedHistory&) = delete;
  RecordedHistory& operator=(const RecordedHistory&) = delete;

  /// As the histories of tests/allocator/.
  void run(Draw draw) {
    begin(world, draw);
    while (!draw.is_empty()) any_event(world, draw);
  }
};

}  // namespace fairlead
