#include "tests/support/generators.h"

#include "tests/support/draw.h"
#include "tests/support/draw_messages.h"
#include "tests/support/draw_values.h"

namespace fairlead::generators {
namespace {

EnvelopeHeader draw_header() {
  EnvelopeHeader out;
  out.cluster = maybe_id<ClusterId>();
  out.epoch = {any_number()};
  out.session = {1 + below(1'000'000)};
  out.sequence = any_number();
  out.peer = {(coin() ? "agent/" : "framework/") + id_text()};
  out.lease_ns = coin() ? 0 : quantity(0);
  return out;
}

template <class Make>
auto envelope_of(Make make) {
  return rc::gen::exec([make] {
    Envelope<decltype(make())> out;
    out.header = draw_header();
    out.messages = list_of(3, make);
    return out;
  });
}

}  // namespace

rc::Gen<Amounts> amounts() {
  return rc::gen::exec(draw_amounts);
}
rc::Gen<Resources> resources() {
  return rc::gen::exec(draw_resources);
}
rc::Gen<Attributes> attributes() {
  return rc::gen::exec(draw_attributes);
}
rc::Gen<TaskStatus> task_status() {
  return rc::gen::exec(draw_status);
}
rc::Gen<TaskSpec> task_spec() {
  return rc::gen::exec(draw_spec);
}
rc::Gen<FrameworkInfo> framework_info() {
  return rc::gen::exec(draw_framework_info);
}
rc::Gen<DemandShape> demand_shape() {
  return rc::gen::exec(draw_shape);
}
rc::Gen<Offer> offer() {
  return rc::gen::exec(draw_offer);
}

rc::Gen<AgentToMaster> agent_to_master() {
  return rc::gen::exec(draw_agent_to_master);
}
rc::Gen<MasterToAgent> master_to_agent() {
  return rc::gen::exec(draw_master_to_agent);
}
rc::Gen<FrameworkToMaster> framework_to_master() {
  return rc::gen::exec(draw_framework_to_master);
}
rc::Gen<MasterToFramework> master_to_framework() {
  return rc::gen::exec(draw_master_to_framework);
}

rc::Gen<Envelope<AgentToMaster>> agent_to_master_envelope() {
  return envelope_of(draw_agent_to_master);
}
rc::Gen<Envelope<MasterToAgent>> master_to_agent_envelope() {
  return envelope_of(draw_master_to_agent);
}
rc::Gen<Envelope<FrameworkToMaster>> framework_to_master_envelope() {
  return envelope_of(draw_framework_to_master);
}
rc::Gen<Envelope<MasterToFramework>> master_to_framework_envelope() {
  return envelope_of(draw_master_to_framework);
}

rc::Gen<RegistryRecord> registry_record() {
  return rc::gen::exec(draw_registry_record);
}
rc::Gen<CheckpointRecord> checkpoint_record() {
  return rc::gen::exec(draw_checkpoint_record);
}
rc::Gen<AllocatorLogRecord> allocator_log_record() {
  return rc::gen::exec(draw_allocator_log_record);
}

}  // namespace fairlead::generators
