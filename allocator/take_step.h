// One step, topic by topic: time, the event, serving what it touched, the offers. Internal.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

void take_step(Context& context, const Event& event);

}  // namespace fairlead::allocation
