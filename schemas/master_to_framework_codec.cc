#include "schemas/framework_codec.h"

#include "schemas/demand_codec.h"
#include "schemas/framework.capnp.h"
#include "schemas/framework_info_codec.h"
#include "schemas/inverse_offers_codec.h"
#include "schemas/reclaim_codec.h"
#include "schemas/task_codec.h"
#include "schemas/wire_enums.h"
#include "schemas/wire_message.h"

namespace fairlead {
namespace codec {

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
  if (value.unavailability) write(*value.unavailability, out.initUnavailability());
}

static Offer read(wire::Offer::Reader in) {
  std::optional<Unavailability> unavailability;
  if (in.hasUnavailability()) unavailability = read(in.getUnavailability());
  return {.id = OfferId{in.getId()},
          .framework = read_id<FrameworkId>(in.getFramework(), "framework id"),
          .role = read_role(in.getRole(), Presence::kRequired, "offer role"),
          .agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .http_address = read_text(in.getHttpAddress(), limits::kTextBytesMax, "http address"),
          .resources = read(in.getResources()),
          .attributes = read_attributes(in.getAttributes()),
          .hold_max = read_duration(in.getHoldMaxNs(), "offer hold time"),
          .unavailability = unavailability};
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

static void write(const DemandImpossible& value, ToFrameworkOut message) {
  wire::DemandImpossible::Builder out = message.initDemandImpossible();
  out.setRole(as_text(value.role.text));
  put(out, &wire::DemandImpossible::Builder::setShape, value.shape);
  put_clipped(out, &wire::DemandImpossible::Builder::setWhy, value.why, limits::kErrorCharsMax);
}

static void write(const InverseOffers& value, ToFrameworkOut message) {
  write_list(value.offers, message.initInverseOffers(count_of_list(value.offers)),
             [](const InverseOffer& offer, wire::InverseOffer::Builder o) { write(offer, o); });
}

static void write(const InverseOffersWithdrawn& value, ToFrameworkOut message) {
  write(value, message.initInverseOffersWithdrawn());
}

static void write(const OperationsAnswer& value, ToFrameworkOut message) {
  wire::OperationsAnswer::Builder out = message.initOperationsAnswer();
  out.setId(as_text(value.id));
  put(out, &wire::OperationsAnswer::Builder::setAgent, value.agent.text);
  put_clipped(out, &wire::OperationsAnswer::Builder::setRefused, value.refused,
              limits::kErrorCharsMax);
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

static DemandImpossible read(wire::DemandImpossible::Reader in) {
  return {.role = read_role(in.getRole(), Presence::kRequired, "demand role"),
          .shape = read_text(in.getShape(), limits::kTextBytesMax, "demand shape name"),
          .why = read_text(in.getWhy(), limits::kErrorCharsMax, "reason")};
}

static OperationsAnswer read(wire::OperationsAnswer::Reader in) {
  return {.id = read_text(in.getId(), limits::kIdCharsMax, "id of operations"),
          .agent = read_id<AgentId>(in.getAgent(), "agent id", Presence::kMayBeEmpty),
          .refused = read_text(in.getRefused(), limits::kErrorCharsMax, "reason")};
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
    case Message::DEMAND_IMPOSSIBLE:
      return read(in.getDemandImpossible());
    case Message::INVERSE_OFFERS:
      return InverseOffers{read_list<InverseOffer>(
          in.getInverseOffers(), limits::kInverseOffersPerMessageMax, "inverse offers",
          [](wire::InverseOffer::Reader offer) { return read(offer); })};
    case Message::INVERSE_OFFERS_WITHDRAWN:
      return read(in.getInverseOffersWithdrawn());
    case Message::OPERATIONS_ANSWER:
      return read(in.getOperationsAnswer());
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

Bytes encode(const Envelope<MasterToFramework>& envelope) {
  return codec::encode_envelope<wire::MasterToFramework>(
      envelope, codec::Direction::kMasterToFramework,
      [](const MasterToFramework& message, wire::MasterToFramework::Message::Builder out) {
        std::visit([&out](const auto& value) { codec::write(value, out); }, message);
      });
}

Result<Envelope<MasterToFramework>> decode_master_to_framework(BytesView bytes,
                                                               DecodeStats* stats) {
  return codec::decode_envelope<wire::MasterToFramework, MasterToFramework>(
      bytes, codec::Direction::kMasterToFramework, stats,
      [](wire::MasterToFramework::Message::Reader in) { return codec::read(in); });
}

}  // namespace fairlead
