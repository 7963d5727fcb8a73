#include "schemas/operation_codec.h"

#include "schemas/resources_codec.h"

namespace fairlead::codec {

static void write(const operation::Reserve& value, wire::ResourceOperation::Builder root) {
  wire::ReserveOperation::Builder out = root.initReserve();
  write(value.amounts, out.initAmounts());
  out.setRole(as_text(value.role.text));
  put(out, &wire::ReserveOperation::Builder::setFrom, value.from.text);
}

static void write(const operation::Unreserve& value, wire::ResourceOperation::Builder root) {
  wire::UnreserveOperation::Builder out = root.initUnreserve();
  write(value.amounts, out.initAmounts());
  out.setRole(as_text(value.role.text));
}

static void write(const operation::CreateVolume& value, wire::ResourceOperation::Builder root) {
  wire::CreateVolumeOperation::Builder out = root.initCreateVolume();
  out.setRole(as_text(value.role.text));
  wire::Volume::Builder volume = out.initVolume();
  volume.setId(as_text(value.volume.id));
  volume.setContainerPath(as_text(value.volume.container_path));
  out.setDiskKib(value.disk_kib);
  out.setShared(value.shared);
}

static void write(const operation::DestroyVolume& value, wire::ResourceOperation::Builder root) {
  wire::DestroyVolumeOperation::Builder out = root.initDestroyVolume();
  out.setRole(as_text(value.role.text));
  out.setId(as_text(value.id));
}

static operation::Reserve read(wire::ReserveOperation::Reader in) {
  return {.amounts = codec::read(in.getAmounts()),
          .role = read_role(in.getRole(), Presence::kRequired, "role of an operation"),
          .from = read_role(in.getFrom(), Presence::kMayBeEmpty, "role that it is of"),
          .principal = {}};
}

static operation::Unreserve read(wire::UnreserveOperation::Reader in) {
  return {.amounts = codec::read(in.getAmounts()),
          .role = read_role(in.getRole(), Presence::kRequired, "role of an operation")};
}

static operation::CreateVolume read(wire::CreateVolumeOperation::Reader in) {
  wire::Volume::Reader volume = in.getVolume();
  return {.role = read_role(in.getRole(), Presence::kRequired, "role of an operation"),
          .volume = {.id = read_text(volume.getId(), limits::kIdCharsMax, "volume id"),
                     .container_path = read_text(volume.getContainerPath(), limits::kTextBytesMax,
                                                 "volume path")},
          .disk_kib = read_quantity(in.getDiskKib(), "disk of a volume"),
          .shared = in.getShared()};
}

static operation::DestroyVolume read(wire::DestroyVolumeOperation::Reader in) {
  return {.role = read_role(in.getRole(), Presence::kRequired, "role of an operation"),
          .id = read_text(in.getId(), limits::kIdCharsMax, "volume id")};
}

void write(const ResourceOperation& value, wire::ResourceOperation::Builder out) {
  std::visit([&](const auto& one) { write(one, out); }, value);
}

ResourceOperation read(wire::ResourceOperation::Reader in) {
  using Wire = wire::ResourceOperation;
  switch (in.which()) {
    case Wire::RESERVE:
      return read(in.getReserve());
    case Wire::UNRESERVE:
      return read(in.getUnreserve());
    case Wire::CREATE_VOLUME:
      return read(in.getCreateVolume());
    case Wire::DESTROY_VOLUME:
      return read(in.getDestroyVolume());
    case Wire::NOTHING:
      break;
  }
  fail(ErrorCode::kUnsupported, "operation", "a kind that this version does not know");
}

}  // namespace fairlead::codec
