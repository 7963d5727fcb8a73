#include "frameworks/pods/daemon/tcp_prober.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace fairlead::pods {
namespace {

/// A connect that was begun, or -1. `done`: it succeeded at once.
int begin_connect(const ProbeTarget& target, bool& done) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string host = target.host == "localhost" ? "127.0.0.1" : target.host;
  if (::getaddrinfo(host.c_str(), std::to_string(target.port).c_str(), &hints, &found) != 0) {
    return -1;
  }
  int descriptor = ::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor >= 0) {
    done = ::connect(descriptor, found->ai_addr, found->ai_addrlen) == 0;
    if (!done && errno != EINPROGRESS) {
      ::close(descriptor);
      descriptor = -1;
    }
  }
  ::freeaddrinfo(found);
  return descriptor;
}

}  // namespace

Result<std::unique_ptr<TcpProber>> TcpProber::create(Loop& loop, const Clock& clock,
                                                     Report report) {
  const int ready = ::epoll_create1(EPOLL_CLOEXEC);
  if (ready < 0) {
    return Error{ErrorCode::kExhausted,
                 std::string("readiness probes: epoll_create1: ") + std::strerror(errno)};
  }
  return std::unique_ptr<TcpProber>(new TcpProber(loop, clock, std::move(report), ready));
}

TcpProber::TcpProber(Loop& loop, const Clock& clock, Report report, int ready)
    : loop_(loop), clock_(clock), report_(std::move(report)), ready_(ready) {
  loop_.watch(ready_, [this] { on_ready(); });
}

TcpProber::~TcpProber() {
  for (auto& [replica, probe] : probes_) {
    close_probe(probe);
  }
  loop_.unwatch(ready_);
  ::close(ready_);
}

void TcpProber::set_targets(const std::map<ReplicaRef, ProbeTarget>& targets) {
  for (auto found = probes_.begin(); found != probes_.end();) {
    const auto wanted = targets.find(found->first);
    if (wanted == targets.end() || wanted->second != found->second.target) {
      close_probe(found->second);
      found = probes_.erase(found);
    } else {
      ++found;
    }
  }
  for (const auto& [replica, target] : targets) {
    probes_.try_emplace(replica, Probe{.target = target, .next = target.first, .descriptor = -1});
  }
}

Instant TcpProber::next_deadline() const {
  Instant first = Instant::never();
  for (const auto& [replica, probe] : probes_) {
    first = std::min(first, probe.next);
  }
  return first;
}

void TcpProber::on_due(Instant now) {
  std::vector<ReplicaRef> due;  // a report may change the targets
  for (const auto& [replica, probe] : probes_) {
    if (probe.next <= now) {
      due.push_back(replica);
    }
  }
  for (const ReplicaRef& replica : due) {
    const auto found = probes_.find(replica);
    if (found == probes_.end()) {
      continue;
    }
    if (found->second.descriptor >= 0) {
      end(replica, false, now);  // its timeout has passed
    } else {
      begin(replica, found->second, now);
    }
  }
}

void TcpProber::begin(const ReplicaRef& replica, Probe& probe, Instant now) {
  bool done = false;
  probe.descriptor = begin_connect(probe.target, done);
  if (probe.descriptor < 0 || done) {
    end(replica, done, now);
    return;
  }
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.fd = probe.descriptor;
  if (::epoll_ctl(ready_, EPOLL_CTL_ADD, probe.descriptor, &event) != 0) {
    end(replica, false, now);
    return;
  }
  under_way_[probe.descriptor] = replica;
  probe.next = now + probe.target.timeout;
}

void TcpProber::on_ready() {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(ready_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
    const auto found = under_way_.find(descriptor);
    if (found == under_way_.end()) {
      continue;
    }
    int error = 0;
    socklen_t size = sizeof(error);
    const bool connected =
        ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    const ReplicaRef replica = found->second;
    end(replica, connected, clock_.now());
  }
}

void TcpProber::end(const ReplicaRef& replica, bool connected, Instant now) {
  Probe& probe = probes_.at(replica);
  close_probe(probe);
  probe.next = now + probe.target.period;
  report_({.replica = replica, .connected = connected});
}

void TcpProber::close_probe(Probe& probe) {
  if (probe.descriptor >= 0) {
    under_way_.erase(probe.descriptor);
    ::close(probe.descriptor);  // leaves the epoll by itself
    probe.descriptor = -1;
  }
}

}  // namespace fairlead::pods
