// Which faults a run draws and how often (the swarm: each run leaves some out and exaggerates
// others), and how often each one struck. Values; owned by a World; not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "common/time.h"
#include "simulator/chaos/random.h"

namespace fairlead::chaos {

enum class Fault : std::uint8_t {
  // On one message.
  kMessageLost,
  kMessageDuplicated,
  kMessagesReordered,
  kMessageDelayed,
  kLateBytes,  ///< what a dead connection still carried arrives long after its end
  // On one write.
  kWriteUnknown,  ///< the registry's answer is lost; the write may have happened
  kWriteLate,     ///< the registry answers after seconds
  kStaleRead,     ///< a lookup of the leader answers what was true before
  kDiskSlow,
  kWriteLost,     ///< a crash took a write that had not been acknowledged
  kWriteTorn,     ///< … and left half of it, which its checksum gives away
  kRowDamaged,    ///< a row of a checkpoint is unreadable at the next start
  kCrashAtWrite,  ///< a process dies just before or just after a write became durable
  // At a time of their own.
  kDiskFull,
  kPartition,
  kPartitionOneWay,
  kWallClockJump,
  kPause,
  kSessionExpired,
  kMasterCrash,
  kAgentCrash,
  kFrameworkCrash,
  kMachineReboot,
  kStorm,
  kDrain,  ///< no fault: an operator empties an agent, and takes it back later
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kDrain) + 1;
inline constexpr Fault kFirstTimedFault = Fault::kDiskFull;

/// "message_lost", …
std::string_view to_string(Fault fault);
/// kFaults when no fault has this name.
std::size_t find_fault(std::string_view name);

class FaultPlan {
 public:
  struct Options {
    std::uint32_t without = 0;  ///< bits of faults that are left out whatever is drawn
    bool swarm = true;          ///< false: every other one strikes as often as usual
  };
  FaultPlan(Random& random, Options options);

  bool has(Fault fault) const { return per_million_[index(fault)] > 0; }
  /// Whether `fault` strikes at this opportunity; counted when it does. Never after `heal`.
  bool strikes(Fault fault, Random& random);
  /// For timed ones: the pause until it strikes next. REQUIRES: has(fault).
  Duration next_in(Fault fault, Random& random) const;
  void count(Fault fault) { ++counts_[index(fault)]; }
  const std::array<std::uint64_t, kFaults>& counts() const { return counts_; }

  /// No fault from now on.
  void heal() { is_healed_ = true; }
  bool is_healed() const { return is_healed_; }

 private:
  static std::size_t index(Fault fault) { return static_cast<std::size_t>(fault); }

  /// Of opportunities, or, for timed faults, of seconds.
  std::array<std::uint64_t, kFaults> per_million_{};
  std::array<std::uint64_t, kFaults> counts_{};
  bool is_healed_ = false;
};
static_assert(kFaults < 32, "a set of faults fits 32 bits");
inline constexpr std::uint32_t kAllFaults = (std::uint32_t{1} << kFaults) - 1;

}  // namespace fairlead::chaos
