#include "master/daemon/allocator_flags.h"

namespace fairlead {

void add_allocator_flags(FlagSet& flags, AllocatorFlags& values) {
  flags.add_choice(
      {.name = "allocation-mode",
       .help = "event: what is free is offered at once; batch: as Mesos does, over all "
               "agents every interval"},
      &values.mode, {"event", "batch"});
  flags.add({.name = "allocation-interval",
             .help = "batch: between two runs, and how long a filter lasts at least"},
            &values.interval, {milliseconds(1), seconds(3600)});
  flags.add({.name = "min-allocatable",
             .help = "least offer to a framework without a demand: all of one of the amounts; none",
             .value_name = "AMOUNTS|AMOUNTS"},
            &values.minimum);
  flags.add_repeated({.name = "fair-share-exclude",
                      .help = "a scalar that counts in nobody's share, such as gpus",
                      .value_name = "NAME"},
                     &values.excluded);
}

Result<AllocatorConfig> allocator_of_flags(const AllocatorFlags& values) {
  AllocatorConfig config;
  config.mode = values.mode == "batch" ? AllocationMode::kBatch : AllocationMode::kEvent;
  config.interval = values.interval;
  Result<OfferMinimum> minimum = parse_offer_minimum(values.minimum);
  if (!minimum) {
    return Error{minimum.error().code, "flag --min-allocatable: " + minimum.error().message};
  }
  config.offer_minimum = std::move(*minimum);
  config.fair_share_excluded = values.excluded;
  if (Status valid = validate(config); !valid) return valid.error();
  return config;
}

}  // namespace fairlead
