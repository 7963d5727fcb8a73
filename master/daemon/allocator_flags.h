// The flags of a master that say how it allocates. Values only; `allocator_of_flags` reads those
// that are texts.
#pragma once

#include <string>
#include <vector>

#include "allocator/config.h"
#include "common/result.h"
#include "runtime/adapters/flags/flags.h"

namespace fairlead {

struct AllocatorFlags {
  std::string mode = "event";
  Duration interval = AllocatorConfig{}.interval;
  std::string minimum = to_string(default_offer_minimum());
  std::vector<std::string> excluded;
  std::string placement = to_string(AllocatorConfig{}.placement);
  std::string reclaims = "guarantee,priority";
  Duration reclaim_after = AllocatorConfig{}.reclaim_after;
  Duration reclaim_deadline = AllocatorConfig{}.reclaim_deadline;
};

void add_allocator_flags(FlagSet& flags, AllocatorFlags& values);
/// kInvalid names the flag.
Result<AllocatorConfig> allocator_of_flags(const AllocatorFlags& values);

}  // namespace fairlead
