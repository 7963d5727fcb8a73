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
  flags.add_choice({.name = "placement", .help = "where a task goes"}, &values.placement,
                   {"best-fit", "spread", "fragmentation", "fairlead"});
  flags.add({.name = "reclaims",
             .help = "what others have to give back for: guarantee, priority, fairness; or none",
             .value_name = "KINDS"},
            &values.reclaims);
  flags.add({.name = "reclaim-after",
             .help = "what has waited so long has room made for it by others; below 60s"},
            &values.reclaim_after, {milliseconds(1), seconds(3600)});
  flags.add({.name = "reclaim-deadline",
             .help = "they choose within it which of their tasks end; then the master chooses"},
            &values.reclaim_deadline, {milliseconds(1), seconds(3600)});
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
  config.placement = parse_placement(values.placement).value();
  config.reclaim_after = values.reclaim_after;
  config.reclaim_deadline = values.reclaim_deadline;
  if (Status read = set_reclaims(config, values.reclaims); !read) {
    return Error{read.error().code, "flag --reclaims: " + read.error().message};
  }
  if (Status valid = validate(config); !valid) return valid.error();
  return config;
}

}  // namespace fairlead
