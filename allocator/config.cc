#include "allocator/config.h"

#include <algorithm>
#include <array>
#include <functional>

#include "allocator/typical.h"
#include "common/ids.h"
#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::array<const char*, 4> kPlacementNames = {"best-fit", "spread", "fragmentation",
                                                        "fairlead"};

Status check_row(const char* name, std::int64_t value, std::int64_t least, std::int64_t most,
                 const char* expected) {
  if (value >= least && value <= most) return {};
  return invalid({.what = std::string("allocator configuration: ") + name,
                  .where = "",
                  .expected = expected,
                  .got = std::to_string(value),
                  .hint = ""});
}

Status check_typical(const AllocatorConfig& config) {
  Status bounded = check_row("typical_tasks", std::int64_t(config.typical_tasks.size()), 0,
                             allocation::kTypicalTasksMax, "at most 256 kinds of tasks");
  for (const TypicalTask& task : config.typical_tasks) {
    if (!bounded) return bounded;
    bounded = check_row("typical_tasks: count", task.count, 1, 1 << 16, "1..65536");
    for (std::int64_t need : task.need) {
      if (!bounded) return bounded;
      bounded =
          check_row("typical_tasks: need", need, 0, limits::kQuantityMax, "0..2^52 base units");
    }
  }
  return bounded;
}

Status check_excluded(const std::vector<std::string>& names) {
  bool is_named = std::none_of(names.begin(), names.end(), std::mem_fn(&std::string::empty));
  if (names.size() <= kExcludedResourcesMax && is_named) return {};
  return invalid({.what = "allocator configuration: fair_share_excluded",
                  .where = "",
                  .expected = "at most " + std::to_string(kExcludedResourcesMax) + " names",
                  .got = is_named ? std::to_string(names.size()) : "an empty name",
                  .hint = "for example gpus"});
}

}  // namespace

const char* to_string(Placement placement) {
  return kPlacementNames[static_cast<std::size_t>(placement)];
}

Result<Placement> parse_placement(std::string_view text) {
  for (std::size_t i = 0; i < kPlacementNames.size(); ++i) {
    if (kPlacementNames[i] == text) return static_cast<Placement>(i);
  }
  return invalid({.what = "placement",
                  .where = "",
                  .expected = "best-fit, spread, fragmentation or fairlead",
                  .got = std::string(text),
                  .hint = ""});
}

OfferMinimum default_offer_minimum() {
  OfferMinimum minimum{.any_of = {Amounts{}, Amounts{}}};
  minimum.any_of.front().scalars[StandardScalar::kCpus] = 10;
  minimum.any_of.back().scalars[StandardScalar::kMem] = 32 * 1024;
  return minimum;
}

Status validate(const AllocatorConfig& config) {
  Status region = config.region.empty() ? Status{} : check_id_text(config.region, "region");
  if (!region) return region;
  const Status rows[] = {
      check_row("offer_minimum", static_cast<std::int64_t>(config.offer_minimum.any_of.size()), 0,
                kOfferMinimumsMax, "0..16 alternatives"),
      check_row("backoff_min", config.backoff_min.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("backoff_max", config.backoff_max.ms(), config.backoff_min.ms(), 3'600'000,
                "backoff_min..3600000 ms"),
      check_row("filter_max", config.filter_max.ms(), 1'000, 365LL * 24 * 3'600'000,
                "1 s..365 days in ms"),
      check_row("accumulate_after", config.accumulate_after.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("turns_per_step_max", config.turns_per_step_max, 1, kTurnsPerStepMost, "1..2^32"),
      check_row("accumulate_max", config.accumulate_max.ms(), 1'000, 24LL * 3'600'000,
                "1 s..1 day in ms"),
      check_row("reclaim_after", config.reclaim_after.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("reclaim_deadline", config.reclaim_deadline.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("reclaims_per_role_max", config.reclaims_per_role_max, 1, 10'000, "1..10000"),
      check_row("interval", config.interval.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_excluded(config.fair_share_excluded),
      check_row("lease_free", config.lease_free.ms(), 0, 3'600'000, "0..3600000 ms"),
      check_row("lease_doubling", config.lease_doubling.ms(), 0, 3'600'000, "0..3600000 ms"),
      check_row("lease_half_life", config.lease_half_life.ms(), 1'000, 24LL * 3'600'000,
                "1 s..1 day in ms"),
      check_row("lease_unanswered_max", config.lease_unanswered_max, 1, 1'000, "1..1000"),
  };
  for (const Status& row : rows) {
    if (!row) return row;
  }
  return check_typical(config);
}

Status set_reclaims(AllocatorConfig& config, std::string_view kinds) {
  AllocatorConfig read = config;
  read.reclaims_for_guarantees = read.reclaims_for_priorities = read.reclaims_for_fairness = false;
  std::string_view rest = kinds;
  while (kinds != "none") {
    std::string_view kind = rest.substr(0, rest.find(','));
    bool* is_on = kind == "guarantee"  ? &read.reclaims_for_guarantees
                  : kind == "priority" ? &read.reclaims_for_priorities
                  : kind == "fairness" ? &read.reclaims_for_fairness
                                       : nullptr;
    if (is_on == nullptr) {
      return invalid({.what = "reclaims",
                      .where = "",
                      .expected = "guarantee, priority, fairness, or none",
                      .got = std::string(kinds),
                      .hint = ""});
    }
    *is_on = true;
    if (kind.size() == rest.size()) break;
    rest.remove_prefix(kind.size() + 1);
  }
  config = read;
  return {};
}

}  // namespace fairlead
