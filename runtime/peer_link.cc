#include "runtime/peer_link.h"

#include "common/check.h"

namespace fairlead {

PeerLink::PeerLink(Session own) : own_(own) {
  check(own.number > 0, "a session is never 0");
}

MessageStamp PeerLink::next_outbound() {
  return {.session = own_, .sequence = ++last_outbound_};
}

Arrival PeerLink::on_inbound(MessageStamp stamp) {
  if (stamp.session.number == 0 || stamp.session < peer_) return Arrival::kOldSession;
  if (stamp.session > peer_) {
    peer_ = stamp.session;
    last_inbound_ = stamp.sequence;
    return Arrival::kNewSession;
  }
  if (stamp.sequence <= last_inbound_) return Arrival::kDuplicate;
  bool in_order = stamp.sequence == last_inbound_ + 1;
  last_inbound_ = stamp.sequence;
  return in_order ? Arrival::kNew : Arrival::kGap;
}

}  // namespace fairlead
