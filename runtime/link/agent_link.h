// The agent's words to its master and back: queues what the core says, gives every registration a
// session of its own, and turns what arrives into events. It does not connect: the dealer is handed
// in. Owned by the agent's daemon or the simulator; loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "common/agent_events.h"
#include "runtime/link/dealer_link.h"

namespace fairlead {

class AgentLink {
 public:
  using EventHandler = std::function<void(const AgentEvent&)>;

  /// `on_event` is called from `flush` and `receive`.
  explicit AgentLink(EventHandler on_event);

  void queue(const AgentToMaster& message) { queued_.push_back(message); }
  /// Sends what was queued over `dealer`, under this identity: its session is the one that those of
  /// this life count from. Called after every round of the loop.
  void flush(Dealer& dealer, const IdentityRecord& identity);
  /// Takes an envelope. Returns why it was refused, if it was.
  std::optional<Error> receive(BytesView bytes);

 private:
  /// REQUIRES: parts of a registration stand first.
  bool send(Dealer& dealer, const EnvelopeHeader& header, std::vector<AgentToMaster> messages);

  EventHandler on_event_;
  std::uint64_t registrations_ = 0;
  DealerLink<AgentToMaster, MasterToAgent> link_;
  std::vector<AgentToMaster> queued_;
};

}  // namespace fairlead
