#include "schemas/checkpoint_codec.h"

#include "schemas/checkpoint.capnp.h"
#include "schemas/record_message.h"
#include "schemas/task_codec.h"
#include "schemas/wire_enums.h"

namespace fairlead {
namespace codec {

using Out = wire::CheckpointRecord::Builder;

static void write(const IdentityRecord& value, Out root) {
  wire::IdentityRecord::Builder out = root.initIdentity();
  out.setVersion(value.version);
  out.setAgent(as_text(value.agent.text));
  put(out, &wire::IdentityRecord::Builder::setCluster, value.cluster.text);
  out.setEpochSeen(value.epoch_seen.number);
  out.setBootId(as_text(value.boot_id));
  out.setSession(value.session.number);
}

static void write(const TaskRecord& value, Out root) {
  wire::TaskRecord::Builder out = root.initTask();
  codec::write(value.launch, out.initLaunch());
  out.setMasterSession(value.master_session.number);
  out.setEpoch(value.epoch.number);
  out.setContainer(as_text(value.container));
  out.setPhase(to_wire(value.phase));
  out.setKillReason(to_wire(value.kill_reason));
  out.setKillRequested(value.kill_requested);
  out.setShimPid(value.shim_pid);
  out.setShimStartTicks(value.shim_start_ticks);
  out.setUpdateNext(value.update_next);
  if (value.latest != TaskStatus{}) codec::write(value.latest, out.initLatest());
  put(out, &wire::TaskRecord::Builder::setGang, value.gang.text);
  if (value.unacknowledged.empty()) return;
  write_list(
      value.unacknowledged, out.initUnacknowledged(count_of_list(value.unacknowledged)),
      [](const TaskStatus& status, wire::TaskStatus::Builder o) { codec::write(status, o); });
}

static IdentityRecord read(wire::IdentityRecord::Reader in) {
  expect_version(in.getVersion(), kCheckpointVersion);
  return {.version = in.getVersion(),
          .agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .cluster = read_id<ClusterId>(in.getCluster(), "cluster id", Presence::kMayBeEmpty),
          .epoch_seen = Epoch{in.getEpochSeen()},
          .boot_id = read_text(in.getBootId(), limits::kIdCharsMax, "boot id"),
          .session = Session{in.getSession()}};
}

static TaskRecord read(wire::TaskRecord::Reader in) {
  TaskRecord value;
  value.launch = codec::read(in.getLaunch());
  value.master_session = Session{in.getMasterSession()};
  value.epoch = Epoch{in.getEpoch()};
  value.container = read_id_text(in.getContainer(), Presence::kRequired, "container id");
  value.phase = from_wire(in.getPhase());
  value.shim_pid = in.getShimPid();
  value.shim_start_ticks = in.getShimStartTicks();
  value.kill_requested = in.getKillRequested();
  value.kill_reason = from_wire(in.getKillReason());
  value.update_next = in.getUpdateNext();
  value.unacknowledged = read_list<TaskStatus>(
      in.getUnacknowledged(), limits::kUnackedUpdatesPerTaskMax, "unacknowledged updates",
      [](wire::TaskStatus::Reader status) { return codec::read(status); });
  if (in.hasLatest()) value.latest = codec::read(in.getLatest());
  value.gang = read_id<GangId>(in.getGang(), "gang id", Presence::kMayBeEmpty);
  return value;
}

static CheckpointRecord read(wire::CheckpointRecord::Reader in) {
  switch (in.which()) {
    case wire::CheckpointRecord::IDENTITY:
      return read(in.getIdentity());
    case wire::CheckpointRecord::TASK:
      return read(in.getTask());
    case wire::CheckpointRecord::NOTHING:
      fail(ErrorCode::kCorrupt, "record", "it is empty");
  }
  fail(ErrorCode::kUnsupported, "record", "a kind that this version does not know");
}

static std::string key(const IdentityRecord&) {
  return std::string(kIdentityRowKey);
}
static std::string key(const TaskRecord& record) {
  return "task/" + record.container;
}

}  // namespace codec

std::string key_of(const CheckpointRecord& record) {
  return std::visit([](const auto& value) { return codec::key(value); }, record);
}

EncodedRecord encode(const CheckpointRecord& record) {
  Bytes bytes = codec::build<wire::CheckpointRecord>([&](wire::CheckpointRecord::Builder root) {
    std::visit([&root](const auto& value) { codec::write(value, root); }, record);
  });
  return {.key = key_of(record), .value = std::move(bytes)};
}

Result<CheckpointRecord> decode_checkpoint_record(std::string_view key, BytesView bytes) {
  return codec::decode_record<wire::CheckpointRecord, CheckpointRecord>(
      key, bytes, [](wire::CheckpointRecord::Reader in) { return codec::read(in); });
}

}  // namespace fairlead
