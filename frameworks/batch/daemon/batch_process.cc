#include "frameworks/batch/daemon/batch_process.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include "frameworks/batch/batch_scheduler.h"
#include "frameworks/batch/daemon/agent_watch.h"
#include "frameworks/batch/daemon/batch_http_api.h"
#include "frameworks/sdk/driver/framework_driver.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/process/stop_signals.h"
#include "runtime/http_errors.h"

namespace fairlead::batch {
namespace {

Result<std::optional<DealerKeys>> read_keys(const BatchProcessOptions& options) {
  if (options.key_file.empty() != options.master_key_file.empty()) {
    return invalid({.what = "flags --key-file and --master-key-file",
                    .where = {},
                    .expected = "both or none",
                    .got = "one",
                    .hint = {}});
  }
  if (options.key_file.empty()) {
    return std::optional<DealerKeys>();
  }
  auto own = read_key_pair(options.key_file);
  if (!own.ok()) {
    return own.error();
  }
  auto server = read_public_key(options.master_key_file);
  if (!server.ok()) {
    return server.error();
  }
  return std::optional(DealerKeys{std::move(own).value(), std::move(server).value()});
}

BatchOptions scheduler_options(const BatchProcessOptions& options, const Clock& clock) {
  BatchOptions batch;
  for (const std::string& role : options.roles) {
    batch.roles.push_back({role});
  }
  batch.wall_at_zero = {clock.wall().unix_ms - clock.now().ns / 1'000'000};
  return batch;
}

class BatchProcess {
 public:
  BatchProcess(const BatchProcessOptions& options, const Clock& clock, Loop& loop)
      : options_(options),
        clock_(clock),
        loop_(loop),
        scheduler_(scheduler_options(options, clock)),
        api_({.scheduler = scheduler_,
              .clock = clock,
              .act = [this](BatchHttpApi::Callback act) { driver_->act(std::move(act)); },
              .core = [this] { return driver_ ? &driver_->core() : nullptr; }}) {}

  Status run();

 private:
  Status serve_http();
  Status start_driver();
  Status announce();
  void on_request(HttpRequest request, std::shared_ptr<HttpResponder> responder);

  const BatchProcessOptions& options_;
  const Clock& clock_;
  Loop& loop_;
  ZmqContext context_;
  BatchScheduler scheduler_;
  BatchHttpApi api_;
  std::unique_ptr<sdk::FrameworkDriver> driver_;
  std::unique_ptr<StopSignals> signals_;
  std::unique_ptr<AgentWatch> agents_;
  std::unique_ptr<HttpServer> http_;  ///< last: its thread posts to what is above
};

Status BatchProcess::run() {
  // HTTP first: its port is part of what the framework tells the master about itself.
  if (Status served = serve_http(); !served.ok()) {
    return served;
  }
  if (Status started = start_driver(); !started.ok()) {
    return started;
  }
  auto signals = StopSignals::watch(loop_, [this] { loop_.stop(); });
  if (!signals.ok()) {
    return signals.error();
  }
  signals_ = std::move(signals).value();
  if (!options_.master_http.empty()) {
    agents_ = std::make_unique<AgentWatch>(
        HttpClientOptions{.address = options_.master_http,
                          .token_file = options_.master_token_file,
                          .ca_file = options_.http_ca,
                          .insecure = options_.insecure},
        [this](std::vector<KnownAgent> known) {
          // A full mailbox only means that the next look is the one that counts.
          static_cast<void>(loop_.post([this, known = std::move(known)]() mutable {
            scheduler_.set_known_agents(std::move(known));
          }));
        });
  }
  if (Status announced = announce(); !announced.ok()) {
    return announced;
  }
  loop_.run();
  if (driver_->end() && driver_->end()->failed) {
    return Error{ErrorCode::kUnavailable, driver_->end()->reason};
  }
  return {};
}

Status BatchProcess::serve_http() {
  HttpServerOptions http = options_.http;
  http.insecure = options_.insecure;
  http.on_warning = [](const std::string& text) {
    log_line(LogLevel::kWarning, "http", {{"warning", text}});
  };
  auto server = HttpServer::start(
      std::move(http), [this](HttpRequest request, std::shared_ptr<HttpResponder> responder) {
        on_request(std::move(request), std::move(responder));
      });
  if (!server.ok()) {
    return server.error();
  }
  http_ = std::move(server).value();
  return {};
}

void BatchProcess::on_request(HttpRequest request, std::shared_ptr<HttpResponder> responder) {
  const bool posted = loop_.post([this, request = std::move(request), responder] {
    if (driver_ == nullptr) {
      responder->reply(http_error({ErrorCode::kUnavailable, "starting; hint: try again"}));
    } else {
      api_.serve(request, responder);
    }
  });
  if (!posted) {
    responder->reply(http_error({ErrorCode::kUnavailable, "overloaded; hint: try again"}));
  }
}

Status BatchProcess::start_driver() {
  auto keys = read_keys(options_);
  if (!keys.ok()) {
    return keys.error();
  }
  sdk::DriverOptions driver;
  driver.master = options_.master;
  driver.state_dir = options_.state_dir;
  driver.keys = std::move(keys).value();
  driver.insecure = options_.insecure;
  driver.extra_deadline = [this] { return api_.next_deadline(); };
  driver.extra_due = [this](Instant now) { api_.on_due(now); };
  driver.after_step = [this] { api_.after_step(); };
  driver.sdk.write_ahead = options_.write_ahead;
  driver.sdk.seed =
      static_cast<std::uint64_t>(::getpid()) ^ static_cast<std::uint64_t>(clock_.wall().unix_ms);
  FrameworkInfo& info = driver.sdk.info;
  info.name = options_.name;
  info.principal = {options_.principal};
  for (const std::string& role : options_.roles) {
    info.roles.push_back({role});
  }
  info.failover_timeout = options_.failover_timeout;
  info.api_address = http_->address();
  info.kind = "batch";
  auto started =
      sdk::FrameworkDriver::start(std::move(driver), scheduler_, loop_, clock_, context_);
  if (!started.ok()) {
    return started.error();
  }
  driver_ = std::move(started).value();
  return {};
}

Status BatchProcess::announce() {
  log_line(LogLevel::kInfo, "batch_serves", {{"http", http_->address()}});
  if (options_.ready_file.empty()) {
    return {};
  }
  // Written aside and renamed: whoever waits for the file never reads half of it.
  const std::string part = options_.ready_file + ".part";
  std::ofstream file(part, std::ios::trunc);
  file << http_->address() << "\n";
  file.close();
  if (!file || std::rename(part.c_str(), options_.ready_file.c_str()) != 0) {
    return Error{ErrorCode::kUnavailable, "flag --ready-file: cannot write " + options_.ready_file};
  }
  return {};
}

}  // namespace

Status run_batch(const BatchProcessOptions& options) {
  for (const std::string& role : options.roles) {
    if (Status valid = check_role_name(role); !valid.ok()) {
      return Error{valid.error().code, "flag --role: " + valid.error().message};
    }
  }
  if (options.roles.empty()) {
    return invalid({.what = "flag --role",
                    .where = {},
                    .expected = "at least one role",
                    .got = {},
                    .hint = {}});
  }
  const SystemClock clock;
  auto loop = EpollLoop::create(clock);
  if (!loop.ok()) {
    return loop.error();
  }
  BatchProcess process(options, clock, *loop.value());
  return process.run();
}

}  // namespace fairlead::batch
