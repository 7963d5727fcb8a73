// Events of the allocator between values and Cap'n Proto structs. Private to schemas/: sees Cap'n
// Proto. Readers throw a Failure. Every writer names all fields of its event: one that is added and
// not recorded fails to compile.
#pragma once

#include "common/allocator_events.h"
#include "schemas/allocator_log.capnp.h"

namespace fairlead::codec {

void write(const allocation::Event& value, wire::AllocatorEvent::Builder out);
allocation::Event read(wire::AllocatorEvent::Reader in);

}  // namespace fairlead::codec
