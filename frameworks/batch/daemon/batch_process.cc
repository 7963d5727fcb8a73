#include "frameworks/batch/daemon/batch_process.h"

#include <memory>
#include <utility>

#include "frameworks/batch/batch_scheduler.h"
#include "frameworks/batch/daemon/agent_watch.h"
#include "frameworks/batch/daemon/batch_http_api.h"
#include "frameworks/sdk/driver/framework_service.h"
#include "runtime/adapters/acl/acl_file.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"

namespace fairlead::batch {
namespace {

BatchOptions scheduler_options(const BatchProcessOptions& options, const Clock& clock) {
  BatchOptions batch;
  for (const std::string& role : options.framework.roles) {
    batch.roles.push_back({role});
  }
  batch.wall_at_zero = {clock.wall().unix_ms - clock.now().ns / 1'000'000};
  return batch;
}

class BatchProcess {
 public:
  BatchProcess(const BatchProcessOptions& options, Acl acl, const Clock& clock, Loop& loop)
      : options_(options),
        loop_(loop),
        scheduler_(scheduler_options(options, clock)),
        api_({.scheduler = scheduler_,
              .clock = clock,
              .act = [this](BatchHttpApi::Callback act) { service_.act(std::move(act)); },
              .core = [this] { return service_.core(); },
              .acl = std::move(acl)}),
        service_(loop, clock) {}

  Status run(sdk::DriverOptions driver);

 private:
  sdk::ServiceOptions service_options(sdk::DriverOptions driver);

  const BatchProcessOptions& options_;
  Loop& loop_;
  BatchScheduler scheduler_;
  BatchHttpApi api_;
  sdk::FrameworkService service_;  ///< below what its callbacks use: it ends first
  std::unique_ptr<AgentWatch> agents_;
};

Status BatchProcess::run(sdk::DriverOptions driver) {
  if (Status started = service_.start(service_options(std::move(driver)), scheduler_);
      !started.ok()) {
    return started;
  }
  if (!options_.master_http.empty()) {
    agents_ = std::make_unique<AgentWatch>(
        HttpClientOptions{.address = options_.master_http,
                          .token_file = options_.master_token_file,
                          .ca_file = options_.http_ca,
                          .insecure = options_.framework.insecure},
        [this](std::vector<KnownAgent> known) {
          // A full mailbox only means that the next look is the one that counts.
          static_cast<void>(loop_.post([this, known = std::move(known)]() mutable {
            scheduler_.set_known_agents(std::move(known));
          }));
        });
  }
  return service_.run();
}

sdk::ServiceOptions BatchProcess::service_options(sdk::DriverOptions driver) {
  driver.extra_deadline = [this] { return api_.next_deadline(); };
  driver.extra_due = [this](Instant now) { api_.on_due(now); };
  driver.after_step = [this] { api_.after_step(); };
  sdk::ServiceOptions service;
  service.driver = std::move(driver);
  service.http = options_.http;
  service.http.insecure = options_.framework.insecure;
  service.ready_file = options_.ready_file;
  service.serve = [this](const HttpRequest& request,
                         const std::shared_ptr<HttpResponder>& responder) {
    api_.serve(request, responder);
  };
  return service;
}

}  // namespace

Status run_batch(const BatchProcessOptions& options, SupervisorLink& supervisor) {
  const SystemClock clock;
  auto driver = sdk::driver_options(options.framework, clock);
  if (!driver.ok()) {
    return driver.error();
  }
  driver->supervisor = &supervisor;
  auto acl = acl_of_flag(options.acl_file);
  if (!acl.ok()) {
    return acl.error();
  }
  auto loop = EpollLoop::create(clock);
  if (!loop.ok()) {
    return loop.error();
  }
  BatchProcess process(options, std::move(acl).value(), clock, *loop.value());
  return process.run(std::move(driver).value());
}

}  // namespace fairlead::batch
