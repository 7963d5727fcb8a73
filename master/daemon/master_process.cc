#include "master/daemon/master_process.h"

#include <sys/random.h>

#include <array>
#include <cstdio>
#include <optional>
#include <utility>
#include <variant>

#include "master/daemon/audit_log.h"
#include "master/daemon/event_feed.h"
#include "master/daemon/http_api.h"
#include "master/daemon/master_metrics.h"
#include "master/daemon/memory_trim.h"
#include "master/master_core.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/process/ready_file.h"
#include "runtime/adapters/process/stop_signals.h"
#include "runtime/adapters/sqlite/sqlite_store.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "runtime/adapters/zmq/allow_list.h"
#include "runtime/adapters/zmq/zap_handler.h"
#include "runtime/adapters/zmq/zmq_router.h"
#include "runtime/http_errors.h"
#include "runtime/link/peer_links.h"
#include "runtime/link/registry_rows.h"

namespace fairlead {
namespace {

constexpr Duration kForgetIdleEvery = seconds(60);

ClusterId fresh_cluster_id() {
  std::array<unsigned char, 16> random{};
  check(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()),
        "the kernel gives 16 random bytes");
  ClusterId id;
  for (unsigned char byte : random) {
    constexpr const char* kHex = "0123456789abcdef";
    id.text += kHex[byte >> 4];
    id.text += kHex[byte & 15];
  }
  return id;
}

/// The registry's own record, one epoch on; a new one in an empty registry.
ClusterRecord next_epoch(std::vector<RegistryRecord>& registry) {
  for (RegistryRecord& record : registry) {
    if (auto* cluster = std::get_if<ClusterRecord>(&record)) {
      ++cluster->epoch.number;
      return *cluster;
    }
  }
  ClusterRecord first{.cluster = fresh_cluster_id(), .epoch = {1}};
  registry.push_back(first);
  return first;
}

/// The core with its ports. Everything is called on the loop's thread.
class MasterProcess {
 public:
  MasterProcess(const MasterOptions& options, SystemClock& clock, EpollLoop& loop)
      : options_(options), clock_(clock), loop_(loop), core_(options.core) {}

  Status start();
  const Status& ending() const { return ending_; }

 private:
  Status open_registry();
  Status open_transport();
  Status open_http();
  void lead();
  Status announce();

  void on_event(const MasterEvent& event);
  void carry_out(MasterAction& action);
  void on_store(Ticket ticket, StoreOutcome outcome, const std::string& reason);
  void on_time(Instant now);
  void step_down(const std::string& reason);
  /// Taken and sent so far.
  std::uint64_t messages() const {
    return links_->counters().messages_in + links_->counters().messages_out;
  }

  const MasterOptions& options_;
  SystemClock& clock_;
  EpollLoop& loop_;
  MasterCore core_;
  ClusterRecord cluster_;
  std::vector<RegistryRecord> registry_;  ///< until the core has it
  Status ending_;
  Instant forget_idle_at_;
  MemoryTrim memory_trim_{give_memory_back};
  std::vector<MasterAction> actions_;  ///< kept for its memory

