// One function per decoder, for libFuzzer and for the plain replay of the corpora. Each feeds bytes
// to its decoder and ends the process when the answer breaks the codec's promises.
#pragma once

#include "common/bytes.h"

namespace fairlead::fuzz {

void agent_to_master(BytesView bytes);
void master_to_agent(BytesView bytes);
void framework_to_master(BytesView bytes);
void master_to_framework(BytesView bytes);
/// Records: the first byte is the length of the key, then the key, then the value.
void registry_record(BytesView bytes);
void checkpoint_record(BytesView bytes);
/// Nodes of the shared registry.
void leader_record(BytesView bytes);
void registry_entry(BytesView bytes);
void registry_head(BytesView bytes);
/// A whole log of an allocator, and one record of it without its frame.
void allocator_log(BytesView bytes);
void allocator_log_record(BytesView bytes);

}  // namespace fairlead::fuzz
