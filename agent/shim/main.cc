// fairlead-shim: runs one container and outlives the agent that started it. Started only by an
// agent's launcher, which passes everything through descriptors (agent/shim/protocol.h).
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/shim/container.h"
#include "agent/shim/process_id.h"
#include "agent/shim/protocol.h"
#include "agent/shim/report.h"
#include "agent/shim/supervisor.h"

namespace fairlead::shim {
namespace {

constexpr int kExitUsage = 64;
constexpr int kExitBroken = 70;
constexpr int kReportRetryMs = 1'000;
constexpr int kReportAttemptsMax = 600;

BytesView view(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view view(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<LaunchDescription> read_launch() {
  const Descriptor file(kLaunchDescriptor);
  std::string text;
  char block[4096];
  while (text.size() < kDocumentBytesMax) {
    const ssize_t got = ::pread(file.get(), block, sizeof block, static_cast<off_t>(text.size()));
    if (got < 0) return system_error("read", "launch description", errno);
    if (got == 0) break;
    text.append(block, static_cast<std::size_t>(got));
  }
  return decode_launch(view(text));
}

/// Detaches from the agent: own session, no descriptors but ours, no signal that ends us by chance.
int become_independent() {
  ::syscall(SYS_close_range, kLockDescriptor + 1, ~0U, 0);
  for (int descriptor : {kLaunchDescriptor, kReadyDescriptor, kLockDescriptor}) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }
  ::setsid();
  ::umask(022);
  (void)!::chdir("/");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // Best effort: needs CAP_SYS_RESOURCE.
  (void)write_existing("/proc/self/oom_score_adj", "-500").ok();
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  sigset_t ours;
  ::sigemptyset(&ours);
  ::sigaddset(&ours, kStopSignal);
  ::sigaddset(&ours, kKillSignal);
  return ::signalfd(-1, &ours, SFD_CLOEXEC);
}

Result<ShimIdentity> write_identity() {
  Result<std::uint64_t> ticks = start_ticks(::getpid());
  if (!ticks) return ticks.error();
  const ShimIdentity identity{::getpid(), *ticks};
  const Bytes document = encode(identity);
  if (Status ok = write_all(kLockDescriptor, view(document), kIdentityFile); !ok) return ok.error();
  return identity;
}

void tell_started(const ShimIdentity& identity, pid_t init, Reports& reports) {
  const Bytes document = encode(Started{identity, init});
  // Both ways are only to be quick: the lock and the exit report are what a new agent relies on.
  (void)write_all(kReadyDescriptor, view(document), "ready pipe").ok();
  ::close(kReadyDescriptor);
  (void)reports.write_started(document).ok();
}

/// From the launch description to what is to be reported. The cgroups are still there afterwards
/// when `inside` is set.
ContainerExit run_container(const LaunchDescription& launch, const ShimIdentity& identity,
                            int signals, Reports& reports, std::optional<Inside>& inside) {
  ContainerExit out{.id = launch.spec.id};
  auto failed = [&out](const Error& error) {
    out.launch_error = error.message;
    out.is_machine_full = error.code == ErrorCode::kExhausted;
    return out;
  };
  Result<Inside> prepared = prepare(launch);
  if (!prepared) return failed(prepared.error());
  inside = std::move(prepared).value();
  const LogBounds bounds{launch.spec.log_bytes_max, launch.spec.log_files_max};
  const int uid = inside->user ? static_cast<int>(inside->user->uid) : -1;
  const int gid = inside->user ? static_cast<int>(inside->user->gid) : -1;
  Result<LogFile> output = LogFile::open(inside->sandbox.get(), "stdout", bounds, uid, gid);
  if (!output) return failed(output.error());
  Result<LogFile> errors = LogFile::open(inside->sandbox.get(), "stderr", bounds, uid, gid);
  if (!errors) return failed(errors.error());
  Result<Running> running = start(launch, *inside);
  if (!running) return failed(running.error());
  inside->prepared = {};
  Supervisor supervisor(inside->plan, *running, *output, *errors, signals);
  const Ending ending = supervisor.run([&] { tell_started(identity, running->init, reports); });
  out.launch_error = ending.launch_error;
  if (out.launch_error.empty()) out.exit = ending.exit;
  out.log_bytes_dropped = output->bytes_dropped() + errors->bytes_dropped();
  return out;
}

/// The report has its space on the disk already; what can still fail may pass.
void write_exit(const ContainerExit& exit, Reports& reports) {
  const Bytes document = encode(exit);
  for (int attempt = 0; attempt < kReportAttemptsMax; ++attempt) {
    if (reports.write_exit(document)) return;
    ::poll(nullptr, 0, kReportRetryMs);
  }
}

/// When there is not even a place for the exit report: the agent that is waiting is told instead.
int give_up(const LaunchDescription& launch, const Error& error) {
  const Bytes document =
      encode(ContainerExit{.id = launch.spec.id,
                           .launch_error = error.message,
                           .is_machine_full = error.code == ErrorCode::kExhausted});
  (void)write_all(kReadyDescriptor, view(document), "ready pipe").ok();
  return kExitBroken;
}

int run() {
  const int signals = become_independent();
  Result<LaunchDescription> launch = read_launch();
  if (!launch || signals < 0) return kExitUsage;
  Result<ShimIdentity> identity = write_identity();
  if (!identity) return give_up(*launch, identity.error());
  Result<Reports> reports = Reports::open(launch->spec.meta);
  if (!reports) return give_up(*launch, reports.error());
  std::optional<Inside> inside;
  ContainerExit exit = run_container(*launch, *identity, signals, *reports, inside);
  if (inside) {
    exit.usage = isolators::read_usage(inside->plan);
    exit.oom_killed = isolators::oom_count(inside->plan) > 0;
  }
  write_exit(exit, *reports);
  // Afterwards: whoever finds a cgroup without a report knows that the status is lost.
  if (inside) (void)isolators::destroy(inside->plan).ok();
  return 0;
}

}  // namespace
}  // namespace fairlead::shim

int main() {
  struct stat status {};
  if (::fstat(fairlead::shim::kLaunchDescriptor, &status) != 0 ||
      ::fstat(fairlead::shim::kReadyDescriptor, &status) != 0 ||
      ::fstat(fairlead::shim::kLockDescriptor, &status) != 0) {
    constexpr char kMessage[] =
        "fairlead-shim: expected to be started by fairlead-agent, not by hand\n";
    (void)!::write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
    return 64;
  }
  return fairlead::shim::run();
}
