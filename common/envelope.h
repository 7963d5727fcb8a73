// What surrounds every exchange between a master and a peer. One envelope carries one or more
// messages that were ready together; sequence numbers count envelopes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/agent_messages.h"
#include "common/framework_messages.h"
#include "common/ids.h"

namespace fairlead {

inline constexpr std::uint16_t kProtocolVersion = 1;

struct EnvelopeHeader {
  std::uint16_t protocol = kProtocolVersion;
  ClusterId cluster;           ///< empty until the peer has learned it
  Epoch epoch;                 ///< master: its own; peer: the highest it has durably acknowledged
  Session session;             ///< one life of the sender towards this receiver
  std::uint64_t sequence = 0;  ///< 1, 2, … within (sender, session)
  Session
      answers;  ///< from the master: the peer's session that it speaks to; 0: outside of every one
  PeerId peer;  ///< the logical peer, whichever side sends: "agent/<id>", "framework/<id>"
  std::int64_t lease_ns = 0;  ///< CLOCK_BOOTTIME deadline of the sender's right to say this;
                              ///< checked at the send; 0: none
  friend bool operator==(const EnvelopeHeader&, const EnvelopeHeader&) = default;
};

template <class Message>
struct Envelope {
  EnvelopeHeader header;
  std::vector<Message> messages;
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

}  // namespace fairlead
