// Weights and quotas of roles, which are both in the registry and in the allocator's log. Private
// to schemas/: sees Cap'n Proto. Readers throw a Failure.
#pragma once

#include "common/records.h"
#include "schemas/registry.capnp.h"

namespace fairlead::codec {

void write(const WeightRecord& value, wire::WeightRecord::Builder out);
void write(const QuotaRecord& value, wire::QuotaRecord::Builder out);

WeightRecord read(wire::WeightRecord::Reader in);
/// Passes check_quota().
QuotaRecord read(wire::QuotaRecord::Reader in);

}  // namespace fairlead::codec
