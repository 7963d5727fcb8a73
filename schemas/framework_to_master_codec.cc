#include "schemas/framework_codec.h"

#include "schemas/demand_codec.h"
#include "schemas/framework.capnp.h"
#include "schemas/framework_info_codec.h"
#include "schemas/inverse_offers_codec.h"
#include "schemas/operation_codec.h"
#include "schemas/reclaim_codec.h"
#include "schemas/task_codec.h"
#include "schemas/wire_enums.h"
#include "schemas/wire_message.h"

namespace fairlead {
namespace codec {

using ToMasterOut = wire::FrameworkToMaster::Message::Builder;

static void write(const Subscribe& value, ToMasterOut message) {
  wire::Subscribe::Builder out = message.initSubscribe();
  write(value.framework, out.initFramework());
  if (!value.suppressed.empty()) {
    write_roles(value.suppressed, out.initSuppressed(count_of_list(value.suppressed)));
  }
  if (value.offer_constraints.empty()) return;
  write_list(value.offer_constraints,
             out.initOfferConstraints(count_of_list(value.offer_constraints)),
             [](const RoleConstraints& one, wire::RoleConstraints::Builder o) { write(one, o); });
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

static void write(const AnswerInverseOffer& value, ToMasterOut message) {
  write(value, message.initAnswerInverseOffer());
}

static void write(const AcceptOperations& value, ToMasterOut message) {
  wire::AcceptOperations::Builder out = message.initAcceptOperations();
  out.setId(as_text(value.id));
  write_offer_ids(value.offers, out.initOffers(count_of_list(value.offers)));
  write_list(value.operations, out.initOperations(count_of_list(value.operations)),
             [](const ResourceOperation& one, wire::ResourceOperation::Builder o) {
               codec::write(one, o);
             });
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
          .suppressed = read_roles(in.getSuppressed(), "suppressed roles"),
          .offer_constraints = read_list<RoleConstraints>(
              in.getOfferConstraints(), limits::kRolesPerFrameworkMax, "offer constraints",
              [](wire::RoleConstraints::Reader one) { return read(one); })};
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

static AcceptOperations read(wire::AcceptOperations::Reader in) {
  return {.id = read_text(in.getId(), limits::kIdCharsMax, "id of operations"),
          .offers = read_offer_ids(in.getOffers()),
          .operations = read_list<ResourceOperation>(
              in.getOperations(), limits::kOperationsPerAcceptMax, "operations",
              [](wire::ResourceOperation::Reader one) { return codec::read(one); })};
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
    case Message::ANSWER_INVERSE_OFFER:
      return read(in.getAnswerInverseOffer());
    case Message::ACCEPT_OPERATIONS:
      return read(in.getAcceptOperations());
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

Result<Envelope<FrameworkToMaster>> decode_framework_to_master(BytesView bytes,
                                                               DecodeStats* stats) {
  return codec::decode_envelope<wire::FrameworkToMaster, FrameworkToMaster>(
      bytes, codec::Direction::kFrameworkToMaster, stats,
      [](wire::FrameworkToMaster::Message::Reader in) { return codec::read(in); });
}

}  // namespace fairlead
