// Reclaims between values and Cap'n Proto structs. Private to schemas/: sees Cap'n Proto.
#pragma once

#include "common/framework_messages.h"
#include "schemas/framework.capnp.h"

namespace fairlead::codec {

void write(const ReclaimResources& value, wire::ReclaimResources::Builder out);
void write(const ReclaimCancelled& value, wire::ReclaimCancelled::Builder out);

ReclaimResources read(wire::ReclaimResources::Reader in);
ReclaimCancelled read(wire::ReclaimCancelled::Reader in);

}  // namespace fairlead::codec
