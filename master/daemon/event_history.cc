#include "master/daemon/event_history.h"

#include <algorithm>

#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::size_t kBlockBytes = 24 * 1024;
// What stands before an event's texts says which of them are there.
enum Form : std::uint8_t {
  kNoTask = 0,
  kTask = 1,
  kTaskIsSubject = 2,  ///< the subject is "<framework>/<task>", as for most: stored once
};
// Most numbers here are small: seven bits a byte, lowest first, the eighth says that more follow.
constexpr std::uint8_t kMore = 0x80;

void put_number(std::string& bytes, std::uint64_t number) {
  for (; number >= kMore; number >>= 7U) bytes.push_back(static_cast<char>(number | kMore));
  bytes.push_back(static_cast<char>(number));
}

void put_text(std::string& bytes, std::string_view text) {
  put_number(bytes, text.size());
  bytes.append(text);
}

std::uint64_t take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0;; shift += 7) {
    auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    number |= std::uint64_t{byte & (kMore - 1U)} << shift;
    if (byte < kMore) return number;
  }
}

std::string_view take_text(std::string_view& bytes) {
  std::size_t size = take_number(bytes);
  std::string_view text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

bool is_subject(const KeptEvent::Task& task, std::string_view subject) {
  std::size_t slash = task.framework.size();
  return subject.size() == slash + 1 + task.task.size() && subject[slash] == '/' &&
         subject.starts_with(task.framework) && subject.ends_with(task.task);
}

void pack(const KeptEvent& event, std::string& bytes) {
  Form form = kNoTask;
  if (event.task) form = is_subject(*event.task, event.subject) ? kTaskIsSubject : kTask;
  bytes.push_back(static_cast<char>(form));
  put_number(bytes, static_cast<std::uint64_t>(event.at.unix_ms));
  for (std::string_view text : {event.kind, event.subject, event.text}) put_text(bytes, text);
  if (form == kNoTask) return;
  const KeptEvent::Task& task = *event.task;
  put_number(bytes, task.attempt);
  bytes.push_back(static_cast<char>(task.state));
  bytes.push_back(static_cast<char>(task.reason));
  put_text(bytes, task.agent);
  put_text(bytes, task.message);
  if (form == kTaskIsSubject) {
    put_number(bytes, task.framework.size());
  } else {
    put_text(bytes, task.framework);
    put_text(bytes, task.task);
  }
}

/// Takes the first event off `bytes`.
KeptEvent unpack(std::string_view& bytes) {
  auto take_byte = [&bytes] {
    auto byte = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    return byte;
  };
  std::uint8_t form = take_byte();
  KeptEvent event;
  event.at.unix_ms = static_cast<std::int64_t>(take_number(bytes));
  event.kind = take_text(bytes);
  event.subject = take_text(bytes);
  event.text = take_text(bytes);
  if (form == kNoTask) return event;
  KeptEvent::Task task;
  task.attempt = static_cast<std::uint32_t>(take_number(bytes));
  task.state = static_cast<TaskState>(take_byte());
  task.reason = static_cast<TaskReason>(take_byte());
  task.agent = take_text(bytes);
  task.message = take_text(bytes);
  if (form == kTaskIsSubject) {
    std::size_t slash = take_number(bytes);
    task.framework = event.subject.substr(0, slash);
    task.task = event.subject.substr(slash + 1);
  } else {
    task.framework = take_text(bytes);
    task.task = take_text(bytes);
  }
  event.task = task;
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
  packed_.clear();
  pack(view, packed_);
  if (blocks_.empty() || blocks_.back().bytes.size() + packed_.size() > kBlockBytes) {
    forget_oldest();
    Block& fresh = blocks_.emplace_back();
    fresh.first = next_number_;
    fresh.bytes.reserve(std::max(kBlockBytes, packed_.size()));
  }
  blocks_.back().bytes.append(packed_);
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
    for (std::string_view rest = block.bytes; !rest.empty(); ++at) {
      KeptEvent event = unpack(rest);
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
