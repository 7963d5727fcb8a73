#include "cli/drain_flags.h"

#include "common/limits.h"
#include "common/parse_units.h"

namespace fairlead::cli {

void DrainFlags::declare(FlagSet& flags) {
  flags.add({.name = "deadline", .help = "tasks may end by themselves for so long; 0s: none"},
            &deadline_, {Duration{}, limits::kTaskDurationMax});
  flags.add({.name = "grace",
             .help = "SIGTERM to SIGKILL; default: each task's own",
             .value_name = "DURATION"},
            &grace_);
}

Status DrainFlags::write(nlohmann::json& body) const {
  body["deadline_ms"] = deadline_.ms();
  if (grace_.empty()) return {};
  const Result<Duration> grace = parse_duration(grace_);
  if (!grace || *grace < Duration{} || *grace > limits::kTaskDurationMax) {
    return invalid({.what = "flag --grace",
                    .expected = "0s.." + format_duration(limits::kTaskDurationMax),
                    .got = grace_});
  }
  body["grace_ms"] = grace->ms();
  return {};
}

}  // namespace fairlead::cli
