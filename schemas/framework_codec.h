// Envelopes between frameworks and the master, as bytes. Contracts as in schemas/agent_codec.h.
// Thread-safe: pure functions.
#pragma once

#include "schemas/codec.h"

namespace fairlead {

Bytes encode(const Envelope<FrameworkToMaster>& envelope);
Bytes encode(const Envelope<MasterToFramework>& envelope);

Result<Envelope<FrameworkToMaster>> decode_framework_to_master(BytesView bytes,
                                                               DecodeStats* stats = nullptr);
Result<Envelope<MasterToFramework>> decode_master_to_framework(BytesView bytes,
                                                               DecodeStats* stats = nullptr);

}  // namespace fairlead
