// The agent's words to its master and back: queues what the core says, gives every registration a
// session of its own, and turns what arrives into events. Owned by AgentProcess; loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/agent_events.h"
#include "runtime/adapters/link/dealer_link.h"
#include "runtime/adapters/zmq/zmq_dealer.h"
#include "runtime/loop.h"

namespace fairlead {

class MasterPort {
 public:
  using EventHandler = std::function<void(const AgentEvent&)>;

  /// `first_session` grows from life to life. `on_event` is called on the loop's thread.
  MasterPort(Session first_session, EventHandler on_event);

  Status connect(ZmqContext& context, Loop& loop, DealerOptions options);
  void queue(const AgentToMaster& message) { queued_.push_back(message); }
  /// Sends what was queued, under this identity. Called after every round of the loop.
  void flush(const IdentityRecord& identity);
  bool is_up() const { return dealer_ != nullptr && dealer_->is_up(); }

 private:
  /// REQUIRES: parts of a registration stand first.
  bool send(const EnvelopeHeader& header, std::vector<AgentToMaster> messages);
  void on_bytes(BytesView bytes);
  void on_link(LinkState state);

  EventHandler on_event_;
  Session session_;
  DealerLink<AgentToMaster, MasterToAgent> link_;
  std::vector<AgentToMaster> queued_;
  std::unique_ptr<ZmqDealer> dealer_;
};

}  // namespace fairlead
