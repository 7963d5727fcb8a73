// Looks at the master's list of agents every two seconds, so that a job which no agent could ever
// hold is refused when it is submitted. A convenience: without it, or while the master does not
// answer, such jobs are taken and wait; why it does not is logged. One thread of its own; owned by
// the batch process.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "common/result.h"
#include "frameworks/batch/batch_scheduler.h"
#include "runtime/adapters/http/http_client.h"

namespace fairlead::batch {

/// The body of the master's /api/v1/agents. Agents that are gone are left out.
Result<std::vector<KnownAgent>> read_agents(std::string_view body);

class AgentWatch {
 public:
  using Handler = std::function<void(std::vector<KnownAgent>)>;  ///< called on the watch's thread

  /// Address, token and authorities of `master`; the rest is the watch's.
  AgentWatch(HttpClientOptions master, Handler on_agents);
  /// Joins the thread; a call in flight is interrupted.
  ~AgentWatch();
  AgentWatch(const AgentWatch&) = delete;
  AgentWatch& operator=(const AgentWatch&) = delete;

 private:
  void watch();

  const HttpClientOptions master_;
  const Handler on_agents_;
  const int stop_;  // eventfd
  std::thread thread_;
};

}  // namespace fairlead::batch
