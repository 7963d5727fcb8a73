#include "cli/interrupts.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

namespace fairlead::cli {

Interrupts::~Interrupts() {
  if (descriptor_ >= 0) close(descriptor_);
}

Status Interrupts::watch() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  std::signal(SIGPIPE, SIG_IGN);
  if (pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0) {
    descriptor_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  if (descriptor_ < 0) return Error{ErrorCode::kExhausted, "signals cannot be watched"};
  return {};
}

bool Interrupts::wait(Duration pause) const {
  pollfd entry = {.fd = descriptor_, .events = POLLIN, .revents = 0};
  return poll(&entry, 1, static_cast<int>(pause.ms())) > 0;
}

void Interrupts::clear() const {
  signalfd_siginfo info;
  while (descriptor_ >= 0 && read(descriptor_, &info, sizeof info) > 0) {
  }
}

}  // namespace fairlead::cli
