#include "schemas/framework_info_codec.h"

#include "schemas/resources_codec.h"

namespace fairlead::codec {

void write(const FrameworkCapabilities& value, wire::FrameworkCapabilities::Builder out) {
  out.setRevocable(value.revocable);
  out.setShared(value.shared);
  out.setRegionAware(value.region_aware);
}

FrameworkCapabilities read(wire::FrameworkCapabilities::Reader in) {
  return {.revocable = in.getRevocable(),
          .shared = in.getShared(),
          .region_aware = in.getRegionAware()};
}

void write(const FrameworkInfo& value, wire::FrameworkInfo::Builder out) {
  using Out = wire::FrameworkInfo::Builder;
  put(out, &Out::setId, value.id.text);
  put(out, &Out::setName, value.name);
  put(out, &Out::setPrincipal, value.principal.text);
  if (!value.roles.empty()) write_roles(value.roles, out.initRoles(count_of_list(value.roles)));
  out.setFailoverTimeoutNs(value.failover_timeout.ns);
  put(out, &Out::setApiAddress, value.api_address);
  put(out, &Out::setKind, value.kind);
  if (!value.labels.empty()) {
    write_list(value.labels, out.initLabels(count_of_list(value.labels)), kWrite);
  }
  if (value.capabilities == FrameworkCapabilities{}) return;
  write(value.capabilities, out.initCapabilities());
}

FrameworkInfo read(wire::FrameworkInfo::Reader in) {
  FrameworkInfo value;
  value.id = read_id<FrameworkId>(in.getId(), "framework id", Presence::kMayBeEmpty);
  value.name = read_text(in.getName(), limits::kTextBytesMax, "framework name");
  value.principal = Principal{read_text(in.getPrincipal(), limits::kIdCharsMax, "principal")};
  value.roles = read_roles(in.getRoles(), "framework roles");
  value.failover_timeout = read_duration(in.getFailoverTimeoutNs(), "failover timeout");
  value.api_address = read_text(in.getApiAddress(), limits::kTextBytesMax, "api address");
  value.kind = read_text(in.getKind(), limits::kIdCharsMax, "framework kind");
  value.labels = read_labels(in.getLabels());
  value.capabilities = read(in.getCapabilities());
  return value;
}

}  // namespace fairlead::codec
