// What tasks are like: how many came that need so much, counted from demand as it is declared, and
// what the placement policies derive from it. What is new counts from the moment that what is known
// has grown by an eighth, so that policies may remember what they worked out. Internal to
// allocator/; kept only while the policy needs it.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "allocator/config.h"
#include "common/devices.h"

namespace fairlead::allocation {

struct State;

/// Kinds of tasks that are told apart; the rarest makes room for a new one.
inline constexpr std::size_t kTypicalTasksMax = 256;
/// All counts are halved when their sum passes it: what came long ago counts less and less.
inline constexpr std::int64_t kTypicalCountMax = std::int64_t{1} << 20;

/// The place of gpus in StandardAmounts.
inline constexpr std::size_t kGpus = static_cast<std::size_t>(StandardScalar::kGpus);

/// How much unusable room grows, in a policy's own unit; the smaller the better.
using Growth = __int128;

/// What a policy looks at on an agent.
struct FreeRoom {
  StandardAmounts free{};
  std::vector<std::uint16_t> devices;  ///< free thousandths of those with some, most first
  friend bool operator==(const FreeRoom&, const FreeRoom&) = default;
};

struct FreeRoomHash {
  std::size_t operator()(const FreeRoom& room) const;
};

struct TypicalTasks {
  std::vector<TypicalTask> counted;  ///< by need
  std::int64_t total = 0;            ///< of their counts

  // As of the last look, what the policies see.
  std::int64_t total_seen = 0;
  std::vector<TypicalTask> with_gpus;
  /// By free thousandths of a device: how many millionths of it are expected to stay unused.
  std::array<std::int64_t, kDeviceMilli + 1> left_micro{};
  /// What tasks with gpus need on average beside one gpu; 0: nothing.
  StandardAmounts beside_gpu{};
  /// Of rooms that were looked at since. Only found by key, never gone through.
  std::unordered_map<FreeRoom, Growth, FreeRoomHash> unusable;
};

/// Takes what the configuration knows.
void begin_typical(State& state);
/// Demand names `count` more tasks of that need. O(kinds of tasks).
void note_come(State& state, const StandardAmounts& need, std::int64_t count);

}  // namespace fairlead::allocation
