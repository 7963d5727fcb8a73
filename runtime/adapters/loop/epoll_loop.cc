#include "runtime/adapters/loop/epoll_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "common/check.h"

namespace fairlead {
namespace {

constexpr std::size_t kEventsPerWait = 256;
// epoll's clock stands still while the machine sleeps and ours does not, so look again each second.
constexpr Duration kWaitMax = seconds(1);

Error out_of_descriptors(const char* what, int code) {
  return Error{.code = ErrorCode::kExhausted,
               .message = to_string(Complaint{.what = std::string("event loop: ") + what,
                                              .got = std::strerror(code),
                                              .hint = "raise the limit on open files"})};
}

}  // namespace

Result<std::unique_ptr<EpollLoop>> EpollLoop::create(const Clock& clock, EpollLoopOptions options) {
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return out_of_descriptors("epoll_create1", errno);
  int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) {
    int code = errno;
    ::close(epoll);
    return out_of_descriptors("eventfd", code);
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = 0;
  check(::epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) == 0, "an eventfd can be polled");
  return std::unique_ptr<EpollLoop>(new EpollLoop(clock, options, epoll, wake));
}

EpollLoop::EpollLoop(const Clock& clock, EpollLoopOptions options, int epoll, int wake)
    : clock_(clock), options_(options), epoll_(epoll), wake_(wake) {}

EpollLoop::~EpollLoop() {
  ::close(wake_);
  ::close(epoll_);
}

bool EpollLoop::post(Work work) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (posted_.size() >= options_.mailbox_events_max) return false;
    posted_.push_back(std::move(work));
  }
  if (armed_.exchange(false)) wake();
  return true;
}

void EpollLoop::wake() {
  std::uint64_t one = 1;
  // EAGAIN would mean that the counter is at its maximum: the loop is awake already.
  [[maybe_unused]] ssize_t written = ::write(wake_, &one, sizeof one);
}

void EpollLoop::stop() {
  stopping_.store(true);
  if (armed_.exchange(false)) wake();
}

void EpollLoop::watch(int descriptor, Work on_readable) {
  check(!tag_of_.contains(descriptor), "a descriptor is watched once");
  std::uint64_t tag = next_tag_++;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  check(::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0,
        "a watched descriptor is open and can be polled");
  tag_of_[descriptor] = tag;
  watches_[tag] = Watch{.descriptor = descriptor,
                        .on_readable = std::make_shared<const Work>(std::move(on_readable))};
}

void EpollLoop::unwatch(int descriptor) {
  auto found = tag_of_.find(descriptor);
  if (found == tag_of_.end()) return;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  watches_.erase(found->second);
  tag_of_.erase(found);
}

void EpollLoop::set_timer(std::function<Instant()> next_deadline,
                          std::function<void(Instant)> on_due) {
  next_deadline_ = std::move(next_deadline);
  on_due_ = std::move(on_due);
}

void EpollLoop::set_after_round(Work flush) {
  after_round_ = std::move(flush);
}

void EpollLoop::run() {
  bool stopped = false;
  while (!stopped) {
    wait_and_dispatch();
    run_posted();
    run_timer();
    if (after_round_) after_round_();
    stopped = stopping_.exchange(false);
  }
}

Duration EpollLoop::wait_span() const {
  if (!next_deadline_) return kWaitMax;
  Instant deadline = next_deadline_();
  if (deadline.is_never()) return kWaitMax;
  return std::clamp(deadline - clock_.now(), Duration{0}, kWaitMax);
}

void EpollLoop::wait_and_dispatch() {
  Duration span = wait_span();
  armed_.store(true);
  // Look once more now that posters see the flag: what came before it has not written to `wake_`.
  bool busy = stopping_.load();
  if (!busy) {
    std::lock_guard<std::mutex> lock(mutex_);
    busy = !posted_.empty();
  }
  if (busy) span = Duration{0};

  std::array<epoll_event, kEventsPerWait> events;  // filled by the kernel
  timespec timeout{};
  timeout.tv_sec = span.ns / 1'000'000'000;
  timeout.tv_nsec = span.ns % 1'000'000'000;
  int count =
      ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  armed_.store(false);
  check(count >= 0 || errno == EINTR, "epoll waits on descriptors of its own");
  for (int i = 0; i < count; ++i) {
    std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
    if (tag == 0) {
      std::uint64_t drained = 0;
      [[maybe_unused]] ssize_t got = ::read(wake_, &drained, sizeof drained);
      continue;
    }
    auto found = watches_.find(tag);
    if (found == watches_.end()) continue;  // an earlier handler of this round removed it
    std::shared_ptr<const Work> handler = found->second.on_readable;
    (*handler)();
  }
}

void EpollLoop::run_posted() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    running_.swap(posted_);
  }
  for (Work& work : running_) work();
  running_.clear();
}

void EpollLoop::run_timer() {
  if (!next_deadline_) return;
  Instant now = clock_.now();
  if (now >= next_deadline_()) on_due_(now);
}

}  // namespace fairlead
