// One replica of a service, as the framework knows it. Values only; a replica keeps its number
// over restarts of its command (attempts), and is replaced by another number when its agent is
// cut off or drained, when the service's command changes, or when it was stopped.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/result.h"
#include "common/task.h"
#include "frameworks/pods/service.h"

namespace fairlead::pods {

enum class ReplicaState : std::uint8_t {
  kPending,      ///< waits for an offer
  kBackoff,      ///< its command ended; waits before it is pending again
  kStarting,     ///< launched
  kRunning,      ///< its process runs
  kStopping,     ///< a kill was sent; it never comes back
  kUnreachable,  ///< its agent is cut off; another one takes its place
};

/// "pending", …
const char* to_string(ReplicaState state);

struct Replica {
  std::uint64_t number = 0;  ///< unique in the framework, never used again
  std::uint64_t generation = 0;
  ReplicaState state = ReplicaState::kPending;
  Instant since;          ///< entered `state`
  bool ready = false;     ///< only while kRunning
  bool returned = false;  ///< its agent was unreachable and came back in this step
  bool leaving = false;   ///< for a drain or a reclaim; the master says so again after a restart
  bool moving = false;    ///< ahead of maintenance of its agent; likewise
  std::uint32_t attempt = 0;
  std::uint32_t restarts = 0;
  std::uint32_t failures = 0;        ///< ends in a row; a long run forgets them
  std::uint32_t drops = 0;           ///< launches in a row that never started
  std::uint32_t probe_failures = 0;  ///< in a row; not kept over a restart of the framework
  AgentId agent;
  std::string hostname;
  std::string agent_http;
  std::string container_path;
  std::string message;
  TaskReason reason = TaskReason::kNone;
  std::vector<std::uint32_t> ports;
  friend bool operator==(const Replica&, const Replica&) = default;

  /// It counts as one of the wanted ones.
  bool is_live() const {
    return state != ReplicaState::kStopping && state != ReplicaState::kUnreachable;
  }
  /// Another one is to take its place.
  bool is_leaving() const { return leaving || moving; }
  /// A process of it may exist.
  bool is_launched() const {
    return state != ReplicaState::kPending && state != ReplicaState::kBackoff;
  }
};

struct Service {
  ServiceSpec spec;
  std::uint64_t generation = 1;
  bool removing = false;
  WallTime created_at;
  std::uint64_t version = 0;  ///< of the framework's last change to it; not kept
  std::map<std::uint64_t, Replica> replicas;
  Instant next_check = Instant::never();
};

TaskId task_id(const std::string& service, std::uint64_t number);
struct TaskName {
  std::string service;
  std::uint64_t number = 0;
};
/// kInvalid when it is not what task_id makes.
Result<TaskName> parse_task_id(const TaskId& id);

/// The end of a process. `ran`: how long it was kRunning.
void note_end(Replica& replica, const ServiceSpec& spec, Duration ran);
/// How long a replica in kBackoff waits.
Duration restart_pause(const ServiceSpec& spec, const Replica& replica);

}  // namespace fairlead::pods
