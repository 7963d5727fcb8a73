// A peer's end of its link to the master: messages in, stamped and size-bounded envelopes out over
// a Dealer; bytes in, messages in order out, and every loss noticed. What agents and the SDK share.
// It decides nothing and keeps no message. Owned by a daemon or the simulator; loop's thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/envelope.h"
#include "common/limits.h"
#include "runtime/peer_link.h"
#include "runtime/transport.h"
#include "schemas/codec.h"

namespace fairlead {

template <class Out, class In>
class DealerLink {
 public:
  using Encode = Bytes (*)(const Envelope<Out>&);
  using Decode = Result<Envelope<In>> (*)(BytesView, DecodeStats*);

  DealerLink(Encode encode, Decode decode) : encode_(encode), decode_(decode) {}

  /// Sends the messages in as few envelopes as the bounds allow. `header` says cluster, epoch, peer
  /// and session; a session other than the last one starts at sequence 1. False when the master
  /// cannot take them: what was sent before is lost with the link.
  bool send(Dealer& dealer, EnvelopeHeader header, std::vector<Out> messages) {
    if (!link_ || session_ != header.session) {
      link_.emplace(header.session);
      session_ = header.session;
      sent_ = 0;
    }
    return send_all(dealer, header, std::move(messages));
  }

  struct Received {
    bool is_broken = false;  ///< something before it was lost
    std::optional<Envelope<In>> envelope;
    std::optional<Error> refused;  ///< it could not be decoded
  };

  Received receive(BytesView bytes) {
    Result<Envelope<In>> envelope = decode_(bytes, nullptr);
    if (!envelope) return {.refused = envelope.error()};
    if (!link_) return {};
    const EnvelopeHeader& header = envelope->header;
    // Still on its way when this session began: it speaks to the one before.
    if (header.answers.number != 0 && header.answers != session_) return {};
    // The master's answer to what it could not read stands outside every session.
    if (header.sequence == 0) return {.envelope = std::move(*envelope)};
    bool had_peer = link_->peer_session().number != 0;
    Arrival arrival = link_->on_inbound({header.session, header.sequence});
    if (arrival == Arrival::kDuplicate || arrival == Arrival::kOldSession) return {};
    bool is_broken = arrival == Arrival::kGap || (arrival == Arrival::kNewSession && had_peer);
    return {.is_broken = is_broken, .envelope = std::move(*envelope)};
  }

 private:
  bool send_all(Dealer& dealer, EnvelopeHeader& header, std::vector<Out> messages) {
    // Encoding what is too large only to learn that would be waste.
    bool is_many = messages.size() > limits::kEnvelopeMessagesMax;
    if (!is_many) {
      header.sequence = sent_ + 1;
      Envelope<Out> envelope{header, std::move(messages)};
      Bytes bytes = encode_(envelope);
      if (bytes.size() <= limits::kMessageBytesMax || envelope.messages.size() <= 1) {
        ++sent_;
        return dealer.send(bytes) == SendOutcome::kSent;
      }
      messages = std::move(envelope.messages);
    }
    auto middle = messages.begin() + static_cast<std::ptrdiff_t>(messages.size() / 2);
    std::vector<Out> rest(std::make_move_iterator(middle), std::make_move_iterator(messages.end()));
    messages.erase(middle, messages.end());
    return send_all(dealer, header, std::move(messages)) &&
           send_all(dealer, header, std::move(rest));
  }

  const Encode encode_;
  const Decode decode_;
  std::optional<PeerLink> link_;
  Session session_;
  std::uint64_t sent_ = 0;  ///< envelopes in this session
};

}  // namespace fairlead
