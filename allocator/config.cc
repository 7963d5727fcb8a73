#include "allocator/config.h"

#include <algorithm>
#include <functional>

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

OfferMinimum default_offer_minimum() {
  OfferMinimum minimum{.any_of = {Amounts{}, Amounts{}}};
  minimum.any_of.front().scalars[StandardScalar::kCpus] = 10;
  minimum.any_of.back().scalars[StandardScalar::kMem] = 32 * 1024;
  return minimum;
}

Status validate(const AllocatorConfig& config) {
  const Status rows[] = {
      check_row("offer_minimum", static_cast<std::int64_t>(config.offer_minimum.any_of.size()), 0,
                kOfferMinimumsMax, "0..16 alternatives"),
      check_row("backoff_min", config.backoff_min.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("backoff_max", config.backoff_max.ms(), config.backoff_min.ms(), 3'600'000,
                "backoff_min..3600000 ms"),
      check_row("filter_max", config.filter_max.ms(), 1'000, 365LL * 24 * 3'600'000,
                "1 s..365 days in ms"),
      check_row("accumulate_after", config.accumulate_after.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_row("accumulate_max", config.accumulate_max.ms(), 1'000, 24LL * 3'600'000,
                "1 s..1 day in ms"),
      check_row("interval", config.interval.ms(), 1, 3'600'000, "1..3600000 ms"),
      check_excluded(config.fair_share_excluded),
  };
  for (const Status& row : rows) {
    if (!row) return row;
  }
  return {};
}

}  // namespace fairlead
