#include "agent/daemon/volume_remover.h"

#include <chrono>
#include <utility>

#include "agent/daemon/volume_deletion.h"
#include "agent/daemon/volume_folders.h"
#include "runtime/adapters/log/log.h"

namespace fairlead {
namespace {

constexpr std::chrono::milliseconds kFullMailboxWait{100};

std::string text_of(const Status& status) {
  return status ? std::string() : status.error().message;
}

}  // namespace

VolumeRemover::VolumeRemover(Loop& loop, std::string root, EventHandler on_event)
    : loop_(loop),
      root_(std::move(root)),
      on_event_(std::move(on_event)),
      deleter_([this](const std::stop_token& stop) { delete_until_stopped(stop); }) {}

void VolumeRemover::remove(const RemoveVolume& order) {
  if (Status aside = set_volume_aside(root_, order.folder); !aside) {
    log_line(LogLevel::kError, "volume_kept", {{"error", aside.error().message}});
    return on_event_(VolumeRemoved{order.volume, aside.error().message});
  }
  {
    const std::lock_guard lock(mutex_);
    set_aside_.push_back(order);
  }
  has_work_.notify_one();
}

void VolumeRemover::delete_until_stopped(const std::stop_token& stop) {
  if (Result<std::vector<std::string>> earlier = volumes_set_aside(root_)) {
    for (const std::string& folder : *earlier) (void)delete_now(folder, stop);
  }
  while (true) {
    RemoveVolume order;
    {
      std::unique_lock lock(mutex_);
      has_work_.wait(lock, stop, [this] { return !set_aside_.empty(); });
      if (stop.stop_requested()) return;
      order = std::move(set_aside_.front());
      set_aside_.pop_front();
    }
    const Status deleted = delete_now(order.folder, stop);
    if (stop.stop_requested()) return;
    tell({std::move(order.volume), text_of(deleted)}, stop);
  }
}

Status VolumeRemover::delete_now(const std::string& folder, const std::stop_token& stop) {
  Status deleted = delete_set_aside(root_, folder, stop);
  if (!deleted) log_line(LogLevel::kError, "volume_kept", {{"error", deleted.error().message}});
  return deleted;
}

void VolumeRemover::tell(VolumeRemoved removed, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (loop_.post([this, removed] { on_event_(removed); })) return;
    std::this_thread::sleep_for(kFullMailboxWait);
  }
}

}  // namespace fairlead
