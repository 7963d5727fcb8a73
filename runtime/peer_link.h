// Sequence bookkeeping for one peer: what to stamp on a message that leaves, and what a stamp that
// arrives means. It sends nothing and keeps no message. Owned by the core that talks to the peer;
// not thread-safe. Pure.
//
// A session is one life of one sender; a later life has a greater number. Inside a session the
// sequence counts 1, 2, 3, … without holes.
#pragma once

#include <cstdint>

#include "common/ids.h"

namespace fairlead {

struct MessageStamp {
  Session session;
  std::uint64_t sequence = 0;  ///< from 1

  friend auto operator<=>(const MessageStamp&, const MessageStamp&) = default;
};

enum class Arrival {
  kNew,         ///< the next one in order
  kDuplicate,   ///< seen or skipped before: drop it
  kGap,         ///< intact, but some before it are lost: resync with the peer
  kNewSession,  ///< the peer started again (or is met for the first time): resync with the peer
  kOldSession,  ///< from a life of the peer that is over, or without a session: drop it
};

class PeerLink {
 public:
  /// REQUIRES: own.number > 0.
  explicit PeerLink(Session own);

  /// The stamp of the next message to this peer.
  MessageStamp next_outbound();

  /// Judges an arrival and moves past it: each hole is reported by one kGap only.
  Arrival on_inbound(MessageStamp stamp);

  /// The peer's session as last seen; 0 before the first message.
  Session peer_session() const { return peer_; }
  /// Sequence of the last message that was not dropped; 0 before the first one.
  std::uint64_t last_inbound() const { return last_inbound_; }

 private:
  Session own_;
  Session peer_;
  std::uint64_t last_outbound_ = 0;
  std::uint64_t last_inbound_ = 0;
};

}  // namespace fairlead
