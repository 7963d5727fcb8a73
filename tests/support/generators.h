// Random values of everything that is sent or stored, for property tests (rapidcheck). What they
// make satisfies the invariants of the types and the bounds of common/limits.h. Same seed, same
// value: `value_of(agent_to_master_envelope(), seed)` serves fixtures outside a property.
#pragma once

#include <rapidcheck.h>

#include <cstdint>

#include "common/allocator_log.h"
#include "common/envelope.h"
#include "common/records.h"

namespace fairlead::generators {

rc::Gen<Amounts> amounts();
rc::Gen<Resources> resources();
rc::Gen<Attributes> attributes();
rc::Gen<TaskStatus> task_status();
rc::Gen<TaskSpec> task_spec();
rc::Gen<FrameworkInfo> framework_info();
rc::Gen<DemandShape> demand_shape();
rc::Gen<Offer> offer();

rc::Gen<AgentToMaster> agent_to_master();
rc::Gen<MasterToAgent> master_to_agent();
rc::Gen<FrameworkToMaster> framework_to_master();
rc::Gen<MasterToFramework> master_to_framework();

rc::Gen<Envelope<AgentToMaster>> agent_to_master_envelope();
rc::Gen<Envelope<MasterToAgent>> master_to_agent_envelope();
rc::Gen<Envelope<FrameworkToMaster>> framework_to_master_envelope();
rc::Gen<Envelope<MasterToFramework>> master_to_framework_envelope();

rc::Gen<RegistryRecord> registry_record();
rc::Gen<CheckpointRecord> checkpoint_record();
rc::Gen<AllocatorLogRecord> allocator_log_record();

template <class T>
T value_of(const rc::Gen<T>& gen, std::uint64_t seed) {
  constexpr int kSize = 50;
  return gen(rc::Random(seed), kSize).value();
}

}  // namespace fairlead::generators
