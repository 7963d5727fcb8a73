#include "agent/daemon/agent_process.h"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "agent/agent_core.h"
#include "agent/daemon/agent_http.h"
#include "agent/daemon/container_port.h"
#include "agent/daemon/host_facts.h"
#include "agent/daemon/host_mark.h"
#include "agent/daemon/master_port.h"
#include "agent/daemon/volume_folders.h"
#include "agent/daemon/volume_remover.h"
#include "common/conversions.h"
#include "common/devices.h"
#include "common/version.h"
#include "isolators/apply/host.h"
#include "isolators/apply/parent_lock.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/http/http_server.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/process/ready_file.h"
#include "runtime/adapters/process/stop_signals.h"
#include "runtime/adapters/sqlite/sqlite_store.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "runtime/http_errors.h"
#include "runtime/link/checkpoint_rows.h"
#include "runtime/link/first_session.h"

namespace fairlead {
namespace {

constexpr Duration kSampleEvery = seconds(5);
constexpr Duration kDestroyMax = seconds(10);  // containers' ends are waited for so long at exit

Status make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return {};
  return Error{ErrorCode::kUnavailable, "directory " + path + ": " + error.message()};
}

/// Sandboxes of earlier lives, `<framework>/<task>/<attempt>`, with their age.
std::vector<LeftoverSandbox> leftover_sandboxes(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<LeftoverSandbox> found;
  std::error_code error;
  auto now = fs::file_time_type::clock::now();
  for (fs::recursive_directory_iterator at(root, error), end; !error && at != end;
       at.increment(error)) {
    if (at.depth() < 2) continue;
    at.disable_recursion_pending();
    auto age =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - at->last_write_time(error));
    found.push_back({at->path().lexically_relative(root).string(), milliseconds(age.count())});
  }
  return found;
}

/// The core with its ports. Everything is called on the loop's thread.
class AgentProcess {
 public:
  AgentProcess(AgentOptions options, SystemClock& clock, EpollLoop& loop)
      : options_(std::move(options)), clock_(clock), loop_(loop) {}

  Status start();
  const Status& ending() const { return ending_; }

 private:
  Status open_state();
  Status check_whose();
  Status open_containers();
  Status open_http();
  Status open_master();
  Result<AgentInfo> describe() const;
  void begin(AgentInfo info);

  void on_event(const AgentEvent& event);
  void carry_out(AgentAction& action);
  void on_time(Instant now);
  void after_round();
  void on_stop();
  void end(Status status);

  AgentOptions options_;
  SystemClock& clock_;
  EpollLoop& loop_;
  std::optional<AgentCore> core_;
  Checkpoint checkpoint_;  ///< until the core has it
  SetAside set_aside_;
  HostMark host_;
  Status ending_;
  bool is_announced_ = false;
  bool is_stopping_ = false;
  Instant sample_at_ = Instant::never();
  Instant stop_at_ = Instant::never();

  std::unique_ptr<StateLock> lock_;
  std::unique_ptr<SqliteStore> store_;
  std::optional<isolators::ParentLock> parent_;  ///< before anything below it is taken for ours
  std::optional<ContainerPort> containers_;
  std::optional<VolumeRemover> volumes_;
  ZmqContext zmq_;
  std::optional<MasterPort> master_;
  std::optional<AgentHttpApi> api_;
  std::unique_ptr<StopSignals> signals_;
  std::unique_ptr<HttpServer> http_;  ///< last: its thread posts to what is above
};

Status AgentProcess::start() {
  if (Status opened = open_state(); !opened) return opened;
  core_.emplace(options_.core);
  if (Status opened = open_containers(); !opened) return opened;
  if (Status opened = open_http(); !opened) return opened;
  Result<AgentInfo> info = describe();
  if (!info) return info.error();
  if (Status opened = open_master(); !opened) return opened;
  auto signals = StopSignals::watch(loop_, [this] { on_stop(); });
  if (!signals) return signals.error();
  signals_ = std::move(*signals);
  loop_.set_timer(
      [this] {
        return std::min({core_->next_deadline(), sample_at_, stop_at_});
      },
      [this](Instant now) { on_time(now); });
  loop_.set_after_round([this] { after_round(); });
  begin(std::move(*info));
  return {};
}

