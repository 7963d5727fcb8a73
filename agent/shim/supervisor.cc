#include "agent/shim/supervisor.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "agent/shim/protocol.h"

namespace fairlead::shim {
namespace {

constexpr std::size_t kBlockBytes = 64 << 10;  // what a pipe holds
constexpr int kEventsPerWait = 8;
constexpr std::size_t kLaunchErrorBytesMax = 2'000;

void send_signal(int process_handle, int signal) {
  ::syscall(SYS_pidfd_send_signal, process_handle, signal, nullptr, 0);
}

}  // namespace

Supervisor::Supervisor(const isolators::ContainerPlan& plan, Running& running, LogFile& output,
                       LogFile& errors, int signals)
    : plan_(plan),
      running_(running),
      output_(output),
      errors_(errors),
      signals_(signals),
      poll_(::epoll_create1(EPOLL_CLOEXEC)) {
  for (int descriptor : {signals_, running_.init_handle.get(), running_.failure.get(),
                         running_.output.get(), running_.errors.get()}) {
    watch(descriptor);
  }
}

void Supervisor::watch(int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  check(::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, descriptor, &event) == 0, "shim: epoll_ctl");
}

void Supervisor::forget(Descriptor& descriptor) {
  ::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, descriptor.get(), nullptr);
  descriptor.reset();
}

Ending Supervisor::run(const std::function<void()>& on_started) {
  while (!init_ended_) {
    epoll_event events[kEventsPerWait];
    const int count = ::epoll_wait(poll_.get(), events, kEventsPerWait, -1);
    if (count < 0) {
      check(errno == EINTR, "shim: epoll_wait");
      continue;
    }
    for (int i = 0; i < count; ++i) handle(events[i].data.fd, on_started);
  }
  if (running_.failure.is_open()) take_failure(on_started);
  // All writers are dead. Reading until the pipe is empty, not until its end: somebody outside may
  // have been handed a write end.
  while (move_output(running_.output, output_)) continue;
  while (move_output(running_.errors, errors_)) continue;
  return {.launch_error = launch_error_, .exit = reap_init()};
}

void Supervisor::handle(int descriptor, const std::function<void()>& on_started) {
  if (descriptor == signals_) {
    take_signal();
  } else if (descriptor == running_.init_handle.get()) {
    init_ended_ = true;
  } else if (descriptor == running_.failure.get()) {
    take_failure(on_started);
  } else if (descriptor == running_.output.get()) {
    move_output(running_.output, output_);
  } else if (descriptor == running_.errors.get()) {
    move_output(running_.errors, errors_);
  }
}

void Supervisor::take_failure(const std::function<void()>& on_started) {
  char block[1024];
  while (running_.failure.is_open()) {
    const ssize_t got = ::read(running_.failure.get(), block, sizeof block);
    if (got > 0 && launch_error_.size() < kLaunchErrorBytesMax) {
      launch_error_.append(block, static_cast<std::size_t>(got));
    }
    if (got > 0) continue;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    forget(running_.failure);
    if (launch_error_.empty()) on_started();
  }
}

void Supervisor::take_signal() {
  signalfd_siginfo information{};
  if (::read(signals_, &information, sizeof information) != sizeof information) return;
  const int signal = static_cast<int>(information.ssi_signo);
  if (signal == kStopSignal) send_signal(running_.init_handle.get(), kStopSignal);
  if (signal == kKillSignal) {
    isolators::kill_inside(plan_);
    send_signal(running_.init_handle.get(), SIGKILL);
  }
}

bool Supervisor::move_output(Descriptor& pipe, LogFile& log) {
  if (!pipe.is_open()) return false;
  static_assert(kBlockBytes <= (128 << 10), "lies on the stack");
  char block[kBlockBytes];
  const ssize_t got = ::read(pipe.get(), block, sizeof block);
  if (got > 0) {
    log.append(std::string_view(block, static_cast<std::size_t>(got)));
    return true;
  }
  if (got < 0 && errno == EINTR) return true;
  if (got < 0 && errno == EAGAIN) return false;
  forget(pipe);
  return false;
}

ExitStatus Supervisor::reap_init() {
  int status = 0;
  while (::waitpid(running_.init, &status, 0) < 0 && errno == EINTR) continue;
  TaskEnd end;
  if (::read(running_.status.get(), &end, sizeof end) == sizeof end) {
    if (end.signal != 0) return {.code = {}, .signal = end.signal};
    return {.code = end.code, .signal = {}};
  }
  // Init was killed, and the task with it.
  if (WIFSIGNALED(status)) return {.code = {}, .signal = WTERMSIG(status)};
  return {.code = WEXITSTATUS(status), .signal = {}};
}

}  // namespace fairlead::shim
