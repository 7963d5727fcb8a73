#include "runtime/adapters/process/stop_signals.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace fairlead {
namespace {

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

void block_stop_signals() {
  sigset_t set = stop_set();
  check(::pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0, "a valid signal set can be blocked");
  std::signal(SIGPIPE, SIG_IGN);
}

Result<std::unique_ptr<StopSignals>> StopSignals::watch(Loop& loop, std::function<void()> on_stop) {
  sigset_t set = stop_set();
  int descriptor = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) {
    return Error{ErrorCode::kExhausted, "signalfd: out of descriptors"};
  }
  loop.watch(descriptor, [descriptor, on_stop = std::move(on_stop)] {
    signalfd_siginfo info;
    if (::read(descriptor, &info, sizeof(info)) == sizeof(info)) on_stop();
  });
  return std::unique_ptr<StopSignals>(new StopSignals(loop, descriptor));
}

StopSignals::~StopSignals() {
  loop_.unwatch(descriptor_);
  ::close(descriptor_);
}

}  // namespace fairlead
