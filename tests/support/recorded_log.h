// A log of an allocator in memory, written as a master writes its file.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "allocator/action_hash.h"
#include "allocator/settings.h"
#include "schemas/allocator_log.h"
#include "schemas/allocator_log_codec.h"

namespace fairlead::test {

struct RecordedLog {
  Bytes bytes = Bytes(kAllocatorLogMark.begin(), kAllocatorLogMark.end());
  std::uint64_t steps = 0;

  explicit RecordedLog(const AllocatorConfig& config) {
    append_frame(bytes, encode(AllocatorLogStart{.program = "0.1.0",
                                                 .cluster = {"c1"},
                                                 .epoch = {3},
                                                 .at = {1'764'425'244'000},
                                                 .offer_hold_max = seconds(30),
                                                 .settings = settings_of(config)}));
  }

  void add(Instant now, const allocation::Event& event,
           std::span<const allocation::Action> actions) {
    ++steps;
    append_frame(bytes, encode_step(now, event, static_cast<std::uint32_t>(actions.size()),
                                    hash_of(now, actions)));
  }
};

/// Reads from memory, which outlives it.
inline AllocatorLogReader::Read reading(BytesView bytes) {
  return [left = bytes](std::span<std::uint8_t> out) mutable {
    const std::size_t taken = std::min(out.size(), left.size());
    std::copy_n(left.begin(), taken, out.begin());
    left = left.subspan(taken);
    return taken;
  };
}

}  // namespace fairlead::test
