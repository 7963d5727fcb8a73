// Envelopes between agents and the master, as bytes. Thread-safe: pure functions.
//
// Free text for people (reasons, status and error messages) is cut to its bound when encoded.
// Everything else must be within common/limits.h, or the receiver refuses the envelope.
#pragma once

#include "schemas/codec.h"

namespace fairlead {

/// O(size). The result may exceed limits::kMessageBytesMax: the sender splits what is so large.
Bytes encode(const Envelope<AgentToMaster>& envelope);
Bytes encode(const Envelope<MasterToAgent>& envelope);

/// The inverse. What comes back satisfies every value's invariants; whether header numbers
/// (session, sequence, epoch) make sense is the receiver's question. A message of an unknown kind
/// is left out and counted in `stats`, if given; the rest of the envelope is returned. Errors:
/// kUnsupported (another protocol version), kExhausted (a bound), kCorrupt (anything else).
/// O(size); memory at most a few times the size.
Result<Envelope<AgentToMaster>> decode_agent_to_master(BytesView bytes,
                                                       DecodeStats* stats = nullptr);
Result<Envelope<MasterToAgent>> decode_master_to_agent(BytesView bytes,
                                                       DecodeStats* stats = nullptr);

}  // namespace fairlead
