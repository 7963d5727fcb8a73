#include "master/daemon/event_history.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::size_t kBlockBytes = 32 * 1024;
constexpr std::size_t kTexts = 7;  // kind, subject, text; framework, task, agent, message

/// What stands before the texts of an event.
struct Head {
  WallTime at;
  std::array<std::uint32_t, kTexts> lengths{};
  std::uint32_t attempt = 0;
  TaskState state = TaskState::kStaging;
  TaskReason reason = TaskReason::kNone;
  bool has_task = false;
};
static_assert(std::is_trivially_copyable_v<Head>);

std::array<std::string_view, kTexts> texts_of(const KeptEvent& event) {
  KeptEvent::Task task = event.task.value_or(KeptEvent::Task{});
  return {event.kind, event.subject, event.text,  task.framework,
          task.task,  task.agent,    task.message};
}

void pack(const KeptEvent& event, std::string& bytes) {
  Head head{.at = event.at, .has_task = event.task.has_value()};
  if (event.task) {
    head.attempt = event.task->attempt;
    head.state = event.task->state;
    head.reason = event.task->reason;
  }
  std::array<std::string_view, kTexts> texts = texts_of(event);
  for (std::size_t i = 0; i < kTexts; ++i) {
    head.lengths[i] = static_cast<std::uint32_t>(texts[i].size());
  }
  std::array<char, sizeof(Head)> raw;
  std::memcpy(raw.data(), &head, sizeof(Head));
  bytes.append(raw.data(), raw.size());
  for (std::string_view text : texts) bytes.append(text);
}

/// Reads the event at `offset` and moves it behind.
KeptEvent unpack(std::string_view bytes, std::size_t& offset) {
  Head head;
  std::memcpy(&head, bytes.data() + offset, sizeof(Head));
  offset += sizeof(Head);
  std::array<std::string_view, kTexts> texts;
  for (std::size_t i = 0; i < kTexts; ++i) {
    texts[i] = bytes.substr(offset, head.lengths[i]);
    offset += head.lengths[i];
  }
  KeptEvent event;
  event.at = head.at;
  event.kind = texts[0];
  event.subject = texts[1];
  event.text = texts[2];
  if (head.has_task) {
    event.task = KeptEvent::Task{.framework = texts[3],
                                 .task = texts[4],
                                 .agent = texts[5],
                                 .message = texts[6],
                                 .attempt = head.attempt,
                                 .state = head.state,
                                 .reason = head.reason};
  }
  return event;
}

}  // namespace

KeptEvent view_of(const PublishEvent& event, std::uint64_t number, WallTime at) {
  KeptEvent view;
  view.number = number;
  view.at = at;
  view.kind = event.kind;
  view.subject = event.subject;
  view.text = event.text;
  if (event.status) {
    const TaskStatus& status = *event.status;
    const std::string_view message = status.message;
    view.task = KeptEvent::Task{.framework = status.framework.text,
                                .task = status.task.text,
                                .agent = status.agent.text,
                                .message = message.substr(0, kEventMessageBytesMax),
                                .attempt = status.attempt,
                                .state = status.state,
                                .reason = status.reason};
  }
  return view;
}

void EventHistory::append(const PublishEvent& event, WallTime at) {
  KeptEvent view = view_of(event, next_number_, at);
  std::size_t need = sizeof(Head);
  for (std::string_view text : texts_of(view)) need += text.size();
  if (blocks_.empty() || blocks_.back().bytes.size() + need > kBlockBytes) {
    forget_oldest();
    Block& fresh = blocks_.emplace_back();
    fresh.first = next_number_;
    fresh.bytes.reserve(std::max(kBlockBytes, need));
  }
  pack(view, blocks_.back().bytes);
  ++next_number_;
}

void EventHistory::forget_oldest() {
  // Whole blocks go, and for the number only while what is left fills the promised window.
  while (blocks_.size() > 1 && (next_number_ - blocks_[1].first >= limits::kEventHistoryMax ||
                                size_bytes() > limits::kEventHistoryBytesMax)) {
    blocks_.pop_front();
  }
}

void EventHistory::for_each_after(std::uint64_t number,
                                  const std::function<bool(const KeptEvent&)>& take) const {
  for (const Block& block : blocks_) {
    std::uint64_t at = block.first;
    for (std::size_t offset = 0; offset < block.bytes.size(); ++at) {
      KeptEvent event = unpack(block.bytes, offset);
      event.number = at;
      if (at > number && !take(event)) return;
    }
  }
}

std::size_t EventHistory::size_bytes() const {
  std::size_t sum = 0;
  for (const Block& block : blocks_) sum += block.bytes.capacity();
  return sum;
}

}  // namespace fairlead
