// A store's outcome as a core's event says it. Pure; it exists because cores see no port and ports
// see no core's event. Any thread.
#pragma once

#include "common/master_events.h"
#include "runtime/store.h"

namespace fairlead {

constexpr WriteOutcome to_write_outcome(StoreOutcome outcome) {
  switch (outcome) {
    case StoreOutcome::kPersisted:
      return WriteOutcome::kPersisted;
    case StoreOutcome::kRefused:
      return WriteOutcome::kRefused;
    case StoreOutcome::kUnknown:
      break;
  }
  return WriteOutcome::kUnknown;
}

}  // namespace fairlead
