// What a framework that serves HTTP has around its scheduler, put together: HTTP server, driver,
// stop signals, and the run from the announcement to the end. What it answers and what it has
// beside is the framework's. Owned by a framework's process; loop's thread only, but for what
// answers HTTP's thread until a request is on the loop.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/result.h"
#include "frameworks/sdk/driver/framework_driver.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/process/stop_signals.h"
#include "runtime/clock.h"
#include "runtime/loop.h"

namespace fairlead::sdk {

struct ServiceOptions {
  DriverOptions driver;    ///< the API's address is set here
  HttpServerOptions http;  ///< its warnings go to the log
  std::string ready_file;  ///< written once it serves: `<http address>`; may be empty
  /// Answers a request, on the loop's thread, while it leads; /leader is answered here, and
  /// everything while it stands by.
  std::function<void(const HttpRequest&, const std::shared_ptr<HttpResponder>&)> serve;
};

class FrameworkService {
 public:
  /// Both outlive it.
  FrameworkService(Loop& loop, const Clock& clock) : loop_(loop), clock_(clock) {}

  /// Serves HTTP ("starting" until the driver is up), then starts the driver, which leads at once
  /// or stands by: FrameworkDriver::start. Once only. `scheduler` outlives it.
  /// REQUIRES block_stop_signals() before any thread was started.
  Status start(ServiceOptions options, Scheduler& scheduler);
  /// Says that it serves, then runs the loop until a signal or the framework's end; an error when
  /// it ended by one. REQUIRES start().
  Status run();

  /// Runs `act` as a callback of the scheduler would run; not while it does not lead.
  /// REQUIRES start().
  void act(std::function<void(Instant, SchedulerActions&)> act) { driver_->act(std::move(act)); }
  /// nullptr before it leads.
  const SdkCore* core() const { return driver_ ? driver_->core() : nullptr; }

 private:
  Status serve_http(HttpServerOptions options);
  void on_request(HttpRequest request, const std::shared_ptr<HttpResponder>& responder);
  void answer(const HttpRequest& request, const std::shared_ptr<HttpResponder>& responder);
  HttpReply standby_answer(const HttpRequest& request) const;

  Loop& loop_;
  const Clock& clock_;
  ZmqContext context_;
  std::string ready_file_;
  std::function<void(const HttpRequest&, const std::shared_ptr<HttpResponder>&)> serve_;
  std::string kind_;
  std::unique_ptr<FrameworkDriver> driver_;
  std::unique_ptr<StopSignals> signals_;
  std::unique_ptr<HttpServer> http_;  ///< last: its thread posts to what is above
};

}  // namespace fairlead::sdk
