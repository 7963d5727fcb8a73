// Bytes between processes. One Router (a master, with many peers) talks to many Dealers (agents,
// frameworks). Everything here is called from the loop's thread only; nothing here blocks.
// A transport authenticates (who is the key's owner) and bounds (size, queue); what the bytes
// mean is for schemas/ and the cores.
#pragma once

#include <functional>

#include "common/bytes.h"
#include "common/ids.h"

namespace fairlead {

struct Incoming {
  ConnectionId from;    ///< names the link as long as it lives; 0 on a Dealer
  Principal principal;  ///< owner of the key that the peer proved; "anonymous" without CURVE
  Bytes bytes;
};

enum class SendOutcome {
  kSent,  ///< queued; may still be lost with the link
  kFull,  ///< the peer does not read: its queue is at its bound, nothing was queued
  kGone,  ///< no such link
};

using IncomingHandler = std::function<void(Incoming)>;

/// The master's end.
class Router {
 public:
  virtual ~Router() = default;
  virtual SendOutcome send(ConnectionId to, BytesView bytes) = 0;
};

/// An agent's or a framework's end.
class Dealer {
 public:
  virtual ~Dealer() = default;
  virtual SendOutcome send(BytesView bytes) = 0;
};

}  // namespace fairlead