  std::unique_ptr<StateLock> lock_;
  std::unique_ptr<SqliteStore> store_;
  ZmqContext zmq_;
  std::unique_ptr<AllowList> allow_list_;
  std::unique_ptr<ZapHandler> zap_;
  std::unique_ptr<ZmqRouter> router_;
  std::optional<PeerLinks> links_;
  std::unique_ptr<AuditLog> audit_;
  std::optional<EventFeed> events_;
  std::optional<MasterMetrics> metrics_;
  std::optional<MasterHttpApi> api_;
  std::unique_ptr<StopSignals> signals_;
  std::unique_ptr<HttpServer> http_;  ///< last: its thread posts to what is above
};

Status MasterProcess::start() {
  if (Status opened = open_registry(); !opened) return opened;
  if (Status opened = open_transport(); !opened) return opened;
  if (Status opened = open_http(); !opened) return opened;
  auto signals = StopSignals::watch(loop_, [this] { loop_.stop(); });
  if (!signals) return signals.error();
  signals_ = std::move(*signals);
  loop_.set_timer(
      [this] {
        return std::min({core_.next_deadline(), forget_idle_at_, memory_trim_.next_deadline()});
      },
      [this](Instant now) { on_time(now); });
  loop_.set_after_round([this] {
    links_->flush();
    memory_trim_.after_round(clock_.now(), messages());
  });
  // The epoch is durable before anybody hears of it: two lives never share one.
  store_->commit(to_batch({.ticket = {}, .put = {cluster_}, .erase = {}}));
  return {};
}

Status MasterProcess::open_registry() {
  Result<std::unique_ptr<StateLock>> lock = StateLock::acquire(options_.state_dir);
  if (!lock) return lock.error();
  lock_ = std::move(*lock);
  Result<std::unique_ptr<SqliteStore>> store =
      SqliteStore::open({.directory = options_.state_dir, .durability = options_.durability}, loop_,
                        [this](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
                          on_store(ticket, outcome, reason);
                        });
  if (!store) return store.error();
  store_ = std::move(*store);
  Result<StoreContents> contents = store_->load();
  if (!contents) return contents.error();
  Result<std::vector<RegistryRecord>> registry = read_registry(*contents);
  if (!registry) return registry.error();
  registry_ = std::move(*registry);
  cluster_ = next_epoch(registry_);
  Result<std::unique_ptr<AuditLog>> audit = AuditLog::open(options_.state_dir + "/audit.log");
  if (!audit) return audit.error();
  audit_ = std::move(*audit);
  return {};
}

Status MasterProcess::open_transport() {
  RouterOptions router{.endpoint = options_.bind, .insecure = options_.insecure};
  router.memory.memory_bytes_max = static_cast<std::uint64_t>(options_.memory_watermark_bytes);
  if (!options_.key_file.empty()) {
    Result<CurveKeyPair> keys = read_key_pair(options_.key_file);
    if (!keys) return keys.error();
    Result<std::unique_ptr<AllowList>> allowed = AllowList::load(options_.allow_list_file);
    if (!allowed) return allowed.error();
    allow_list_ = std::move(*allowed);
    Result<std::unique_ptr<ZapHandler>> zap = ZapHandler::start(zmq_, *allow_list_);
    if (!zap) return zap.error();
    zap_ = std::move(*zap);
    router.keys = std::move(*keys);
    router.zap = zap_.get();
  }
  auto bound = ZmqRouter::bind(zmq_, loop_, std::move(router),
                               [this](const Incoming& incoming) { links_->on_incoming(incoming); });
  if (!bound) return bound.error();
  router_ = std::move(*bound);
  links_.emplace(PeerLinks::Identity{cluster_.cluster, cluster_.epoch, {cluster_.epoch.number}},
                 clock_, *router_, [this](const MasterEvent& event) { on_event(event); });
  return {};
}

Status MasterProcess::open_http() {
  events_.emplace(cluster_.epoch, names_in(core_.state()));
  metrics_.emplace(core_, *links_, router_->counters());
  api_.emplace(MasterHttpApi::World{.core = core_,
                                    .clock = clock_,
                                    .events = *events_,
                                    .audit = *audit_,
                                    .on_event = [this](const MasterEvent& e) { on_event(e); },
                                    .metrics = [this] { return metrics_->text(); }});
  auto handler = [this](HttpRequest request, std::shared_ptr<HttpResponder> responder) {
    bool posted = loop_.post(
        [this, request = std::move(request), responder] { api_->serve(request, responder); });
    if (!posted)
      responder->reply(http_error({ErrorCode::kUnavailable, "the master is overloaded"}));
  };
  HttpServerOptions http = options_.http;
  http.insecure = options_.insecure;
  http.on_warning = [](const std::string& text) {
    log_line(LogLevel::kWarning, "http", {{"text", text}});
  };
  Result<std::unique_ptr<HttpServer>> server = HttpServer::start(std::move(http), handler);
  if (!server) return server.error();
  http_ = std::move(*server);
  return {};
}

void MasterProcess::lead() {
  WallTime wall = clock_.wall();
  Instant now = clock_.now();
  forget_idle_at_ = now + kForgetIdleEvery;
  on_event(MasterStarted{.cluster = cluster_.cluster,
                         .epoch = cluster_.epoch,
                         .wall_at_zero = {wall.unix_ms - now.ns / 1'000'000},
                         .registry = std::move(registry_)});
  if (Status announced = announce(); !announced) step_down(announced.error().message);
}

Status MasterProcess::announce() {
  log_line(LogLevel::kInfo, "leading",
           {{"cluster", cluster_.cluster.text},
            {"epoch", cluster_.epoch.number},
            {"bind", router_->endpoint()},
            {"http", http_->address()}});
  std::printf("master ready: %s %s epoch %llu\n", router_->endpoint().c_str(), http_->url().c_str(),
              static_cast<unsigned long long>(cluster_.epoch.number));
  std::fflush(stdout);
  return write_ready_file(options_.ready_file, router_->endpoint() + " " + http_->address());
}

void MasterProcess::on_store(Ticket ticket, StoreOutcome outcome, const std::string& reason) {
  if (core_.state().leads) return on_event(to_registry_written(ticket, outcome, reason));
  if (outcome != StoreOutcome::kPersisted) return step_down("registry: " + reason);
  lead();
}

void MasterProcess::on_event(const MasterEvent& event) {
  // Taken out while it is used: carrying out an action may bring the next event.
  std::vector<MasterAction> actions = std::exchange(actions_, {});
  core_.step(clock_.now(), event, actions);
  for (MasterAction& action : actions) carry_out(action);
  actions.clear();
  actions_ = std::move(actions);
}

void MasterProcess::carry_out(MasterAction& action) {
  std::visit(
      [this](auto& order) {
        using Order = std::decay_t<decltype(order)>;
        if constexpr (std::is_same_v<Order, SendToAgent> ||
                      std::is_same_v<Order, SendToFramework>) {
          links_->send(std::move(order));
        } else if constexpr (std::is_same_v<Order, WriteRegistry>) {
          store_->commit(to_batch(order));
        } else if constexpr (std::is_same_v<Order, AnswerOperator>) {
          api_->on_answer(order);
        } else if constexpr (std::is_same_v<Order, RecordAudit>) {
          audit_->record(order, clock_.wall());
        } else if constexpr (std::is_same_v<Order, PublishEvent>) {
          events_->publish(order, clock_.wall());
        } else if constexpr (std::is_same_v<Order, CountReject>) {
          metrics_->count_reject(order.kind);
        } else {
          static_assert(std::is_same_v<Order, StepDown>);
          step_down(order.reason);
        }
      },
      action);
}

void MasterProcess::on_time(Instant now) {
  if (now >= forget_idle_at_) {
    links_->forget_idle();
    forget_idle_at_ = now + kForgetIdleEvery;
  }
  memory_trim_.on_time(now, messages());
  if (core_.state().leads) on_event(TimePassed{});
}

void MasterProcess::step_down(const std::string& reason) {
  ending_ = Error{ErrorCode::kUnavailable, "stepped down: " + reason};
  loop_.stop();
}

}  // namespace

Status run_master(const MasterOptions& options) {
  SystemClock clock;
  Result<std::unique_ptr<EpollLoop>> loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  MasterProcess process(options, clock, **loop);
  Status started = process.start();
  if (!started) return started;
  (*loop)->run();
  log_line(LogLevel::kInfo, "stopped");
  return process.ending();
}

}  // namespace fairlead
