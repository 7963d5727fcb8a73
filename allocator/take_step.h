// One step, topic by topic: time, the event, serving what it touched, the offers. Internal.
// Of a change in several events the last one touches everybody, and only then is decided.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

void take_step(Context& context, const Event& event);

// Its two halves.

/// False when more events of the same change are to come.
bool apply_event(Context& context, const Event& event);
void decide(Context& context);

}  // namespace fairlead::allocation
