#include "agent/launcher/launcher.h"

#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "agent/launcher/spawn.h"
#include "agent/shim/protocol.h"

namespace fairlead {
namespace {

constexpr std::int64_t kCleanUpMsMax = 1'000;  // bounds how long one dead shim can hold the loop up
constexpr int kIdentityWaitMs = 10;
constexpr int kIdentityWaitsMax = 100;

Result<Bytes> read_document(const std::string& path) {
  Result<std::string> text = read_file(path, shim::kDocumentBytesMax);
  if (!text) return text.error();
  return Bytes(text->begin(), text->end());
}

Result<ShimIdentity> read_identity(const std::string& meta) {
  Result<Bytes> bytes = read_document(meta + "/" + shim::kIdentityFile);
  if (!bytes) return bytes.error();
  return shim::decode_identity(*bytes);
}

/// Who holds the lock of `meta`. A shim writes this first of all, so a living one without it is
/// microseconds old: the wait is for a case that needs the old agent to die in just that moment.
Result<ShimIdentity> find_identity(const std::string& meta) {
  Result<ShimIdentity> identity = read_identity(meta);
  for (int i = 0; i < kIdentityWaitsMax && !identity && is_shim_alive(meta); ++i) {
    ::poll(nullptr, 0, kIdentityWaitMs);
    identity = read_identity(meta);
  }
  return identity;
}

/// Readable when a file appears in `meta`; not open when the kernel has no watch left.
Descriptor watch_folder(const std::string& meta) {
  Descriptor watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (::inotify_add_watch(watch.get(), meta.c_str(), IN_MOVED_TO) < 0) watch.reset();
  return watch;
}

/// Reaps our own child. What ended badly before it could report comes back as text; empty for an
/// adopted shim, which is not our child.
std::string reap(int process) {
  siginfo_t information{};
  if (::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(process), &information,
               WEXITED | WNOHANG) != 0) {
    return {};
  }
  if (information.si_pid == 0 || (information.si_code == CLD_EXITED && information.si_status == 0))
    return {};
  const bool exited = information.si_code == CLD_EXITED;
  return std::string("fairlead-shim ended ") + (exited ? "with code " : "by signal ") +
         std::to_string(information.si_status) + " before the task was started";
}

}  // namespace

Launcher::Launcher(Loop& loop, LauncherOptions options, LauncherEvents events)
    : loop_(loop), options_(std::move(options)), events_(std::move(events)) {}

Launcher::~Launcher() {
  for (const auto& [id, container] : containers_) {
    loop_.unwatch(container.process.get());
    if (container.ready.is_open()) loop_.unwatch(container.ready.get());
  }
}

Status Launcher::launch(const ContainerSpec& spec) {
  if (containers_.contains(spec.id)) {
    return Error{ErrorCode::kConflict, "container " + spec.id.text + ": already launched"};
  }
  if (spec.command.argv.empty()) {
    return invalid({.what = "container " + spec.id.text, .expected = "a command", .got = ""});
  }
  Result<isolators::ContainerPlan> plan =
      isolators::plan(spec, options_.host, options_.cgroup_parent);
  if (!plan) return plan.error();
  Result<SpawnedShim> shim =
      spawn_shim(options_.shim,
                 {.spec = spec, .host = options_.host, .cgroup_parent = options_.cgroup_parent});
  if (!shim) return shim.error();
  Container& container = containers_[spec.id];
  container.meta = spec.meta;
  container.plan = std::move(plan).value();
  container.process = std::move(shim->process);
  container.ready = std::move(shim->ready);
  watch(spec.id, container);
  return {};
}

void Launcher::watch(const ContainerId& id, Container& container) {
  loop_.watch(container.process.get(), [this, id] { on_ended(id); });
  if (container.ready.is_open()) loop_.watch(container.ready.get(), [this, id] { on_ready(id); });
}

Status Launcher::adopt(const ContainerId& id, const std::string& meta,
                       const ShimIdentity& identity) {
  if (containers_.contains(id)) {
    return Error{ErrorCode::kConflict, "container " + id.text + ": already here"};
  }
  Result<isolators::ContainerPlan> plan =
      isolators::plan({.id = id}, options_.host, options_.cgroup_parent);
  if (!plan) return plan.error();
  Container container{.meta = meta, .plan = std::move(plan).value(), .process = {}, .ready = {}};
  const Result<ShimIdentity> written = find_identity(meta);
  const bool is_alive = is_shim_alive(meta);
  if (is_alive) {
    Result<Descriptor> process = open_shim(written ? *written : identity);
    if (process) {
      container.process = std::move(process).value();
      container.is_adopted = true;
      container.has_started = identity.pid != 0;
      if (!container.has_started) container.ready = watch_folder(meta);
      Container& kept = containers_[id] = std::move(container);
      watch(id, kept);
      take_ready(id, kept);
      return {};
    }
  }
  // A shim says who it is before it does anything: without that word nothing ever ran.
  const bool has_begun = is_alive || written || identity.pid != 0;
  events_.on_exited(take_exit(id, container, has_begun ? "" : "its shim had not begun"));
  return {};
}

