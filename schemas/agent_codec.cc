#include "schemas/agent_codec.h"

#include "schemas/agent.capnp.h"
#include "schemas/task_codec.h"
#include "schemas/wire_enums.h"
#include "schemas/wire_message.h"

namespace fairlead {
namespace codec {

// --- agent to master -----------------------------------------------------------------------------

static void write(const AgentInfo& value, wire::AgentInfo::Builder out) {
  using Out = wire::AgentInfo::Builder;
  out.setId(as_text(value.id.text));
  put(out, &Out::setHostname, value.hostname);
  put(out, &Out::setHttpAddress, value.http_address);
  write(value.total, out.initTotal());
  if (!value.attributes.empty()) {
    write_list(value.attributes, out.initAttributes(count_of_list(value.attributes)), kWrite);
  }
  put(out, &Out::setVersion, value.version);
}

static AgentInfo read(wire::AgentInfo::Reader in) {
  return {.id = read_id<AgentId>(in.getId(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .http_address = read_text(in.getHttpAddress(), limits::kTextBytesMax, "http address"),
          .total = read(in.getTotal()),
          .attributes = read_attributes(in.getAttributes()),
          .version = read_text(in.getVersion(), limits::kTextBytesMax, "version")};
}

static LaunchToken token_of(const TaskStatus& status) {
  return {.framework = status.framework,
          .task = status.task,
          .attempt = status.attempt,
          .agent = status.agent};
}

static void write(const TaskReport& value, wire::TaskReport::Builder out) {
  write(value.status, out.initStatus());
  if (value.token != token_of(value.status)) write(value.token, out.initToken());
  put(out, &wire::TaskReport::Builder::setName, value.name);
  put(out, &wire::TaskReport::Builder::setRole, value.role.text);
  if (!value.resources.is_zero()) write(value.resources, out.initResources());
  out.setPriority(value.priority);
}

static TaskReport read(wire::TaskReport::Reader in) {
  TaskReport value;
  value.status = read(in.getStatus());
  value.token = in.hasToken() ? read(in.getToken()) : token_of(value.status);
  expect(!value.token.agent.empty(), "agent id", "expected one in a task's token");
  value.name = read_text(in.getName(), limits::kTextBytesMax, "task name");
  value.role = read_role(in.getRole(), Presence::kMayBeEmpty, "role");
  value.resources = read(in.getResources());
  value.priority = in.getPriority();
  return value;
}

using ToMasterOut = wire::AgentToMaster::Message::Builder;

static void write(const RegisterAgent& value, wire::RegisterAgent::Builder out) {
  write(value.agent, out.initAgent());
  out.setEpochSeen(value.epoch_seen.number);
  if (value.tasks.empty()) return;
  write_list(value.tasks, out.initTasks(count_of_list(value.tasks)),
             [](const TaskReport& task, wire::TaskReport::Builder o) { write(task, o); });
}

static void write(const RegisterAgent& value, ToMasterOut message) {
  write(value, message.initRegister());
}

static void write(const RegisterAgentPart& value, ToMasterOut message) {
  wire::RegisterAgentPart::Builder out = message.initRegisterPart();
  out.setPart(value.part);
  out.setParts(value.parts);
  write(value.content, out.initContent());
}

static void write(const EpochAcknowledged& value, ToMasterOut message) {
  message.setEpochAcknowledged(value.epoch.number);
}

static void write(const AgentHeartbeat& value, ToMasterOut message) {
  wire::AgentHeartbeat::Builder out = message.initHeartbeat();
  out.setRefusesLaunches(!value.accepts_launches);
  put_clipped(out, &wire::AgentHeartbeat::Builder::setWhyNot, value.why_not,
              limits::kErrorCharsMax);
}

static void write(const AgentStatusUpdate& value, ToMasterOut message) {
  write(value.status, message.initStatusUpdate());
}

static void write(const AgentGoodbye&, ToMasterOut message) {
  message.setGoodbye();
}

static void write(const TaskPrepared& value, ToMasterOut message) {
  wire::TaskPrepared::Builder out = message.initTaskPrepared();
  out.setGang(as_text(value.gang.text));
  out.setFramework(as_text(value.framework.text));
  out.setTask(as_text(value.task.text));
  out.setAttempt(value.attempt);
}

static void write(const GangSettled& value, ToMasterOut message) {
  wire::GangSettled::Builder out = message.initGangSettled();
  out.setFramework(as_text(value.framework.text));
  out.setGang(as_text(value.gang.text));
}

static void write(const VolumeDestroyed& value, ToMasterOut message) {
  wire::VolumeDestroyed::Builder out = message.initVolumeDestroyed();
  write(value.volume, out.initVolume());
  put_clipped(out, &wire::VolumeDestroyed::Builder::setWhyNot, value.why_not,
              limits::kErrorCharsMax);
}

static TaskPrepared read(wire::TaskPrepared::Reader in) {
  return {.gang = read_id<GangId>(in.getGang(), "gang id"),
          .framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .task = read_id<TaskId>(in.getTask(), "task id"),
          .attempt = in.getAttempt()};
}

static GangSettled read(wire::GangSettled::Reader in) {
  return {.framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .gang = read_id<GangId>(in.getGang(), "gang id")};
}

static VolumeDestroyed read(wire::VolumeDestroyed::Reader in) {
  return {.volume = read(in.getVolume()),
          .why_not = read_text(in.getWhyNot(), limits::kErrorCharsMax, "why not")};
}

static RegisterAgent read(wire::RegisterAgent::Reader in) {
  return {.agent = read(in.getAgent()),
          .epoch_seen = Epoch{in.getEpochSeen()},
          .tasks = read_list<TaskReport>(in.getTasks(), limits::kTasksPerAgentMax, "tasks",
                                         [](wire::TaskReport::Reader task) { return read(task); })};
}

static RegisterAgentPart read(wire::RegisterAgentPart::Reader in) {
  return {.part = in.getPart(), .parts = in.getParts(), .content = read(in.getContent())};
}

static AgentHeartbeat read(wire::AgentHeartbeat::Reader in) {
  return {.accepts_launches = !in.getRefusesLaunches(),
          .why_not = read_text(in.getWhyNot(), limits::kErrorCharsMax, "why not")};
}

static std::optional<AgentToMaster> read(wire::AgentToMaster::Message::Reader in) {
  using Message = wire::AgentToMaster::Message;
  switch (in.which()) {
    case Message::REGISTER:
      return read(in.getRegister());
    case Message::EPOCH_ACKNOWLEDGED:
      return EpochAcknowledged{Epoch{in.getEpochAcknowledged()}};
    case Message::HEARTBEAT:
      return read(in.getHeartbeat());
    case Message::STATUS_UPDATE:
      return AgentStatusUpdate{read(in.getStatusUpdate())};
    case Message::GOODBYE:
      return AgentGoodbye{};
    case Message::REGISTER_PART:
      return read(in.getRegisterPart());
    case Message::TASK_PREPARED:
      return read(in.getTaskPrepared());
    case Message::GANG_SETTLED:
      return read(in.getGangSettled());
    case Message::VOLUME_DESTROYED:
      return read(in.getVolumeDestroyed());
    case Message::NOTHING:
      break;
  }
  return std::nullopt;
}

// --- master to agent -----------------------------------------------------------------------------

using ToAgentOut = wire::MasterToAgent::Message::Builder;

static void write(const AgentWelcome& value, ToAgentOut message) {
  wire::AgentWelcome::Builder out = message.initWelcome();
  out.setAgent(as_text(value.agent.text));
  out.setCluster(as_text(value.cluster.text));
  out.setEpoch(value.epoch.number);
  out.setHeartbeatEveryNs(value.heartbeat_every.ns);
  out.setUnreachableAfterNs(value.unreachable_after.ns);
  out.setAgents(value.agents);
  out.setTasks(value.tasks);
}

/// To an agent of before `gone` the code says it: denied ends its containers, nothing else does.
static ErrorCode code_on_wire(const AgentRefused& value) {
  if (value.gone) return ErrorCode::kDenied;
  return value.error.code == ErrorCode::kDenied ? ErrorCode::kConflict : value.error.code;
}

static void write(const AgentRefused& value, ToAgentOut message) {
  wire::AgentRefused::Builder out = message.initRefused();
  out.setCode(to_wire(code_on_wire(value)));
  put_clipped(out, &wire::AgentRefused::Builder::setMessage, value.error.message,
              limits::kErrorCharsMax);
  out.setGone(value.gone);
}

static void write(const AgentResync& value, ToAgentOut message) {
  message.setResync(as_text(clipped(value.reason, limits::kErrorCharsMax)));
}

static void write(const HeartbeatEcho&, ToAgentOut message) {
  message.setHeartbeatEcho();
}

static void write(const LaunchTask& value, ToAgentOut message) {
  write(value, message.initLaunch());
}

static void write(const KillTask& value, ToAgentOut message) {
  write(value, message.initKill());
}

static void write(const AcknowledgeStatus& value, ToAgentOut message) {
  write(value, message.initAcknowledge());
}

static void write(const FrameworkRemoved& value, ToAgentOut message) {
  message.setFrameworkRemoved(as_text(value.framework.text));
}

static void write(const PrepareTask& value, ToAgentOut message) {
  wire::PrepareTask::Builder out = message.initPrepare();
  out.setGang(as_text(value.gang.text));
  write(value.launch, out.initLaunch());
}

static void write(const DecideGang& value, ToAgentOut message) {
  wire::DecideGang::Builder out = message.initDecideGang();
  out.setFramework(as_text(value.framework.text));
  out.setGang(as_text(value.gang.text));
  out.setCommit(value.commit);
  put_clipped(out, &wire::DecideGang::Builder::setWhy, value.why, limits::kErrorCharsMax);
}

static void write(const DestroyVolume& value, ToAgentOut message) {
  write(value.volume, message.initDestroyVolume());
}

static PrepareTask read(wire::PrepareTask::Reader in) {
  return {.gang = read_id<GangId>(in.getGang(), "gang id"), .launch = read(in.getLaunch())};
}

static DecideGang read(wire::DecideGang::Reader in) {
  return {.framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .gang = read_id<GangId>(in.getGang(), "gang id"),
          .commit = in.getCommit(),
          .why = read_text(in.getWhy(), limits::kErrorCharsMax, "why")};
}

static AgentWelcome read(wire::AgentWelcome::Reader in) {
  return {.agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .cluster = read_id<ClusterId>(in.getCluster(), "cluster id"),
          .epoch = Epoch{in.getEpoch()},
          .heartbeat_every = read_duration(in.getHeartbeatEveryNs(), "heartbeat interval"),
          .unreachable_after = read_duration(in.getUnreachableAfterNs(), "unreachable after"),
          .agents = in.getAgents(),
          .tasks = in.getTasks()};
}

static AgentRefused read(wire::AgentRefused::Reader in) {
  AgentRefused value{
      .error = {.code = from_wire(in.getCode()),
                .message = read_text(in.getMessage(), limits::kErrorCharsMax, "error message")},
      .gone = in.getGone()};
  // A master of before `gone` says it by the code alone.
  if (value.error.code == ErrorCode::kDenied) value.gone = true;
  if (value.gone) value.error.code = ErrorCode::kDenied;
  return value;
}

static std::optional<MasterToAgent> read(wire::MasterToAgent::Message::Reader in) {
  using Message = wire::MasterToAgent::Message;
  switch (in.which()) {
    case Message::WELCOME:
      return read(in.getWelcome());
    case Message::REFUSED:
      return read(in.getRefused());
    case Message::RESYNC:
      return AgentResync{read_text(in.getResync(), limits::kErrorCharsMax, "reason")};
    case Message::HEARTBEAT_ECHO:
      return HeartbeatEcho{};
    case Message::LAUNCH:
      return read(in.getLaunch());
    case Message::KILL:
      return read(in.getKill());
    case Message::ACKNOWLEDGE:
      return read(in.getAcknowledge());
    case Message::FRAMEWORK_REMOVED:
      return FrameworkRemoved{read_id<FrameworkId>(in.getFrameworkRemoved(), "framework id")};
    case Message::PREPARE:
      return read(in.getPrepare());
    case Message::DECIDE_GANG:
      return read(in.getDecideGang());
    case Message::DESTROY_VOLUME:
      return DestroyVolume{read(in.getDestroyVolume())};
    case Message::NOTHING:
      break;
  }
  return std::nullopt;
}

}  // namespace codec

Bytes encode(const Envelope<AgentToMaster>& envelope) {
  return codec::encode_envelope<wire::AgentToMaster>(
      envelope, codec::Direction::kAgentToMaster,
      [](const AgentToMaster& message, wire::AgentToMaster::Message::Builder out) {
        std::visit([&out](const auto& value) { codec::write(value, out); }, message);
      });
}

Bytes encode(const Envelope<MasterToAgent>& envelope) {
  return codec::encode_envelope<wire::MasterToAgent>(
      envelope, codec::Direction::kMasterToAgent,
      [](const MasterToAgent& message, wire::MasterToAgent::Message::Builder out) {
        std::visit([&out](const auto& value) { codec::write(value, out); }, message);
      });
}

Result<Envelope<AgentToMaster>> decode_agent_to_master(BytesView bytes, DecodeStats* stats) {
  return codec::decode_envelope<wire::AgentToMaster, AgentToMaster>(
      bytes, codec::Direction::kAgentToMaster, stats,
      [](wire::AgentToMaster::Message::Reader in) { return codec::read(in); });
}

Result<Envelope<MasterToAgent>> decode_master_to_agent(BytesView bytes, DecodeStats* stats) {
  return codec::decode_envelope<wire::MasterToAgent, MasterToAgent>(
      bytes, codec::Direction::kMasterToAgent, stats,
      [](wire::MasterToAgent::Message::Reader in) { return codec::read(in); });
}

}  // namespace fairlead
