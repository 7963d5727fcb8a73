#include "frameworks/pods/daemon/pods_process.h"

#include <memory>
#include <utility>

#include "frameworks/pods/daemon/pods_http_api.h"
#include "frameworks/pods/daemon/tcp_prober.h"
#include "frameworks/pods/pods_scheduler.h"
#include "frameworks/sdk/driver/framework_service.h"
#include "runtime/adapters/acl/acl_file.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"

namespace fairlead::pods {
namespace {

PodsOptions scheduler_options(const PodsProcessOptions& options, const Clock& clock) {
  PodsOptions pods;
  for (const std::string& role : options.framework.roles) {
    pods.roles.push_back({role});
  }
  pods.wall_at_zero = {clock.wall().unix_ms - clock.now().ns / 1'000'000};
  return pods;
}

class PodsProcess {
 public:
  PodsProcess(const PodsProcessOptions& options, Acl acl, const Clock& clock, Loop& loop)
      : options_(options),
        clock_(clock),
        loop_(loop),
        scheduler_(scheduler_options(options, clock)),
        api_({.scheduler = scheduler_,
              .clock = clock,
              .act = [this](PodsHttpApi::Callback act) { service_.act(std::move(act)); },
              .core = [this] { return service_.core(); },
              .acl = std::move(acl)}),
        service_(loop, clock) {}

  Status run(sdk::DriverOptions driver);

 private:
  Status start_prober();
  sdk::ServiceOptions service_options(sdk::DriverOptions driver);
  void after_step();

  const PodsProcessOptions& options_;
  const Clock& clock_;
  Loop& loop_;
  PodsScheduler scheduler_;
  PodsHttpApi api_;
  std::uint64_t version_seen_ = 0;
  std::unique_ptr<TcpProber> prober_;
  sdk::FrameworkService service_;  ///< below what its callbacks use: it ends first
};

Status PodsProcess::run(sdk::DriverOptions driver) {
  if (Status started = start_prober(); !started.ok()) {
    return started;
  }
  if (Status started = service_.start(service_options(std::move(driver)), scheduler_);
      !started.ok()) {
    return started;
  }
  return service_.run();
}

Status PodsProcess::start_prober() {
  auto prober = TcpProber::create(loop_, clock_, [this](const Probed& probed) {
    service_.act([this, probed](Instant now, sdk::SchedulerActions& actions) {
      scheduler_.on_probed(now, probed, actions);
    });
  });
  if (!prober.ok()) {
    return prober.error();
  }
  prober_ = std::move(prober).value();
  return {};
}

sdk::ServiceOptions PodsProcess::service_options(sdk::DriverOptions driver) {
  driver.extra_deadline = [this] { return prober_->next_deadline(); };
  driver.extra_due = [this](Instant now) { prober_->on_due(now); };
  driver.after_step = [this] { after_step(); };
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

void PodsProcess::after_step() {
  api_.after_step();
  if (scheduler_.version() != version_seen_) {
    version_seen_ = scheduler_.version();
    prober_->set_targets(scheduler_.probe_targets());
  }
}

}  // namespace

Status run_pods(const PodsProcessOptions& options, SupervisorLink& supervisor) {
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
  PodsProcess process(options, std::move(acl).value(), clock, *loop.value());
  return process.run(std::move(driver).value());
}

}  // namespace fairlead::pods
