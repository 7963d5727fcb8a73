// The C client's side of ZookeeperClient: the handle, its callbacks, and the inbox through which
// they reach the loop's thread. Knows the library's types; holds no rule.
// The callbacks run on the library's threads and touch the inbox only; the rest is the loop's.
#pragma once

#include <zookeeper/zookeeper.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "runtime/adapters/zookeeper/zookeeper_client.h"

namespace fairlead {

/// Where the library's log goes: its lines repeat every attempt to connect; phases and reasons say
/// what matters.
void drop_line(const char* line);

class ZookeeperClient::Wire {
 public:
  /// `drain` empties the inbox on the loop's thread; `on_session` hears the library's state there;
  /// `on_watch` hears which watch fired.
  struct Receiver {
    Work drain;
    std::function<void(int state)> on_session;
    std::function<void(std::uint64_t watch)> on_watch;
  };

  Wire(Loop& loop, Receiver receiver) : loop_(loop), receiver_(std::move(receiver)) {}
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// False when the library refuses the options, with errno.
  bool connect(const ZookeeperOptions& options);
  /// Before anything that is asked for afterwards, and by itself after each reconnection. False
  /// without a connection: the library takes no credentials then.
  bool authenticate(const std::string& credentials);
  zhandle_t* handle() const { return handle_; }

  /// Any thread.
  void deliver(Work work);
  /// What arrived so far, in order.
  std::deque<Work> take();
  /// Waits until something arrived or `until`.
  void wait(std::chrono::steady_clock::time_point until);

  static void on_event(zhandle_t* handle, int type, int state, const char* path, void* context);

 private:
  Loop& loop_;
  const Receiver receiver_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Work> inbox_;  // guarded by mutex_
  bool posted_ = false;     // guarded by mutex_: a drain waits in the loop
  bool closing_ = false;    // guarded by mutex_
  zhandle_t* handle_ = nullptr;
};

ZnodeStatus to_status(int code);
/// For people: what the library says to `code`.
std::string reason_of(int code);

}  // namespace fairlead