Status AgentProcess::open_state() {
  options_.state_dir = std::filesystem::absolute(options_.state_dir).string();
  if (Status made = make_directory(std::filesystem::path(options_.state_dir).parent_path());
      !made) {
    return made;
  }
  Result<std::unique_ptr<StateLock>> lock = StateLock::acquire(options_.state_dir);
  if (!lock) return lock.error();
  lock_ = std::move(*lock);
  options_.state_dir = std::filesystem::canonical(options_.state_dir).string();
  if (Status same = check_whose(); !same) return same;
  options_.core.sandbox_root = options_.state_dir + "/sandboxes";
  options_.core.meta_root = options_.state_dir + "/meta";
  options_.core.volume_root = options_.state_dir + "/volumes";
  for (const std::string& path : {options_.core.sandbox_root, options_.core.meta_root}) {
    if (Status made = make_directory(path); !made) return made;
  }
  options_.core.leftover_sandboxes = leftover_sandboxes(options_.core.sandbox_root);
  Result<std::unique_ptr<SqliteStore>> store =
      SqliteStore::open({.directory = options_.state_dir, .durability = options_.durability}, loop_,
                        [this](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
                          on_event(to_checkpoint_written(ticket, outcome, reason));
                        });
  if (!store) return store.error();
  store_ = std::move(*store);
  Result<StoreContents> contents = store_->load();
  if (!contents) return contents.error();
  Result<Checkpoint> checkpoint = read_checkpoint(*contents);
  if (!checkpoint) return checkpoint.error();
  checkpoint_ = std::move(*checkpoint);
  store_->call_damaged(checkpoint_.unreadable);
  Result<SetAside> set_aside = store_->set_aside();
  if (!set_aside) return set_aside.error();
  set_aside_ = std::move(*set_aside);
  for (const std::string& key : checkpoint_.quarantined) {
    log_line(LogLevel::kError, "checkpoint_quarantined", {{"key", key}});
  }
  return open_volume_root(options_.core.volume_root, is_first_life(checkpoint_));
}

Status AgentProcess::check_whose() {
  Result<HostMark> now = host_now();
  if (!now) return now.error();
  host_ = std::move(*now);
  const std::optional<HostMark> last = read_host_mark(options_.state_dir);
  if (last) {
    Status same = check_host(options_.state_dir, *last, host_);
    if (!same && !options_.accept_host_change) return same;
    if (!same) log_line(LogLevel::kWarning, "host_change", {{"text", same.error().message}});
  }
  if (last == host_) return {};
  // A full disk keeps no agent from its containers; the mark is written at the next start then.
  if (Status written = write_host_mark(options_.state_dir, host_); !written) {
    log_line(LogLevel::kWarning, "host_mark", {{"text", written.error().message}});
  }
  return {};
}

Status AgentProcess::open_containers() {
  if (::geteuid() != 0) {
    return Error{ErrorCode::kDenied,
                 "fairlead-agent: needs root for namespaces and cgroups; hint: run it as root"};
  }
  if (options_.shim.empty()) {
    options_.shim =
        (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "fairlead-shim").string();
  }
  if (::access(options_.shim.c_str(), X_OK) != 0) {
    return Error{ErrorCode::kNotFound,
                 "flag --shim: " + options_.shim +
                     ": cannot be executed; hint: it lies beside fairlead-agent"};
  }
  Result<isolators::HostFacts> host = isolators::detect_host();
  if (!host) return host.error();
  Result<isolators::ParentLock> parent =
      isolators::ParentLock::acquire(*host, options_.cgroup_parent);
  if (!parent) return parent.error();
  parent_.emplace(std::move(*parent));
  containers_.emplace(
      loop_,
      LauncherOptions{
          .shim = options_.shim, .host = std::move(*host), .cgroup_parent = options_.cgroup_parent},
      ContainerPort::Roots{.sandboxes = options_.core.sandbox_root,
                           .metas = options_.core.meta_root,
                           .volumes = options_.core.volume_root},
      [this](const AgentEvent& event) { on_event(event); });
  volumes_.emplace(loop_, options_.core.volume_root,
                   [this](const AgentEvent& event) { on_event(event); });
  return {};
}

