// The metrics of a master that stands by. Pure.
#pragma once

#include "runtime/coordination.h"
#include "runtime/http.h"

namespace fairlead {

HttpReply standby_metrics(const Standby& standby);

}  // namespace fairlead
