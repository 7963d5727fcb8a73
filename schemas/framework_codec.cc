#include "schemas/framework_codec.h"

#include "schemas/framework.capnp.h"
#include "schemas/framework_info_codec.h"
#include "schemas/reclaim_codec.h"
#include "schemas/task_codec.h"
#include "schemas/wire_enums.h"
#include "schemas/wire_message.h"

namespace fairlead {
namespace codec {

using OfferIdsOut = capnp::List<std::uint64_t>::Builder;

static void write_offer_ids(const std::vector<OfferId>& offers, OfferIdsOut list) {
  for (capnp::uint i = 0; i < list.size(); ++i) list.set(i, offers[i].number);
}

static std::vector<OfferId> read_offer_ids(capnp::List<std::uint64_t>::Reader list) {
  return read_list<OfferId>(list, limits::kOffersPerFrameworkMax, "offers",
                            [](std::uint64_t number) { return OfferId{number}; });
}

// --- framework to master -------------------------------------------------------------------------

using ToMasterOut = wire::FrameworkToMaster::Message::Builder;

static void write(const DemandShape& value, wire::DemandShape::Builder out) {
  out.setName(as_text(value.name));
  write(value.amounts, out.initAmounts());
  out.setCount(value.count);
  out.setPriority(value.priority);
  out.setGangSize(value.gang_size);
  out.setPerAgentMax(value.per_agent_max);
  if (!value.constraints.empty()) {
    write_list(value.constraints, out.initConstraints(count_of_list(value.constraints)), kWrite);
  }
}

static DemandShape read(wire::DemandShape::Reader in) {
  DemandShape value;
  value.name = read_text(in.getName(), limits::kTextBytesMax, "demand shape name");
  value.amounts = read(in.getAmounts());
  value.count = in.getCount();
  expect_at_most(value.count, limits::kDemandCountMax, "demand count");
  value.priority = in.getPriority();
  value.gang_size = in.getGangSize();
  expect_at_most(value.gang_size, limits::kDemandCountMax, "gang size");
  value.per_agent_max = in.getPerAgentMax();
  value.constraints =
      read_list<Constraint>(in.getConstraints(), limits::kConstraintsMax, "constraints",
                            [](wire::Constraint::Reader one) { return read(one); });
  return value;
}

static void write(const Subscribe& value, ToMasterOut message) {
  wire::Subscribe::Builder out = message.initSubscribe();
  write(value.framework, out.initFramework());
  if (value.suppressed.empty()) return;
  write_roles(value.suppressed, out.initSuppressed(count_of_list(value.suppressed)));
}

static void write(const SetDemand& value, ToMasterOut message) {
  wire::SetDemand::Builder out = message.initSetDemand();
  out.setRole(as_text(value.role.text));
  if (value.shapes.empty()) return;
  write_list(value.shapes, out.initShapes(count_of_list(value.shapes)),
             [](const DemandShape& shape, wire::DemandShape::Builder o) { write(shape, o); });
}

static void write(const AcceptOffers& value, wire::AcceptOffers::Builder out) {
  write_offer_ids(value.offers, out.initOffers(count_of_list(value.offers)));
  out.setRefuseForNs(value.refuse_for.ns);
  if (value.launches.empty()) return;
  write_list(value.launches, out.initLaunches(count_of_list(value.launches)),
             [](const TaskLaunch& launch, wire::TaskLaunch::Builder o) {
               write(launch.spec, o.initSpec());
               o.setAttempt(launch.attempt);
             });
}

static void write(const AcceptOffers& value, ToMasterOut message) {
  write(value, message.initAccept());
}

static void write(const AcceptGang& value, ToMasterOut message) {
  write_list(value.parts, message.initAcceptGang().initParts(count_of_list(value.parts)),
             [](const AcceptOffers& part, wire::AcceptOffers::Builder o) { write(part, o); });
}

static void write(const DeclineOffers& value, ToMasterOut message) {
  wire::DeclineOffers::Builder out = message.initDecline();
  write_offer_ids(value.offers, out.initOffers(count_of_list(value.offers)));
  out.setRefuseForNs(value.refuse_for.ns);
  out.setReason(to_wire(value.reason));
}

static void write(const Suppress& value, ToMasterOut message) {
  write_roles(value.roles, message.initSuppress().initRoles(count_of_list(value.roles)));
}

static void write(const Revive& value, ToMasterOut message) {
  write_roles(value.roles, message.initRevive().initRoles(count_of_list(value.roles)));
}

static void write(const KillTask& value, ToMasterOut message) {
  write(value, message.initKill());
}

static void write(const AcknowledgeStatus& value, ToMasterOut message) {
  write(value, message.initAcknowledge());
}

static void write(const Reconcile& value, ToMasterOut message) {
  wire::Reconcile::Builder out = message.initReconcile();
  if (value.tasks.empty()) return;
  write_list(value.tasks, out.initTasks(count_of_list(value.tasks)),
             [](const ReconcileEntry& entry, wire::ReconcileEntry::Builder o) {
               o.setTask(as_text(entry.task.text));
               o.setAttempt(entry.attempt);
               put(o, &wire::ReconcileEntry::Builder::setAgent, entry.agent.text);
             });
}

static void write(const FrameworkHeartbeat&, ToMasterOut message) {
  message.setHeartbeat();
}

static void write(const Teardown&, ToMasterOut message) {
  message.setTeardown();
}

static Subscribe read(wire::Subscribe::Reader in) {
  return {.framework = read(in.getFramework()),
          .suppressed = read_roles(in.getSuppressed(), "suppressed roles")};
}

static SetDemand read(wire::SetDemand::Reader in) {
  return {.role = read_role(in.getRole(), Presence::kRequired, "demand role"),
          .shapes =
              read_list<DemandShape>(in.getShapes(), limits::kDemandShapesMax, "demand shapes",
                                     [](wire::DemandShape::Reader shape) { return read(shape); })};
}

static AcceptOffers read(wire::AcceptOffers::Reader in) {
  AcceptOffers value;
  value.offers = read_offer_ids(in.getOffers());
  value.launches = read_list<TaskLaunch>(in.getLaunches(), limits::kLaunchesPerAcceptMax,
                                         "launches", [](wire::TaskLaunch::Reader launch) {
                                           return TaskLaunch{.spec = read(launch.getSpec()),
                                                             .attempt = launch.getAttempt()};
                                         });
  value.refuse_for = read_duration(in.getRefuseForNs(), "refuse for");
  return value;
}

static AcceptGang read(wire::AcceptGang::Reader in) {
  return {.parts =
              read_list<AcceptOffers>(in.getParts(), limits::kLaunchesPerAcceptMax, "parts",
                                      [](wire::AcceptOffers::Reader part) { return read(part); })};
}

static DeclineOffers read(wire::DeclineOffers::Reader in) {
  return {.offers = read_offer_ids(in.getOffers()),
          .refuse_for = read_duration(in.getRefuseForNs(), "refuse for"),
          .reason = from_wire(in.getReason())};
}

static Reconcile read(wire::Reconcile::Reader in) {
  return {.tasks = read_list<ReconcileEntry>(
              in.getTasks(), limits::kReconcileTasksMax, "tasks to reconcile",
              [](wire::ReconcileEntry::Reader entry) {
                return ReconcileEntry{
                    .task = read_id<TaskId>(entry.getTask(), "task id"),
                    .attempt = entry.getAttempt(),
                    .agent = read_id<AgentId>(entry.getAgent(), "agent id", Presence::kMayBeEmpty)};
              })};
}

static std::optional<FrameworkToMaster> read(wire::FrameworkToMaster::Message::Reader in) {
  using Message = wire::FrameworkToMaster::Message;
  switch (in.which()) {
    case Message::SUBSCRIBE:
      return read(in.getSubscribe());
    case Message::SET_DEMAND:
      return read(in.getSetDemand());
    case Message::ACCEPT:
      return read(in.getAccept());
    case Message::DECLINE:
      return read(in.getDecline());
    case Message::SUPPRESS:
      return Suppress{read_roles(in.getSuppress().getRoles(), "roles to suppress")};
    case Message::REVIVE:
      return Revive{read_roles(in.getRevive().getRoles(), "roles to revive")};
    case Message::KILL:
      return read(in.getKill());
    case Message::ACKNOWLEDGE:
      return read(in.getAcknowledge());
    case Message::RECONCILE:
      return read(in.getReconcile());
    case Message::HEARTBEAT:
      return FrameworkHeartbeat{};
    case Message::TEARDOWN:
      return Teardown{};
    case Message::ACCEPT_GANG:
      return read(in.getAcceptGang());
    case Message::NOTHING:
      break;
  }
  return std::nullopt;
}

// --- master to framework -------------------------------------------------------------------------

using ToFrameworkOut = wire::MasterToFramework::Message::Builder;

static void write(const Offer& value, wire::Offer::Builder out) {
  out.setId(value.id.number);
  out.setFramework(as_text(value.framework.text));
  out.setRole(as_text(value.role.text));
  out.setAgent(as_text(value.agent.text));
  put(out, &wire::Offer::Builder::setHostname, value.hostname);
  put(out, &wire::Offer::Builder::setHttpAddress, value.http_address);
  write(value.resources, out.initResources());
  if (!value.attributes.empty()) {
    write_list(value.attributes, out.initAttributes(count_of_list(value.attributes)), kWrite);
  }
  out.setHoldMaxNs(value.hold_max.ns);
}

static Offer read(wire::Offer::Reader in) {
  return {.id = OfferId{in.getId()},
          .framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .role = read_role(in.getRole(), Presence::kRequired, "offer role"),
          .agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .http_address = read_text(in.getHttpAddress(), limits::kTextBytesMax, "http address"),
          .resources = read(in.getResources()),
          .attributes = read_attributes(in.getAttributes()),
          .hold_max = read_duration(in.getHoldMaxNs(), "offer hold time")};
}

static void write(const Subscribed& value, ToFrameworkOut message) {
  wire::Subscribed::Builder out = message.initSubscribed();
  out.setFramework(as_text(value.framework.text));
  out.setCluster(as_text(value.cluster.text));
  out.setEpoch(value.epoch.number);
  out.setHeartbeatEveryNs(value.heartbeat_every.ns);
  out.setFrameworks(value.frameworks);
}

static void write(const Offers& value, ToFrameworkOut message) {
  write_list(value.offers, message.initOffers().initOffers(count_of_list(value.offers)),
             [](const Offer& offer, wire::Offer::Builder o) { write(offer, o); });
}

static void write(const Rescind& value, ToFrameworkOut message) {
  wire::Rescind::Builder out = message.initRescind();
  write_offer_ids(value.offers, out.initOffers(count_of_list(value.offers)));
  put_clipped(out, &wire::Rescind::Builder::setReason, value.reason, limits::kErrorCharsMax);
}

static void write(const FrameworkStatusUpdate& value, ToFrameworkOut message) {
  write(value.status, message.initStatusUpdate());
}

static void write(const AgentLost& value, ToFrameworkOut message) {
  wire::AgentLost::Builder out = message.initAgentLost();
  out.setAgent(as_text(value.agent.text));
  put(out, &wire::AgentLost::Builder::setHostname, value.hostname);
  put_clipped(out, &wire::AgentLost::Builder::setReason, value.reason, limits::kErrorCharsMax);
}

static void write(const AgentDraining& value, ToFrameworkOut message) {
  wire::AgentDraining::Builder out = message.initAgentDraining();
  out.setAgent(as_text(value.agent.text));
  put(out, &wire::AgentDraining::Builder::setHostname, value.hostname);
  out.setDeadlineNs(value.deadline.ns);
}

static void write(const ReclaimResources& value, ToFrameworkOut message) {
  write(value, message.initReclaim());
}

static void write(const ReclaimCancelled& value, ToFrameworkOut message) {
  write(value, message.initReclaimCancelled());
}

static void write(const ReconcileDone&, ToFrameworkOut message) {
  message.setReconcileDone();
}

static void write(const FrameworkRefused& value, ToFrameworkOut message) {
  wire::FrameworkRefused::Builder out = message.initRefused();
  write(value.error, out.initError());
  out.setFatal(value.fatal);
}

static void write(const FrameworkResync& value, ToFrameworkOut message) {
  message.setResync(as_text(clipped(value.reason, limits::kErrorCharsMax)));
}

static void write(const HeartbeatEcho&, ToFrameworkOut message) {
  message.setHeartbeatEcho();
}

static Subscribed read(wire::Subscribed::Reader in) {
  return {.framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .cluster = read_id<ClusterId>(in.getCluster(), "cluster id"),
          .epoch = Epoch{in.getEpoch()},
          .heartbeat_every = read_duration(in.getHeartbeatEveryNs(), "heartbeat interval"),
          .frameworks = in.getFrameworks()};
}

static Rescind read(wire::Rescind::Reader in) {
  return {.offers = read_offer_ids(in.getOffers()),
          .reason = read_text(in.getReason(), limits::kErrorCharsMax, "reason")};
}

static AgentLost read(wire::AgentLost::Reader in) {
  return {.agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .reason = read_text(in.getReason(), limits::kErrorCharsMax, "reason")};
}

static AgentDraining read(wire::AgentDraining::Reader in) {
  return {.agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .deadline = read_duration(in.getDeadlineNs(), "deadline of a drain")};
}

static Offers read(wire::Offers::Reader in) {
  return {.offers = read_list<Offer>(in.getOffers(), limits::kOffersPerFrameworkMax, "offers",
                                     [](wire::Offer::Reader offer) { return read(offer); })};
}

static FrameworkRefused read(wire::FrameworkRefused::Reader in) {
  return {.error = read(in.getError()), .fatal = in.getFatal()};
}

static std::optional<MasterToFramework> read(wire::MasterToFramework::Message::Reader in) {
  using Message = wire::MasterToFramework::Message;
  switch (in.which()) {
    case Message::SUBSCRIBED:
      return read(in.getSubscribed());
    case Message::OFFERS:
      return read(in.getOffers());
    case Message::RESCIND:
      return read(in.getRescind());
    case Message::STATUS_UPDATE:
      return FrameworkStatusUpdate{read(in.getStatusUpdate())};
    case Message::AGENT_LOST:
      return read(in.getAgentLost());
    case Message::AGENT_DRAINING:
      return read(in.getAgentDraining());
    case Message::RECLAIM:
      return read(in.getReclaim());
    case Message::RECLAIM_CANCELLED:
      return read(in.getReclaimCancelled());
    case Message::RECONCILE_DONE:
      return ReconcileDone{};
    case Message::REFUSED:
      return read(in.getRefused());
    case Message::RESYNC:
      return FrameworkResync{read_text(in.getResync(), limits::kErrorCharsMax, "reason")};
    case Message::HEARTBEAT_ECHO:
      return HeartbeatEcho{};
    case Message::NOTHING:
      break;
  }
  return std::nullopt;
}

}  // namespace codec

Bytes encode(const Envelope<FrameworkToMaster>& envelope) {
  return codec::encode_envelope<wire::FrameworkToMaster>(
      envelope, codec::Direction::kFrameworkToMaster,
      [](const FrameworkToMaster& message, wire::FrameworkToMaster::Message::Builder out) {
        std::visit([&out](const auto& value) { codec::write(value, out); }, message);
      });
}

Bytes encode(const Envelope<MasterToFramework>& envelope) {
  return codec::encode_envelope<wire::MasterToFramework>(
      envelope, codec::Direction::kMasterToFramework,
      [](const MasterToFramework& message, wire::MasterToFramework::Message::Builder out) {
        std::visit([&out](const auto& value) { codec::write(value, out); }, message);
      });
}

Result<Envelope<FrameworkToMaster>> decode_framework_to_master(BytesView bytes,
                                                               DecodeStats* stats) {
  return codec::decode_envelope<wire::FrameworkToMaster, FrameworkToMaster>(
      bytes, codec::Direction::kFrameworkToMaster, stats,
      [](wire::FrameworkToMaster::Message::Reader in) { return codec::read(in); });
}

Result<Envelope<MasterToFramework>> decode_master_to_framework(BytesView bytes,
                                                               DecodeStats* stats) {
  return codec::decode_envelope<wire::MasterToFramework, MasterToFramework>(
      bytes, codec::Direction::kMasterToFramework, stats,
      [](wire::MasterToFramework::Message::Reader in) { return codec::read(in); });
}

}  // namespace fairlead
