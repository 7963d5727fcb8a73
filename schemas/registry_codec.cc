#include "schemas/registry_codec.h"

#include <algorithm>
#include <functional>

#include "common/conversions.h"
#include "schemas/framework_info_codec.h"
#include "schemas/quota_codec.h"
#include "schemas/record_message.h"
#include "schemas/registry.capnp.h"
#include "schemas/resources_codec.h"
#include "schemas/wire_enums.h"

namespace fairlead {
namespace codec {

using Out = wire::RegistryRecord::Builder;

static void write(const ClusterRecord& value, Out root) {
  wire::ClusterRecord::Builder out = root.initCluster();
  out.setVersion(value.version);
  out.setCluster(as_text(value.cluster.text));
  out.setEpoch(value.epoch.number);
}

static void write(const AgentRecord& value, Out root) {
  wire::AgentRecord::Builder out = root.initAgent();
  out.setId(as_text(value.id.text));
  out.setHostname(as_text(value.hostname));
  out.setPrincipal(as_text(value.principal.text));
  out.setStanding(to_wire(value.standing));
  out.setDeactivated(value.deactivated);
  out.setSinceUnixMs(value.since.unix_ms);
}

static void write(const FrameworkRecord& value, Out root) {
  wire::FrameworkRecord::Builder out = root.initFramework();
  codec::write(value.info, out.initInfo());
  out.setRemoved(value.removed);
}

static void write(const WeightRecord& value, Out root) {
  codec::write(value, root.initWeight());
}

static void write(const QuotaRecord& value, Out root) {
  codec::write(value, root.initQuota());
}

static void write(const DrainRecord& value, Out root) {
  wire::DrainRecord::Builder out = root.initDrain();
  out.setAgent(as_text(value.agent.text));
  out.setStartedUnixMs(value.started.unix_ms);
  out.setDeadlineNs(value.deadline.ns);
  out.setHasGrace(value.grace.has_value());
  out.setGraceNs(value.grace.value_or(Duration{}).ns);
  out.setMarkGone(value.mark_gone);
  out.setDrainedUnixMs(value.drained.unix_ms);
  put(out, &wire::DrainRecord::Builder::setWindow, value.window.text);
}

static void write_agents(const std::vector<AgentId>& agents,
                         capnp::List<capnp::Text>::Builder out) {
  for (capnp::uint i = 0; i < out.size(); ++i) out.set(i, as_text(agents[i].text));
}

static void write(const WindowRecord& value, Out root) {
  wire::WindowRecord::Builder out = root.initWindow();
  out.setId(as_text(value.id.text));
  write_agents(value.agents, out.initAgents(count_of_list(value.agents)));
  out.setStartUnixMs(value.start.unix_ms);
  out.setDurationNs(value.duration.ns);
  out.setDeadlineNs(value.deadline.ns);
  out.setHasGrace(value.grace.has_value());
  out.setGraceNs(value.grace.value_or(Duration{}).ns);
  out.setHasBegun(value.has_begun);
}

static void write(const GangRecord& value, wire::RegistryRecord::Builder root) {
  wire::GangRecord::Builder out = root.initGang();
  out.setId(as_text(value.id.text));
  out.setFramework(as_text(value.framework.text));
  write_agents(value.agents, out.initAgents(count_of_list(value.agents)));
}

static void write(const ReservationsRecord& value, Out root) {
  wire::ReservationsRecord::Builder out = root.initReservations();
  out.setAgent(as_text(value.agent.text));
  codec::write(value.converted, out.initConverted());
  if (value.destroying.empty()) return;
  write_list(value.destroying, out.initDestroying(count_of_list(value.destroying)), kWrite);
}

static ClusterRecord read(wire::ClusterRecord::Reader in) {
  expect_version(in.getVersion(), kRegistryVersion);
  return {.version = in.getVersion(),
          .cluster = read_id<ClusterId>(in.getCluster(), "cluster id"),
          .epoch = Epoch{in.getEpoch()}};
}

static AgentRecord read(wire::AgentRecord::Reader in) {
  return {.id = read_id<AgentId>(in.getId(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .principal = Principal{read_text(in.getPrincipal(), limits::kIdCharsMax, "principal")},
          .standing = from_wire(in.getStanding()),
          .deactivated = in.getDeactivated(),
          .since = WallTime{in.getSinceUnixMs()}};
}

static FrameworkRecord read(wire::FrameworkRecord::Reader in) {
  FrameworkRecord value{.info = codec::read(in.getInfo()), .removed = in.getRemoved()};
  expect(!value.info.id.empty(), "framework id", "expected one in the registry");
  return value;
}

static DrainRecord read(wire::DrainRecord::Reader in) {
  DrainRecord value{
      .agent = read_id<AgentId>(in.getAgent(), "agent id"),
      .started = WallTime{in.getStartedUnixMs()},
      .deadline = read_duration(in.getDeadlineNs(), "deadline of a drain"),
      .grace = {},
      .mark_gone = in.getMarkGone(),
      .drained = WallTime{in.getDrainedUnixMs()},
      .window = read_id<WindowId>(in.getWindow(), "window id", Presence::kMayBeEmpty)};
  if (in.getHasGrace()) value.grace = read_duration(in.getGraceNs(), "kill grace");
  return value;
}

static std::vector<AgentId> read_agents(capnp::List<capnp::Text>::Reader in, std::size_t most) {
  std::vector<AgentId> agents = read_list<AgentId>(in, most, "agents", [](capnp::Text::Reader one) {
    return read_id<AgentId>(one, "agent id");
  });
  bool is_ascending =
      std::adjacent_find(agents.begin(), agents.end(), std::greater_equal<>()) == agents.end();
  expect(!agents.empty() && is_ascending, "agents", "expected some, ascending, each once");
  return agents;
}

static WindowRecord read(wire::WindowRecord::Reader in) {
  WindowRecord value{.id = read_id<WindowId>(in.getId(), "window id"),
                     .agents = read_agents(in.getAgents(), limits::kWindowAgentsMax),
                     .start = WallTime{in.getStartUnixMs()},
                     .duration = read_duration(in.getDurationNs(), "duration of a window"),
                     .deadline = read_duration(in.getDeadlineNs(), "deadline of a window"),
                     .grace = {},
                     .has_begun = in.getHasBegun()};
  if (in.getHasGrace()) value.grace = read_duration(in.getGraceNs(), "kill grace");
  bool is_a_date = value.start.unix_ms >= 0 && value.start.unix_ms <= limits::kWallMsMax;
  expect(is_a_date, "start of a window", "expected a time in the years 1970 to 9999");
  return value;
}

static GangRecord read(wire::GangRecord::Reader in) {
  return {.id = read_id<GangId>(in.getId(), "gang id"),
          .framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .agents = read_agents(in.getAgents(), limits::kLaunchesPerAcceptMax)};
}

static ReservationsRecord read(wire::ReservationsRecord::Reader in) {
  ReservationsRecord value{.agent = read_id<AgentId>(in.getAgent(), "agent id"),
                           .converted = codec::read(in.getConverted()),
                           .destroying = read_list<VolumeName>(
                               in.getDestroying(), limits::kLotsMax, "volumes being destroyed",
                               [](wire::VolumeName::Reader one) { return codec::read(one); })};
  bool are_converted = std::all_of(value.converted.lots.begin(), value.converted.lots.end(),
                                   [](const Lot& lot) { return is_converted(lot.kind); });
  expect(!value.converted.is_zero() && are_converted, "converted",
         "expected lots that an operation made");
  return value;
}

static RegistryRecord read(wire::RegistryRecord::Reader in) {
  switch (in.which()) {
    case wire::RegistryRecord::CLUSTER:
      return read(in.getCluster());
    case wire::RegistryRecord::AGENT:
      return read(in.getAgent());
    case wire::RegistryRecord::FRAMEWORK:
      return read(in.getFramework());
    case wire::RegistryRecord::WEIGHT:
      return codec::read(in.getWeight());
    case wire::RegistryRecord::DRAIN:
      return read(in.getDrain());
    case wire::RegistryRecord::WINDOW:
      return read(in.getWindow());
    case wire::RegistryRecord::GANG:
      return read(in.getGang());
    case wire::RegistryRecord::RESERVATIONS:
      return read(in.getReservations());
    case wire::RegistryRecord::QUOTA:
      return codec::read(in.getQuota());
    case wire::RegistryRecord::NOTHING:
      fail(ErrorCode::kCorrupt, "record", "it is empty");
  }
  fail(ErrorCode::kUnsupported, "record", "a kind that this version does not know");
}

static std::string key(const ClusterRecord&) {
  return "cluster";
}
static std::string key(const AgentRecord& record) {
  return "agent/" + record.id.text;
}
static std::string key(const FrameworkRecord& record) {
  return "framework/" + record.info.id.text;
}
static std::string key(const WeightRecord& record) {
  return "weight/" + record.role.text;
}
static std::string key(const DrainRecord& record) {
  return "drain/" + record.agent.text;
}
static std::string key(const WindowRecord& record) {
  return "window/" + record.id.text;
}
static std::string key(const QuotaRecord& record) {
  return "quota/" + record.role.text;
}

static std::string key(const GangRecord& record) {
  return "gang/" + record.id.text;
}
static std::string key(const ReservationsRecord& record) {
  return "reservations/" + record.agent.text;
}

}  // namespace codec

std::string key_of(const RegistryRecord& record) {
  return std::visit([](const auto& value) { return codec::key(value); }, record);
}

EncodedRecord encode(const RegistryRecord& record) {
  Bytes bytes = codec::build<wire::RegistryRecord>([&](wire::RegistryRecord::Builder root) {
    std::visit([&root](const auto& value) { codec::write(value, root); }, record);
  });
  return {.key = key_of(record), .value = std::move(bytes)};
}

Result<RegistryRecord> decode_registry_message(BytesView bytes) {
  return codec::read_message<wire::RegistryRecord>(
      bytes,
      [](wire::RegistryRecord::Reader in) -> Result<RegistryRecord> { return codec::read(in); });
}

Result<RegistryRecord> decode_registry_record(std::string_view key, BytesView bytes) {
  return codec::decode_record<wire::RegistryRecord, RegistryRecord>(
      key, bytes, [](wire::RegistryRecord::Reader in) { return codec::read(in); });
}

}  // namespace fairlead
