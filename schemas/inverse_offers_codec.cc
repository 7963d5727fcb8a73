#include "schemas/inverse_offers_codec.h"

#include "schemas/wire_values.h"

namespace fairlead::codec {

void write(const Unavailability& value, wire::Unavailability::Builder out) {
  out.setBeginsInNs(value.begins_in.ns);
  out.setLengthNs(value.length.ns);
}

void write(const InverseOffer& value, wire::InverseOffer::Builder out) {
  out.setWindow(as_text(value.window.text));
  out.setAgent(as_text(value.agent.text));
  put(out, &wire::InverseOffer::Builder::setHostname, value.hostname);
  write(value.unavailability, out.initUnavailability());
  out.setStayMaxNs(value.stay_max.ns);
  put_clipped(out, &wire::InverseOffer::Builder::setReason, value.reason, limits::kErrorCharsMax);
}

void write(const InverseOffersWithdrawn& value, wire::InverseOffersWithdrawn::Builder out) {
  out.setWindow(as_text(value.window.text));
  put_clipped(out, &wire::InverseOffersWithdrawn::Builder::setReason, value.reason,
              limits::kErrorCharsMax);
}

void write(const AnswerInverseOffer& value, wire::AnswerInverseOffer::Builder out) {
  out.setWindow(as_text(value.window.text));
  out.setAgent(as_text(value.agent.text));
  out.setAccepts(value.accepts);
  put_clipped(out, &wire::AnswerInverseOffer::Builder::setReason, value.reason,
              limits::kErrorCharsMax);
  out.setAskAgainNs(value.ask_again.ns);
}

Unavailability read(wire::Unavailability::Reader in) {
  return {.begins_in = read_duration(in.getBeginsInNs(), "begin of maintenance"),
          .length = read_duration(in.getLengthNs(), "length of maintenance")};
}

InverseOffer read(wire::InverseOffer::Reader in) {
  return {.window = read_id<WindowId>(in.getWindow(), "window id"),
          .agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .hostname = read_text(in.getHostname(), limits::kTextBytesMax, "hostname"),
          .unavailability = read(in.getUnavailability()),
          .stay_max = read_duration(in.getStayMaxNs(), "deadline of a window"),
          .reason = read_text(in.getReason(), limits::kErrorCharsMax, "reason")};
}

InverseOffersWithdrawn read(wire::InverseOffersWithdrawn::Reader in) {
  return {.window = read_id<WindowId>(in.getWindow(), "window id"),
          .reason = read_text(in.getReason(), limits::kErrorCharsMax, "reason")};
}

AnswerInverseOffer read(wire::AnswerInverseOffer::Reader in) {
  return {.window = read_id<WindowId>(in.getWindow(), "window id"),
          .agent = read_id<AgentId>(in.getAgent(), "agent id"),
          .accepts = in.getAccepts(),
          .reason = read_text(in.getReason(), limits::kErrorCharsMax, "reason"),
          .ask_again = read_duration(in.getAskAgainNs(), "time of the next inverse offer")};
}

}  // namespace fairlead::codec
