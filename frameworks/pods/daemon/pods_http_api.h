// docs/http_api_pods.md: routes requests to the scheduler; holds replies until they are durable.
// Parses and routes; decides nothing. Loop's thread only. The Kubernetes API, when it comes, is
// another class beside this one on the same scheduler.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "common/acl.h"
#include "frameworks/pods/pods_scheduler.h"
#include "frameworks/sdk/sdk_core.h"
#include "runtime/clock.h"
#include "runtime/http.h"

namespace fairlead::pods {

class PodsHttpApi {
 public:
  using Callback = std::function<void(Instant, sdk::SchedulerActions&)>;
  struct World {
    PodsScheduler& scheduler;
    const Clock& clock;
    std::function<void(Callback)> act;          ///< runs a callback through the SDK
    std::function<const sdk::SdkCore*()> core;  ///< nullptr before the driver is up
    Acl acl = permissive_acl();                 ///< what callers may do
  };

  explicit PodsHttpApi(World world) : world_(std::move(world)) {}

  /// Answers now, or once what it ordered is durable.
  void serve(const HttpRequest& request, const std::shared_ptr<HttpResponder>& responder);
  /// After every event that the SDK took: answers what became durable.
  void after_step();

 private:
  using Responder = std::shared_ptr<HttpResponder>;
  /// Orders something under a ticket; what it returns is sent once that is durable.
  using Change =
      std::function<Result<HttpReply>(Instant, Ticket ticket, sdk::SchedulerActions& actions)>;

  HttpReply get(const HttpRequest& request) const;
  HttpReply list(const HttpRequest& request, bool endpoints) const;
  HttpReply show(const std::string& name, const std::string& verb) const;
  HttpReply metrics() const;
  void post(const HttpRequest& request, const Responder& responder);
  void update(const HttpRequest& request, const std::string& name, const Responder& responder);
  void change(const Responder& responder, const Change& change);
  /// Fills in the owner, the role and the user; kDenied when the caller may not have such a
  /// service.
  Status admit(const Principal& who, ServiceSpec& spec) const;
  /// kDenied when the service is not the caller's. A name that is not known is not refused here.
  Status may_change(const Principal& who, const std::string& name) const;

  World world_;
  std::uint64_t ticket_ = 0;
  std::map<Ticket, std::pair<Responder, HttpReply>> durable_;  ///< replies that wait for the disk
};

}  // namespace fairlead::pods
