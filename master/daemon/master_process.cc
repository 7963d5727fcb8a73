#include "master/daemon/master_process.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>
#include <variant>

#include "master/daemon/audit_log.h"
#include "master/daemon/event_feed.h"
#include "master/daemon/host_watch.h"
#include "master/daemon/http_api.h"
#include "master/daemon/master_metrics.h"
#include "master/daemon/memory_trim.h"
#include "master/daemon/registry_start.h"
#include "master/daemon/standby_metrics.h"
#include "master/master_core.h"
#include "runtime/adapters/candidate/candidate.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/patterns/re2_patterns.h"
#include "runtime/adapters/process/ready_file.h"
#include "runtime/adapters/process/stop_signals.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "runtime/adapters/zmq/allow_list.h"
#include "runtime/adapters/zmq/endpoint.h"
#include "runtime/adapters/zmq/zap_handler.h"
#include "runtime/adapters/zmq/zmq_router.h"
#include "runtime/http_errors.h"
#include "runtime/link/early_envelopes.h"
#include "runtime/link/peer_links.h"
#include "runtime/link/registry_rows.h"
#include "runtime/standby_http.h"

namespace fairlead {
namespace {

constexpr Duration kForgetIdleEvery = seconds(60);

/// Where others reach `bound`: every address of this machine is no place to connect to.
std::string reachable(const std::string& bound, const std::string& http_address) {
  Result<Endpoint> endpoint = parse_endpoint(bound);
  bool is_any =
      endpoint && (endpoint->host == "0.0.0.0" || endpoint->host == "::" || endpoint->host == "*");
  if (!is_any) return bound;
  std::string host = http_address.substr(0, http_address.rfind(':'));
  return "tcp://" + host + ":" + std::to_string(endpoint->port);
}

/// The core with its ports. Everything is called on the loop's thread.
class MasterProcess {
 public:
  MasterProcess(const MasterOptions& options, SupervisorLink& supervisor, SystemClock& clock,
                EpollLoop& loop)
      : options_(options),
        supervisor_(supervisor),
        clock_(clock),
        loop_(loop),
        recorder_(options.allocator_log),
        core_(options.core, patterns_, recorder_.is_on() ? &recorder_ : nullptr),
        beat_(supervisor) {}

  Status start();
  const Status& ending() const { return ending_; }

 private:
  Status open_state();
  Status open_transport();
  Status open_http();
  Status open_host_file();
  Status coordinate();
  void watch_loop();
  void on_lead(Lead lead);
  Status prepare_to_lead(Lead lead);
  void lead();
  Status announce(const char* what);
  void serve(const HttpRequest& request, const std::shared_ptr<HttpResponder>& responder);
  void after_round();

  void on_event(const MasterEvent& event);
  void carry_out(MasterAction& action);
  void on_store(Ticket ticket, StoreOutcome outcome, const std::string& reason);
  void on_time(Instant now);
  void step_down(const std::string& reason);
  void say_if_peers_are_ahead();
  /// Taken and sent so far.
  std::uint64_t messages() const {
    return links_->counters().messages_in + links_->counters().messages_out;
  }

  const MasterOptions& options_;
  SupervisorLink& supervisor_;
  SystemClock& clock_;
  EpollLoop& loop_;
  Re2Patterns patterns_;
  AllocatorRecorder recorder_;
  MasterCore core_;
  ClusterRecord cluster_;
  std::vector<RegistryRecord> registry_;  ///< until the core has it
  Status ending_;
  Instant forget_idle_at_ = Instant::never();
  Beat beat_;
  Epoch peers_ahead_;  ///< the last one that was logged
  MemoryTrim memory_trim_{give_memory_back};
  std::vector<MasterAction> actions_;  ///< kept for its memory

