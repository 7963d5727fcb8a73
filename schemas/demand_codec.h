// What a framework wants and asks of agents. Private to schemas/: sees Cap'n Proto.
#pragma once

#include "common/framework_messages.h"
#include "schemas/framework.capnp.h"

namespace fairlead::codec {

void write(const DemandShape& value, wire::DemandShape::Builder out);
DemandShape read(wire::DemandShape::Reader in);
void write(const RoleConstraints& value, wire::RoleConstraints::Builder out);
RoleConstraints read(wire::RoleConstraints::Reader in);

}  // namespace fairlead::codec