void Launcher::on_ready(const ContainerId& id) {
  const auto found = containers_.find(id);
  if (found != containers_.end()) take_ready(id, found->second);
}

void Launcher::take_ready(const ContainerId& id, Container& container) {
  if (!container.ready.is_open()) return;
  if (container.is_adopted) {
    char notices[4'096];
    while (::read(container.ready.get(), notices, sizeof notices) > 0) continue;
    const Result<Bytes> bytes = read_document(container.meta + "/" + shim::kStartedFile);
    if (bytes) finish_ready(id, container, shim::decode_started(*bytes));
    return;
  }
  Bytes message(4'096);  // the shim's one write, which a pipe keeps whole
  const ssize_t got = ::read(container.ready.get(), message.data(), message.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  message.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (const Result<ContainerExit> refused = shim::decode_exit(message)) {
    container.refusal = refused->launch_error;
    container.is_machine_full = refused->is_machine_full;
  }
  finish_ready(id, container, shim::decode_started(message));
}

void Launcher::finish_ready(const ContainerId& id, Container& container,
                            const Result<shim::Started>& started) {
  loop_.unwatch(container.ready.get());
  container.ready.reset();
  container.has_started = started.ok();
  // Empty: it ended without having started; the exit report says why.
  if (started) events_.on_started(id, started->shim, started->init_pid);
}

void Launcher::on_ended(const ContainerId& id) {
  const auto found = containers_.find(id);
  if (found == containers_.end()) return;
  take_ready(id, found->second);
  // on_started may have changed anything.
  auto ended = containers_.extract(id);
  if (ended.empty()) return;
  Container& container = ended.mapped();
  loop_.unwatch(container.process.get());
  if (container.ready.is_open()) loop_.unwatch(container.ready.get());
  const std::string ended_badly = reap(container.process.get());
  events_.on_exited(
      take_exit(id, container, container.refusal.empty() ? ended_badly : container.refusal));
}

ContainerExit Launcher::take_exit(const ContainerId& id, const Container& container,
                                  const std::string& why) const {
  ContainerExit out{.id = id};
  const Result<Bytes> bytes = read_document(container.meta + "/" + shim::kExitFile);
  Result<ContainerExit> left =
      bytes ? shim::decode_exit(*bytes) : Result<ContainerExit>(bytes.error());
  if (left && left->id == id) {
    out = std::move(left).value();
  } else {
    out.usage = isolators::read_usage(container.plan);
    out.oom_killed = isolators::oom_count(container.plan) > 0;
    // The ready pipe speaks before the file is there.
    const bool started = container.has_started ||
                         ::access((container.meta + "/" + shim::kStartedFile).c_str(), F_OK) == 0;
    if (!started) {
      out.launch_error = why;
      out.is_machine_full = container.is_machine_full;
    }
  }
  // A shim that reported has done this itself. For any other, nothing may outlive its task.
  (void)isolators::destroy(container.plan, kCleanUpMsMax).ok();
  return out;
}

Status Launcher::signal(const ContainerId& id, int number) {
  const auto found = containers_.find(id);
  if (found == containers_.end()) {
    return Error{ErrorCode::kNotFound, "container " + id.text + ": not running here"};
  }
  const int process = found->second.process.get();
  if (::syscall(SYS_pidfd_send_signal, process, number, nullptr, 0) != 0 && errno != ESRCH) {
    return system_error("signal the shim of container", id.text, errno);
  }
  return {};
}

Status Launcher::terminate(const ContainerId& id) {
  return signal(id, shim::kStopSignal);
}

Status Launcher::kill_now(const ContainerId& id) {
  return signal(id, shim::kKillSignal);
}

Result<ResourceUsage> Launcher::usage(const ContainerId& id) const {
  const auto found = containers_.find(id);
  if (found == containers_.end()) {
    return Error{ErrorCode::kNotFound, "container " + id.text + ": not running here"};
  }
  return isolators::read_usage(found->second.plan);
}

std::vector<ContainerId> Launcher::destroy_orphans(const std::vector<ContainerId>& known) {
  std::vector<ContainerId> destroyed;
  for (const ContainerId& id : isolators::list_containers(options_.host, options_.cgroup_parent)) {
    if (containers_.contains(id) || std::find(known.begin(), known.end(), id) != known.end())
      continue;
    const Result<isolators::ContainerPlan> plan =
        isolators::plan({.id = id}, options_.host, options_.cgroup_parent);
    if (!plan) continue;
    isolators::kill_inside(*plan);
    (void)isolators::destroy(*plan, kCleanUpMsMax).ok();
    destroyed.push_back(id);
  }
  return destroyed;
}

void Launcher::remove_parents() {
  isolators::remove_parents(options_.host, options_.cgroup_parent);
}

}  // namespace fairlead
