// An AllocatorWorld whose input is recorded as a master would: a log in memory.
#pragma once

#include <algorithm>
#include <vector>

#include "allocator/action_hash.h"
#include "allocator/settings.h"
#include "schemas/allocator_log.h"
#include "schemas/allocator_log_codec.h"
#include "tests/allocator/random_history.h"

namespace fairlead {

/// Reads from memory.
inline AllocatorLogReader::Read reading(BytesView bytes) {
  return [left = bytes](std::span<std::uint8_t> out) mutable {
    const std::size_t taken = std::min(out.size(), left.size());
    std::copy_n(left.begin(), taken, out.begin());
    left = left.subspan(taken);
    return taken;
  };
}

struct RecordedHistory {
  AllocatorWorld world;
  Bytes log = Bytes(kAllocatorLogMark.begin(), kAllocatorLogMark.end());
  std::uint64_t steps = 0;

  explicit RecordedHistory(const AllocatorConfig& config) : world(config) {
    append_frame(log, encode(AllocatorLogStart{.program = "0.1.0",
                                               .cluster = {"c1"},
                                               .epoch = {3},
                                               .at = {1'764'425'244'000},
                                               .offer_hold_max = seconds(30),
                                               .settings = settings_of(config)}));
    world.watch = [this](const allocation::Event& event,
                         const std::vector<allocation::Action>& actions) {
      ++steps;
      append_frame(log, encode_step(world.now, event, static_cast<std::uint32_t>(actions.size()),
                                    hash_of(world.now, actions)));
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
