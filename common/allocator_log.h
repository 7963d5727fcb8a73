// The log of an allocator's input: with which settings it began, then every event with its time and
// a hash of what was decided. Enough to decide all of it again, bit for bit. Plain values; schemas/
// turns them into bytes.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/allocator_events.h"

namespace fairlead {

inline constexpr std::uint32_t kAllocatorLogVersion = 1;

/// One row of the allocator's configuration, as text.
struct AllocatorSetting {
  std::string name;
  std::string value;
  friend bool operator==(const AllocatorSetting&, const AllocatorSetting&) = default;
};

/// The first record of a log.
struct AllocatorLogStart {
  std::uint32_t version = kAllocatorLogVersion;  ///< of the format
  std::string program;                           ///< Fairlead's version that wrote it
  ClusterId cluster;
  Epoch epoch;
  WallTime at;              ///< when it began
  Duration offer_hold_max;  ///< how long the master waits for an answer to an offer
  std::vector<AllocatorSetting> settings;
  friend bool operator==(const AllocatorLogStart&, const AllocatorLogStart&) = default;
};

/// One step of the allocator.
struct AllocatorLogStep {
  Instant at;
  allocation::Event event;
  std::uint32_t actions = 0;  ///< how many it caused
  std::uint64_t hash = 0;     ///< of these, see allocator/action_hash.h
};

using AllocatorLogRecord = std::variant<AllocatorLogStart, AllocatorLogStep>;

}  // namespace fairlead
