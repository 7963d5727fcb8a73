#include "allocator/config.h"

#include "common/limits.h"

namespace fairlead {
namespace {

Status check_row(const char* name, std::int64_t value, std::int64_t least, std::int64_t most,
                 const char* expected) {
  if (value >= least && value <= most) return {};
  return invalid({.what = std::string("allocator configuration: ") + name,
                  .where = "",
                  .expected = expected,
                  .got = std::to_string(value),
                  .hint = ""});
}

}  // namespace

Status validate(const AllocatorConfig& config) {
  const Status rows[] = {
      check_row("allocatable_cpu_milli_min", config.allocatable_cpu_milli_min, 0,
                limits::kQuantityMax, "0..2^52 thousandths"),
      check_row("allocatable_mem_kib_min", config.allocatable_mem_kib_min, 0, limits::kQuantityMax,
                "0..2^52 KiB"),
      check_row("backoff_min", config.backoff_min.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("backoff_max", config.backoff_max.ms(), config.backoff_min.ms(), 3'600'000,
                "backoff_min..3600000 ms"),
      check_row("filter_max", config.filter_max.ms(), 1'000, 365LL * 24 * 3'600'000,
                "1 s..365 days in ms"),
      check_row("accumulate_after", config.accumulate_after.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("accumulate_max", config.accumulate_max.ms(), 1'000, 24LL * 3'600'000,
                "1 s..1 day in ms"),
      check_row("lease_free", config.lease_free.ms(), 0, 3'600'000, "0..3600000 ms"),
      check_row("lease_doubling", config.lease_doubling.ms(), 0, 3'600'000, "0..3600000 ms"),
      check_row("lease_half_life", config.lease_half_life.ms(), 1'000, 24LL * 3'600'000,
                "1 s..1 day in ms"),
      check_row("lease_unanswered_max", config.lease_unanswered_max, 1, 1'000, "1..1000"),
  };
  for (const Status& row : rows) {
    if (!row) return row;
  }
  return {};
}

}  // namespace fairlead
