// What operators asked about draining and what they were answered, against what masters launch: for
// the promise that a drain is kept. It begins with the answer, under the epoch of the master that
// gave it, and ends when its reactivation is asked for, whatever is answered. A master of a lower
// epoch never heard of it: what such a one launches, or launched before, is not counted. Owned by
// a World; not thread-safe.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "common/container.h"
#include "common/operator_messages.h"
#include "common/result.h"
#include "simulator/chaos/coordination.h"
#include "simulator/chaos/stage.h"

namespace fairlead::chaos {

class DrainBook {
 public:
  DrainBook(Stage& stage, Coordination& coordination)
      : stage_(stage), coordination_(coordination) {}

  /// From now on nothing is promised about it.
  void on_reactivation_begins(const AgentId& agent);
  /// Each gives the request its number.
  RequestId on_drain_asked(const AgentId& agent);
  RequestId on_reactivation_asked(const AgentId& agent);
  /// Of requests that were overtaken by a reactivation nothing follows.
  void on_answered(RequestId request, const Status& outcome, Epoch by);
  void on_launch_sent(const AgentId& to, const ContainerId& container, Epoch by);
  /// A master that was not deposed writes that nothing is left there.
  void on_called_drained(const AgentId& agent);
  void on_container_started(const ContainerId& container, const AgentId& agent);
  void on_container_ended(const AgentId& agent);

  bool may_be_drained(const AgentId& agent) const { return drains_.contains(agent); }
  /// Its reactivation has begun, and is not acknowledged.
  bool is_reactivating(const AgentId& agent) const;

 private:
  struct Drain {
    std::optional<Epoch> kept_since;  ///< of who acknowledged it first
    bool is_reactivating = false;
  };
  struct Request {
    AgentId agent;
    bool is_drain = false;
  };

  Stage& stage_;
  Coordination& coordination_;
  std::map<AgentId, Drain> drains_;
  std::map<RequestId, Request> requests_;        ///< not answered
  std::map<ContainerId, std::string> breaches_;  ///< launches that should not have been sent
  std::map<AgentId, std::size_t> running_;       ///< containers
  std::uint64_t numbered_ = 0;
};

}  // namespace fairlead::chaos