Status AgentProcess::open_http() {
  api_.emplace(AgentHttpApi::World{.core = *core_,
                                   .master = options_.master,
                                   .cgroup_parent = options_.cgroup_parent,
                                   .is_link_up = [this] { return master_ && master_->is_up(); },
                                   .set_aside = set_aside_,
                                   .acl = options_.acl});
  auto handler = [this](HttpRequest request, std::shared_ptr<HttpResponder> responder) {
    bool posted = loop_.post([this, request = std::move(request), responder] {
      responder->reply(api_->serve(request));
    });
    if (!posted) responder->reply(http_error({ErrorCode::kUnavailable, "the agent is overloaded"}));
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

Status AgentProcess::open_master() {
  DealerOptions dealer{.endpoint = options_.master, .insecure = options_.insecure};
  auto keys = read_dealer_keys({.own = options_.key_file, .master = options_.master_key_file});
  if (!keys) return keys.error();
  dealer.keys = std::move(*keys);
  master_.emplace([this](const AgentEvent& event) { on_event(event); });
  return master_->connect(zmq_, loop_, std::move(dealer));
}

Result<AgentInfo> AgentProcess::describe() const {
  AgentInfo info{.hostname = options_.hostname.empty() ? host_name() : options_.hostname,
                 .http_address = http_->address(),
                 .version = version()};
  Status named = check_id_text(info.hostname, "flag --hostname");
  if (!named) return named.error();
  Result<Attributes> attributes = parse_attributes(options_.attributes);
  if (!attributes) return attributes.error();
  info.attributes = std::move(*attributes);
  if (!options_.resources.empty()) {
    Result<Resources> resources = parse_resources(options_.resources);
    if (!resources) return resources.error();
    for (const Status& valid : {check_devices(*resources, "flag --resources"),
                                check_unconverted(*resources, "flag --resources")}) {
      if (!valid) return valid.error();
    }
    info.total = std::move(*resources);
    return info;
  }
  Result<Amounts> whole = machine_amounts(options_.state_dir);
  if (!whole) return whole.error();
  Result<Amounts> reserve = parse_amounts(options_.system_reserved);
  if (!reserve) return reserve.error();
  Result<Amounts> rest = without_reserve(std::move(*whole), *reserve);
  if (!rest) return rest.error();
  info.total = plain(std::move(*rest));
  return info;
}

void AgentProcess::begin(AgentInfo info) {
  Instant now = clock_.now();
  sample_at_ = now;
  AgentId fresh = fresh_agent_id(info.hostname);
  on_event(AgentStarted{.info = std::move(info),
                        .fresh_id = std::move(fresh),
                        .boot_id = host_.boot,
                        .session = first_session(clock_),
                        .wall_at_zero = {clock_.wall().unix_ms - now.ns / 1'000'000},
                        .checkpoint = std::move(checkpoint_.records),
                        .quarantined = std::move(checkpoint_.quarantined)});
}

void AgentProcess::on_event(const AgentEvent& event) {
  std::vector<AgentAction> actions;
  core_->step(clock_.now(), event, actions);
  for (AgentAction& action : actions) carry_out(action);
}

void AgentProcess::carry_out(AgentAction& action) {
  std::visit(
      [this](auto& order) {
        using Order = std::decay_t<decltype(order)>;
        if constexpr (std::is_same_v<Order, SendToMaster>) {
          master_->queue(order.message);
        } else if constexpr (std::is_same_v<Order, WriteCheckpoint>) {
          if (order.may_use_reserve && !core_->state().disk.writes_refused_why.empty()) {
            store_->release_reserve();
          }
          store_->commit(to_batch(order));
        } else if constexpr (std::is_same_v<Order, LaunchContainer>) {
          containers_->launch(order.spec);
        } else if constexpr (std::is_same_v<Order, AdoptContainer>) {
          containers_->adopt(order);
        } else if constexpr (std::is_same_v<Order, TerminateContainer>) {
          containers_->terminate(order.container);
        } else if constexpr (std::is_same_v<Order, KillContainer>) {
          containers_->kill(order.container);
        } else if constexpr (std::is_same_v<Order, RemoveSandbox>) {
          containers_->remove_sandbox(order.path);
        } else if constexpr (std::is_same_v<Order, DestroyOrphans>) {
          containers_->destroy_orphans(order);
        } else if constexpr (std::is_same_v<Order, CountReject>) {
          log_line(LogLevel::kWarning, "rejected", {{"kind", order.kind}});
        } else if constexpr (std::is_same_v<Order, RemoveVolume>) {
          volumes_->remove(order);
        } else {
          static_assert(std::is_same_v<Order, EndAgent>);
          end(Error{ErrorCode::kConflict, order.reason});
        }
      },
      action);
}

void AgentProcess::after_round() {
  master_->flush(core_->state().identity);
  if (is_stopping_ && containers_->containers() == 0) end({});
  if (is_announced_ || !core_->state().link.is_registered) return;
  is_announced_ = true;
  const AgentInfo& info = core_->state().info;
  log_line(LogLevel::kInfo, "registered", {{"agent", info.id.text}, {"http", http_->address()}});
  std::printf("agent %s ready: %s\n", info.id.text.c_str(), http_->url().c_str());
  std::fflush(stdout);
  Status written = write_ready_file(options_.ready_file, info.id.text + " " + http_->address());
  if (!written) end(written);
}

void AgentProcess::on_time(Instant now) {
  if (now >= stop_at_) return end({});
  if (now >= sample_at_) {
    sample_at_ = now + kSampleEvery;
    containers_->sample();
    Result<DiskSampled> disk = sample_disk(options_.state_dir);
    if (disk) on_event(*disk);
  }
  if (now >= core_->next_deadline()) on_event(TimePassed{});
}

void AgentProcess::on_stop() {
  if (!options_.destroy_on_exit || is_stopping_) return end({});
  is_stopping_ = true;
  stop_at_ = clock_.now() + kDestroyMax;
  containers_->kill_all();
}

void AgentProcess::end(Status status) {
  if (options_.destroy_on_exit && containers_->containers() == 0) containers_->remove_parents();
  ending_ = std::move(status);
  loop_.stop();
}

}  // namespace

Status run_agent(AgentOptions options) {
  SystemClock clock;
  Result<std::unique_ptr<EpollLoop>> loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  AgentProcess process(std::move(options), clock, **loop);
  Status started = process.start();
  if (!started) return started;
  // What the start itself brought about may have ended it already.
  if (process.ending()) (*loop)->run();
  log_line(LogLevel::kInfo, "stopped");
  return process.ending();
}

}  // namespace fairlead
