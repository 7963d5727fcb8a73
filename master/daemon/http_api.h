// The master's part of docs/http_api.md: which path is answered by which view, and which calls
// become operators' requests to the core. Parses and routes; decides nothing. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/master_events.h"
#include "master/daemon/audit_log.h"
#include "master/daemon/event_feed.h"
#include "master/daemon/role_changes.h"
#include "master/master_core.h"
#include "runtime/clock.h"
#include "runtime/http.h"

namespace fairlead {

class MasterHttpApi {
 public:
  struct World {
    const MasterCore& core;
    const Clock& clock;
    EventFeed& events;
    const AuditLog& audit;
    std::function<void(const MasterEvent&)> on_event;
    std::function<std::string()> metrics;  ///< Prometheus text
  };

  explicit MasterHttpApi(World world) : world_(std::move(world)) {}

  /// Answers now, or after the core's AnswerOperator.
  void serve(const HttpRequest& request, std::shared_ptr<HttpResponder> responder);
  /// The core has decided about an operator's request.
  void on_answer(const AnswerOperator& answer);

 private:
  using Responder = std::shared_ptr<HttpResponder>;

  HttpReply get(const HttpRequest& request) const;
  HttpReply ready(const HttpRequest& request) const;
  Result<OperatorCall> operator_call(const HttpRequest& request) const;
  Result<OperatorRequest> operator_request(const HttpRequest& request) const;
  void ask(const HttpRequest& request, Responder responder);

  World world_;
  std::uint64_t next_request_ = 1;
  std::map<RequestId, Responder> waiting_;  ///< bounded by limits::kOperatorCallsMax
};

}  // namespace fairlead
