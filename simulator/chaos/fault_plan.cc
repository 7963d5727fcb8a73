#include "simulator/chaos/fault_plan.h"

#include <algorithm>

namespace fairlead::chaos {
namespace {

struct FaultRow {
  std::string_view name;
  /// Of opportunities; for timed faults: of seconds, so 20'000 is every 50 s.
  std::uint64_t per_million;
};

/// In the order of the enumeration.
constexpr std::array<FaultRow, kFaults> kRows{{
    {"message_lost", 400},
    {"message_duplicated", 1'000},
    {"messages_reordered", 1'000},
    {"message_delayed", 2'000},
    {"late_bytes", 300'000},
    {"write_unknown", 10'000},
    {"write_late", 20'000},
    {"stale_read", 100'000},
    {"disk_slow", 2'000},
    {"write_lost", 700'000},
    {"write_torn", 300'000},
    {"row_damaged", 3'000},
    {"crash_at_write", 1'000},
    {"disk_full", 20'000},
    {"partition", 25'000},
    {"partition_one_way", 25'000},
    {"wall_clock_jump", 20'000},
    {"pause", 30'000},
    {"session_expired", 15'000},
    {"master_crash", 15'000},
    {"agent_crash", 50'000},
    {"framework_crash", 20'000},
    {"machine_reboot", 10'000},
    {"storm", 4'000},
    {"drain", 40'000},
}};

constexpr std::uint64_t kLeftOutOneIn = 4;
constexpr std::uint64_t kExaggeratedOneIn = 5;
constexpr std::uint64_t kExaggeration = 5;

}  // namespace

std::string_view to_string(Fault fault) {
  return kRows[static_cast<std::size_t>(fault)].name;
}

std::size_t find_fault(std::string_view name) {
  std::size_t i = 0;
  while (i < kFaults && kRows[i].name != name) ++i;
  return i;
}

FaultPlan::FaultPlan(Random& random, Options options) {
  for (std::size_t i = 0; i < kFaults; ++i) {
    // Both are drawn in any case: leaving one fault out must not change what others do.
    bool is_left_out = random.below(kLeftOutOneIn) == 0 && options.swarm;
    bool is_exaggerated = random.below(kExaggeratedOneIn) == 0 && options.swarm;
    if (is_left_out || (options.without >> i & 1U) != 0) continue;
    per_million_[i] = std::min<std::uint64_t>(
        kRows[i].per_million * (is_exaggerated ? kExaggeration : 1), 1'000'000);
  }
}

bool FaultPlan::strikes(Fault fault, Random& random) {
  bool is_struck = random.happens(per_million_[index(fault)]);
  if (!is_struck || is_healed_) return false;
  count(fault);
  return true;
}

Duration FaultPlan::next_in(Fault fault, Random& random) const {
  Duration mean = seconds(1'000'000) / static_cast<std::int64_t>(per_million_[index(fault)]);
  return random.between(mean / 10, mean * 2);
}

}  // namespace fairlead::chaos
