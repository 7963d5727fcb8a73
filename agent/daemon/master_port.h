// The agent's connection to its master: an AgentLink over a MasterDealer. Owned by AgentProcess;
// loop thread only.
#pragma once

#include <memory>

#include "runtime/adapters/zookeeper/master_dealer.h"
#include "runtime/link/agent_link.h"
#include "runtime/loop.h"

namespace fairlead {

class MasterPort {
 public:
  /// `on_event` is called on the loop's thread.
  explicit MasterPort(AgentLink::EventHandler on_event);

  Status connect(ZmqContext& context, Loop& loop, DealerOptions options);
  void queue(const AgentToMaster& message) { link_.queue(message); }
  /// Sends what was queued, under this identity. Called after every round of the loop.
  void flush(const IdentityRecord& identity) { link_.flush(*dealer_, identity); }
  bool is_up() const { return dealer_ != nullptr && dealer_->is_up(); }

 private:
  void on_bytes(BytesView bytes);
  void on_link(LinkState state);

  AgentLink::EventHandler on_event_;
  AgentLink link_;
  std::unique_ptr<MasterDealer> dealer_;
};

}  // namespace fairlead
