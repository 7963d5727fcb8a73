// The newest events of the cluster in as few bytes as they need: fields packed one after the other
// in large blocks, so that a burst of events neither keeps strings alive nor scatters them among
// what lives longer. Bounded by number and by bytes; the oldest block goes first. Owned by
// EventFeed; loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/master_events.h"

namespace fairlead {

/// Of a status' message; the whole one went to its framework.
inline constexpr std::size_t kEventMessageBytesMax = 300;

/// One event as it is kept. The texts are valid while the history does not change.
struct KeptEvent {
  /// Of a task's event.
  struct Task {
    std::string_view framework;
    std::string_view task;
    std::string_view agent;
    std::string_view message;  ///< cut at kEventMessageBytesMax
    std::uint32_t attempt = 0;
    TaskState state = TaskState::kStaging;
    TaskReason reason = TaskReason::kNone;
  };

  std::uint64_t number = 0;
  WallTime at;
  std::string_view kind;
  std::string_view subject;
  std::string_view text;
  std::optional<Task> task;
};

class EventHistory {
 public:
  /// Keeps the event under the next number: 1, 2, … O(its texts).
  void append(const PublishEvent& event, WallTime at);
  /// The number that the next event gets.
  std::uint64_t next_number() const { return next_number_; }
  /// Of the oldest one that is kept; next_number() when there is none.
  std::uint64_t oldest() const { return blocks_.empty() ? next_number_ : blocks_.front().first; }
  /// Calls `take` for every event after `number`, oldest first, until it returns false.
  void for_each_after(std::uint64_t number,
                      const std::function<bool(const KeptEvent&)>& take) const;
  /// Bytes of the blocks.
  std::size_t size_bytes() const;

 private:
  struct Block {
    std::uint64_t first = 0;  ///< number of its first event
    std::string bytes;
  };

  void forget_oldest();

  std::deque<Block> blocks_;
  std::string packed_;  ///< the event that comes in; kept for its memory
  std::uint64_t next_number_ = 1;
};

/// The event as the history would give it back. Its texts are those of `event`.
KeptEvent view_of(const PublishEvent& event, std::uint64_t number, WallTime at);

}  // namespace fairlead
