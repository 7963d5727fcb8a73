#include "frameworks/pods/replica.h"

#include <algorithm>

#include "common/parse_units.h"

namespace fairlead::pods {
namespace {

constexpr Duration kDropPauseMin = milliseconds(100);
constexpr Duration kDropPauseMax = seconds(5);

/// min, 2 min, 4 min, … up to max. REQUIRES count >= 1.
Duration doubled(Duration min, Duration max, std::uint32_t count) {
  Duration pause = min;
  for (std::uint32_t i = 1; i < count && pause < max; ++i) {
    pause = pause * 2;
  }
  return std::min(pause, max);
}

}  // namespace

const char* to_string(ReplicaState state) {
  switch (state) {
    case ReplicaState::kPending:
      return "pending";
    case ReplicaState::kBackoff:
      return "backoff";
    case ReplicaState::kStarting:
      return "starting";
    case ReplicaState::kRunning:
      return "running";
    case ReplicaState::kStopping:
      return "stopping";
    case ReplicaState::kUnreachable:
      break;
  }
  return "unreachable";
}

TaskId task_id(const std::string& service, std::uint64_t number) {
  return {service + "." + std::to_string(number)};
}

Result<TaskName> parse_task_id(const TaskId& id) {
  const std::size_t dot = id.text.rfind('.');
  if (dot != std::string::npos && dot > 0) {
    const auto number = parse_integer(id.text.substr(dot + 1));
    if (number.ok() && number.value() > 0) {
      return TaskName{id.text.substr(0, dot), static_cast<std::uint64_t>(number.value())};
    }
  }
  return Error{ErrorCode::kInvalid, "task '" + id.text + "' is no replica of a service"};
}

void note_end(Replica& replica, const ServiceSpec& spec, Duration ran) {
  // What ran as long as the longest pause has proven itself: it starts afresh.
  replica.failures = ran >= spec.backoff_max ? 1 : replica.failures + 1;
  replica.restarts += 1;
  replica.drops = 0;
}

Duration restart_pause(const ServiceSpec& spec, const Replica& replica) {
  if (replica.drops > 0) {
    return doubled(kDropPauseMin, kDropPauseMax, replica.drops);
  }
  return doubled(spec.backoff_min, spec.backoff_max, std::max(replica.failures, 1U));
}

}  // namespace fairlead::pods