  std::unique_ptr<StateLock> lock_;
  ZmqContext zmq_;
  std::unique_ptr<AllowList> allow_list_;
  std::unique_ptr<ZapHandler> zap_;
  std::unique_ptr<ZmqRouter> router_;
  EarlyEnvelopes early_;
  std::optional<PeerLinks> links_;
  std::unique_ptr<AuditLog> audit_;
  std::unique_ptr<Coordination> coordination_;
  std::unique_ptr<HostWatch> host_watch_;  ///< null: every host makes offers
  // While leading only, as links_.
  std::optional<EventFeed> events_;
  std::optional<MasterMetrics> metrics_;
  std::optional<MasterHttpApi> api_;
  std::unique_ptr<StopSignals> signals_;
  std::unique_ptr<HttpServer> http_;  ///< last: its thread posts to what is above
};

Status MasterProcess::start() {
  if (Status opened = open_state(); !opened) return opened;
  if (Status opened = open_transport(); !opened) return opened;
  if (Status opened = open_http(); !opened) return opened;
  if (Status opened = open_host_file(); !opened) return opened;
  auto signals = StopSignals::watch(loop_, [this] { loop_.stop(); });
  if (!signals) return signals.error();
  signals_ = std::move(*signals);
  watch_loop();
  return coordinate();
}

void MasterProcess::watch_loop() {
  loop_.set_timer(
      [this] {
        Instant next =
            std::min({beat_.next_deadline(), coordination_->next_deadline(), forget_idle_at_});
        if (!links_) return next;
        return std::min({next, core_.next_deadline(), memory_trim_.next_deadline()});
      },
      [this](Instant now) { on_time(now); });
  loop_.set_after_round([this] { after_round(); });
}

Status MasterProcess::open_state() {
  Result<std::unique_ptr<StateLock>> lock = StateLock::acquire(options_.state_dir);
  if (!lock) return lock.error();
  lock_ = std::move(*lock);
  Result<std::unique_ptr<AuditLog>> audit = AuditLog::open(options_.state_dir + "/audit.log");
  if (!audit) return audit.error();
  audit_ = std::move(*audit);
  return recorder_.prepare();
}

Status MasterProcess::open_host_file() {
  if (options_.host_file.empty()) return {};
  auto watch = HostWatch::start(loop_, options_.host_file, [this](const auto& hosts) {
    if (core_.state().leads) on_event(HostsAllowed{hosts});
  });
  if (!watch) return watch.error();
  host_watch_ = std::move(*watch);
  return {};
}

Status MasterProcess::coordinate() {
  CoordinationEvents events{
      .on_lead = [this](Lead lead) { on_lead(std::move(lead)); },
      .on_outcome = [this](Ticket ticket, StoreOutcome outcome,
                           const std::string& reason) { on_store(ticket, outcome, reason); },
      .on_end = [this](const Error& error) { step_down(error.message); },
      .on_trouble =
          [](const std::string& text) {
            log_line(LogLevel::kWarning, "coordination", {{"text", text}});
          }};
  auto made = fairlead::coordinate(
      {.disk = {.directory = options_.state_dir, .durability = options_.durability},
       .zookeeper = options_.zookeeper,
       .pin_dir = options_.state_dir},
      &accept_registry, {loop_, clock_, supervisor_}, std::move(events));
  if (!made) return made.error();
  coordination_ = std::move(*made);
  Status started =
      coordination_->start({.epoch = options_.epoch_floor,
                            .endpoint = reachable(router_->endpoint(), http_->address()),
                            .http = http_->url()});
  if (!started) return started;
  if (!ending_ || links_) return ending_;
  return announce("standing by");
}

void MasterProcess::on_lead(Lead lead) {
  if (Status prepared = prepare_to_lead(std::move(lead)); !prepared) {
    ending_ = prepared;
    loop_.stop();
  }
}

Status MasterProcess::prepare_to_lead(Lead lead) {
  Result<std::vector<RegistryRecord>> registry = read_registry(lead.contents);
  if (!registry) return registry.error();
  registry_ = std::move(*registry);
  cluster_ = next_epoch(registry_, lead);
  links_.emplace(PeerLinks::Identity{cluster_.cluster, cluster_.epoch, {cluster_.epoch.number}},
                 clock_, *router_, [this](const MasterEvent& event) { on_event(event); });
  events_.emplace(cluster_.epoch, names_in(core_.state()));
  metrics_.emplace(core_, *links_, router_->counters());
  api_.emplace(
      MasterHttpApi::World{.core = core_,
                           .clock = clock_,
                           .events = *events_,
                           .audit = *audit_,
                           .on_event = [this](const MasterEvent& e) { on_event(e); },
                           .metrics = [this] { return metrics_->text() + recorder_.metrics(); }});
  // The epoch is durable before anybody hears of it: two lives never share one.
  coordination_->store().commit(to_batch({.ticket = {}, .put = {cluster_}, .erase = {}}));
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
  // A standby hears nobody: its peers find the leader elsewhere.
  auto bound = ZmqRouter::bind(zmq_, loop_, std::move(router), [this](const Incoming& incoming) {
    if (!core_.state().leads) return early_.keep(incoming, clock_.now());
    links_->on_incoming(incoming);
  });
  if (!bound) return bound.error();
  router_ = std::move(*bound);
  return {};
}

Status MasterProcess::open_http() {
  auto handler = [this](HttpRequest request, std::shared_ptr<HttpResponder> responder) {
    bool posted =
        loop_.post([this, request = std::move(request), responder] { serve(request, responder); });
    if (!posted)
      responder->reply(http_error({ErrorCode::kUnavailable, "the master is overloaded"}));
  };
  HttpServerOptions http = options_.http;
  http.insecure = options_.insecure;
  http.public_paths.push_back("/leader");
  http.on_warning = [](const std::string& text) {
    log_line(LogLevel::kWarning, "http", {{"text", text}});
  };
  Result<std::unique_ptr<HttpServer>> server = HttpServer::start(std::move(http), handler);
  if (!server) return server.error();
  http_ = std::move(*server);
  return {};
}

void MasterProcess::serve(const HttpRequest& request,
                          const std::shared_ptr<HttpResponder>& responder) {
  if (api_) return api_->serve(request, responder);
  const Standby standby = coordination_->standby();
  responder->reply(request.path == "/metrics"
                       ? standby_metrics(standby)
                       : standby_reply(request, standby, {"master", http_->url()}));
}

void MasterProcess::lead() {
  WallTime wall = clock_.wall();
  Instant now = clock_.now();
  forget_idle_at_ = now + kForgetIdleEvery;
  recorder_.begin(cluster_, wall, options_.core);
  on_event(MasterStarted{.cluster = cluster_.cluster,
                         .epoch = cluster_.epoch,
                         .wall_at_zero = {wall.unix_ms - now.ns / 1'000'000},
                         .registry = std::move(registry_)});
  if (host_watch_) on_event(HostsAllowed{host_watch_->hosts()});
  if (Status announced = announce("ready"); !announced) return step_down(announced.error().message);
  for (const Incoming& incoming : early_.take(clock_.now())) links_->on_incoming(incoming);
}

Status MasterProcess::announce(const char* what) {
  log_line(LogLevel::kInfo, links_ ? "leading" : "standing_by",
           {{"cluster", cluster_.cluster.text},
            {"epoch", cluster_.epoch.number},
            {"bind", router_->endpoint()},
            {"http", http_->address()}});
  std::printf("master %s: %s %s epoch %llu\n", what, router_->endpoint().c_str(),
              http_->url().c_str(), static_cast<unsigned long long>(cluster_.epoch.number));
  std::fflush(stdout);
  return write_ready_file(options_.ready_file, router_->endpoint() + " " + http_->address());
}

void MasterProcess::on_store(Ticket ticket, StoreOutcome outcome, const std::string& reason) {
  if (core_.state().leads) return on_event(to_registry_written(ticket, outcome, reason));
  if (outcome != StoreOutcome::kPersisted) return step_down("registry: " + reason);
  lead();
}

void MasterProcess::on_event(const MasterEvent& event) {
  // Whoever was paused past its lease must not act first and look at the clock later.
  if (clock_.now() >= coordination_->acting_until()) return step_down("the lease has ended");
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
          coordination_->store().commit(to_batch(order));
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

void MasterProcess::after_round() {
  if (!links_) return;
  if (clock_.now() >= coordination_->acting_until()) return step_down("the lease has ended");
  links_->flush();
  say_if_peers_are_ahead();
  memory_trim_.after_round(clock_.now(), messages());
}

void MasterProcess::on_time(Instant now) {
  beat_.on_time(now);
  coordination_->on_time(now);
  if (!links_) return;
  if (now >= forget_idle_at_) {
    links_->forget_idle();
    forget_idle_at_ = now + kForgetIdleEvery;
  }
  memory_trim_.on_time(now, messages());
  if (core_.state().leads) on_event(TimePassed{});
}

/// A registry that was restored from a backup, or another cluster's: its peers obey a later epoch.
void MasterProcess::say_if_peers_are_ahead() {
  Epoch ahead = links_->epoch_ahead();
  if (ahead <= peers_ahead_) return;
  peers_ahead_ = ahead;
  log_line(LogLevel::kError, "registry_older_than_peers",
           {{"epoch", cluster_.epoch.number},
            {"peers_saw", ahead.number},
            {"hint",
             "they refuse this master; if the registry was restored on purpose, start it "
             "with --epoch-floor above what they saw"}});
}

void MasterProcess::step_down(const std::string& reason) {
  if (!ending_) return;  // the first reason is the true one
  ending_ = Error{ErrorCode::kUnavailable, "stepped down: " + reason};
  loop_.stop();
}

}  // namespace

Status run_master(const MasterOptions& options, SupervisorLink& supervisor) {
  SystemClock clock;
  Result<std::unique_ptr<EpollLoop>> loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  MasterProcess process(options, supervisor, clock, **loop);
  Status started = process.start();
  if (!started) return started;
  (*loop)->run();
  log_line(LogLevel::kInfo, "stopped");
  return process.ending();
}

}  // namespace fairlead
