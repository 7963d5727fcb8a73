// FrameworkInfo is both on the wire and in the registry, its capabilities in the allocator's log,
// too. Private to schemas/: sees Cap'n Proto.
#pragma once

#include "common/framework_messages.h"
#include "schemas/framework.capnp.h"

namespace fairlead::codec {

void write(const FrameworkCapabilities& value, wire::FrameworkCapabilities::Builder out);
FrameworkCapabilities read(wire::FrameworkCapabilities::Reader in);
void write(const FrameworkInfo& value, wire::FrameworkInfo::Builder out);
FrameworkInfo read(wire::FrameworkInfo::Reader in);

}  // namespace fairlead::codec
