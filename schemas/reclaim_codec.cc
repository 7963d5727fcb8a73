#include "schemas/reclaim_codec.h"

#include "schemas/resources_codec.h"
#include "schemas/wire_enums.h"

namespace fairlead::codec {

void write(const ReclaimResources& value, wire::ReclaimResources::Builder out) {
  using Out = wire::ReclaimResources::Builder;
  out.setReclaim(value.reclaim.number);
  out.setKind(to_wire(value.kind));
  out.setPriority(value.priority);
  out.setRole(as_text(value.role.text));
  out.setAgent(as_text(value.agent.text));
  put(out, &Out::setHostname, value.hostname);
  write(value.need.lacking, out.initLacking());
  write(value.need.most, out.initMost());
  out.setDeadlineNs(value.deadline.ns);
  put(out, &Out::setBeneficiary, value.beneficiary.text);
  put(out, &Out::setShape, value.shape);
}

ReclaimResources read(wire::ReclaimResources::Reader in) {
  return {.reclaim = ReclaimId{in.getReclaim()},
          .kind = from_wire(in.getKind()),
          .role = read_role(in.getRole(), Presence::kRequired, "role"),
          .agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .need = {.lacking = read_standard(in.getLacking()), .most = read_standard(in.getMost())},
          .priority = in.getPriority(),
          .deadline = read_duration(in.getDeadlineNs(), "deadline of a reclaim"),
          .beneficiary = read_role(in.getBeneficiary(), Presence::kMayBeEmpty, "beneficiary"),
          .shape = read_text(in.getShape(), limits::kTextBytesMax, "shape")};
}

void write(const ReclaimCancelled& value, wire::ReclaimCancelled::Builder out) {
  out.setReclaim(value.reclaim.number);
  put_clipped(out, &wire::ReclaimCancelled::Builder::setReason, value.reason,
              limits::kErrorCharsMax);
}

ReclaimCancelled read(wire::ReclaimCancelled::Reader in) {
  return {.reclaim = ReclaimId{in.getReclaim()},
          .reason = read_text(in.getReason(), limits::kErrorCharsMax, "reason")};
}

}  // namespace fairlead::codec
