// Operations on resources between values and Cap'n Proto structs. Private to schemas/: sees Cap'n
// Proto. Whose principal reserves is not said: the master knows who speaks.
#pragma once

#include "common/resource_operation.h"
#include "schemas/framework.capnp.h"

namespace fairlead::codec {

void write(const ResourceOperation& value, wire::ResourceOperation::Builder out);
ResourceOperation read(wire::ResourceOperation::Reader in);

}  // namespace fairlead::codec
