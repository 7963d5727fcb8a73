// Destroys volumes' folders on a thread of its own, since deleting may take minutes: set aside at
// once and durably, then deleted, then told. What an earlier life has set aside is deleted at the
// start. One volume that cannot be deleted holds up no other. Owned by AgentProcess.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "common/agent_events.h"
#include "common/result.h"
#include "runtime/loop.h"

namespace fairlead {

class VolumeRemover {
 public:
  using EventHandler = std::function<void(const AgentEvent&)>;

  /// `root` is there (open_volume_root). `on_event` hears VolumeRemoved on the loop's thread.
  VolumeRemover(Loop& loop, std::string root, EventHandler on_event);

  /// Loop thread only. What cannot be set aside is told before this returns.
  void remove(const RemoveVolume& order);

 private:
  void delete_until_stopped(const std::stop_token& stop);
  Status delete_now(const std::string& folder, const std::stop_token& stop);
  /// Told to the core, if there is a volume to tell of.
  void tell(VolumeRemoved removed, const std::stop_token& stop);

  Loop& loop_;
  const std::string root_;
  const EventHandler on_event_;
  std::mutex mutex_;
  std::condition_variable_any has_work_;
  std::deque<RemoveVolume> set_aside_;  ///< guarded by mutex_; each told once it is deleted
  std::jthread deleter_;                ///< last: it uses what is above, and ends first
};

}  // namespace fairlead
