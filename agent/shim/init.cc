#include "agent/shim/init.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "agent/shim/protocol.h"
#include "agent/shim/task.h"
#include "agent/shim/volumes.h"

namespace fairlead::shim {
namespace {

constexpr int kFailure = 3;  // where the pipes lie inside
constexpr int kStatus = 4;
constexpr int kSandbox = 5;
constexpr int kMovedAbove = 10;

[[noreturn]] void fail(const char* action, const char* object) {
  write_failure(kFailure, action, object, errno);
  ::_exit(1);
}

/// Puts stdin, stdout, stderr and the three descriptors above in place and closes everything else.
void arrange_descriptors(const InitTask& task) {
  const int from[] = {task.output, task.errors, task.failure, task.status, task.sandbox};
  int moved[5];
  for (int i = 0; i < 5; ++i) moved[i] = ::fcntl(from[i], F_DUPFD_CLOEXEC, kMovedAbove);
  ::dup2(moved[0], STDOUT_FILENO);
  ::dup2(moved[1], STDERR_FILENO);
  ::dup3(moved[2], kFailure, O_CLOEXEC);
  ::dup3(moved[3], kStatus, O_CLOEXEC);
  ::dup3(moved[4], kSandbox, O_CLOEXEC);
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  ::syscall(SYS_close_range, kSandbox + 1, ~0U, 0);
}

void join_cgroups(const InitTask& task) {
  // A real-time task may not enter a v1 cpu cgroup without a real-time budget.
  if (::sched_getscheduler(0) != SCHED_OTHER) {
    const sched_param normal{};
    ::sched_setscheduler(0, SCHED_OTHER, &normal);
  }
  for (const Descriptor& join : task.prepared->joins) {
    if (::write(join.get(), "0", 1) != 1) {
      write_failure(task.failure, "join", "cgroup", errno);
      ::_exit(1);
    }
  }
}

void enter_namespaces(const isolators::Namespaces& namespaces) {
  if (namespaces.uts && !namespaces.hostname.empty() &&
      ::sethostname(namespaces.hostname.data(), namespaces.hostname.size()) != 0) {
    fail("set", "host name");
  }
  if (!namespaces.mount) return;
  if (::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) fail("make private", "/");
  if (namespaces.pid &&
      ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0) {
    fail("mount", "/proc");
  }
}

void enter_volumes(const InitTask& task) {
  if (task.launch->spec.volumes.empty()) return;
  Result<Descriptor> sandbox = mount_volumes(task.launch->spec, task.user);
  if (!sandbox) {
    const std::string& why = sandbox.error().message;
    (void)!::write(kFailure, why.data(), why.size());
    ::_exit(1);
  }
  // In place of the one that was opened outside, where nothing is mounted.
  if (::dup3(sandbox->get(), kSandbox, O_CLOEXEC) < 0) fail("open", "sandbox");
}

void forward_stop(pid_t task) {
  // Before the task has its own group there is only itself.
  if (::kill(-task, kStopSignal) != 0) ::kill(task, kStopSignal);
}

/// Reaps everything; ends the container with the task.
void reap(pid_t task) {
  while (true) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, WNOHANG);
    if (ended <= 0) return;
    if (ended != task) continue;
    TaskEnd end;
    if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
    if (WIFEXITED(status)) end.code = WEXITSTATUS(status);
    const bool told = ::write(kStatus, &end, sizeof end) == sizeof end;
    ::_exit(told ? 0 : 1);
  }
}

[[noreturn]] void look_after(pid_t task) {
  ::close(kFailure);
  ::close(kSandbox);
  // The output pipes must end with the task's last writer, not with us.
  ::dup2(STDIN_FILENO, STDOUT_FILENO);
  ::dup2(STDIN_FILENO, STDERR_FILENO);
  sigset_t signals;
  ::sigfillset(&signals);
  while (true) {
    // All are blocked: pid 1 ignores what it has no handler for, but a blocked signal stays
    // pending and can be waited for.
    const int signal = ::sigwaitinfo(&signals, nullptr);
    if (signal == SIGCHLD) reap(task);
    if (signal == kStopSignal) forward_stop(task);
  }
}

}  // namespace

void run_init(const InitTask& task) {
  // If the shim dies, nobody would know how the task ends: it ends with the shim.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "fairlead-init");
  join_cgroups(task);
  arrange_descriptors(task);
  for (const isolators::Step& step : task.plan->steps) {
    if (const auto* namespaces = std::get_if<isolators::Namespaces>(&step))
      enter_namespaces(*namespaces);
  }
  enter_volumes(task);
  const pid_t child = ::fork();
  if (child < 0) fail("fork", "the task");
  if (child == 0) {
    run_task({.launch = task.launch,
              .plan = task.plan,
              .user = task.user,
              .sandbox = kSandbox,
              .failure = kFailure});
  }
  look_after(child);
}

}  // namespace fairlead::shim
