// The Loop over epoll. One round: wait, run the handlers of readable descriptors, run the work
// that other threads posted, run the timer when it is due, then the after-round flush.
// It is no thread pool: whoever calls `run` is the loop's thread. Owned by a main.
// `post` and `stop` are thread-safe; everything else is for the loop's thread, or before `run`.
//
// Invariant 1: `armed_` is true only while the loop's thread sleeps or is about to; a poster that
// turns it to false owes one write to `wake_`. So a burst of posts costs one system call.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "common/limits.h"
#include "common/result.h"
#include "runtime/clock.h"
#include "runtime/loop.h"

namespace fairlead {

struct EpollLoopOptions {
  std::size_t mailbox_events_max = limits::kMailboxEventsMax;
};

class EpollLoop final : public Loop {
 public:
  /// kExhausted when the process is out of descriptors. `clock` must outlive the loop.
  static Result<std::unique_ptr<EpollLoop>> create(const Clock& clock,
                                                   EpollLoopOptions options = {});
  ~EpollLoop() override;
  EpollLoop(const EpollLoop&) = delete;
  EpollLoop& operator=(const EpollLoop&) = delete;

  [[nodiscard]] bool post(Work work) override;
  /// REQUIRES: `descriptor` is open, can be polled and is not watched yet.
  void watch(int descriptor, Work on_readable) override;
  /// May be called from any handler, also from the one that it removes. Nothing if not watched.
  /// REQUIRES: `descriptor` is still open.
  void unwatch(int descriptor) override;
  void set_timer(std::function<Instant()> next_deadline,
                 std::function<void(Instant)> on_due) override;
  void set_after_round(Work flush) override;

  /// Returns after the round in which `stop` was seen; work that was posted later stays queued.
  /// May be called again.
  void run() override;
  /// Before `run`: the next `run` does one round without waiting.
  void stop() override;

 private:
  EpollLoop(const Clock& clock, EpollLoopOptions options, int epoll, int wake);

  struct Watch {
    int descriptor = -1;
    std::shared_ptr<const Work> on_readable;  // shared: a handler may remove itself while it runs
  };

  void wait_and_dispatch();
  Duration wait_span() const;
  void run_posted();
  void run_timer();
  void wake();

  const Clock& clock_;
  const EpollLoopOptions options_;
  const int epoll_;
  const int wake_;  // eventfd

  std::map<std::uint64_t, Watch> watches_;  // by tag; a tag is never reused, a descriptor may be
  std::map<int, std::uint64_t> tag_of_;
  std::uint64_t next_tag_ = 1;  // 0 is `wake_`
  std::function<Instant()> next_deadline_;
  std::function<void(Instant)> on_due_;
  Work after_round_;

  std::atomic<bool> armed_{false};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<Work> posted_;   // guarded by mutex_
  std::vector<Work> running_;  // loop's thread only; swapped with posted_ to keep its memory
};

}  // namespace fairlead
