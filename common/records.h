// What is durable: the master's registry and an agent's checkpoint, as typed records. The codec
// in schemas/ turns each into a key and bytes. A store holds at most one record per key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/agent_messages.h"
#include "common/framework_messages.h"
#include "common/quota.h"

namespace fairlead {

// --- registry ------------------------------------------------------------------------------------

inline constexpr std::uint32_t kRegistryVersion = 1;

/// key "cluster"
struct ClusterRecord {
  std::uint32_t version = kRegistryVersion;
  ClusterId cluster;
  Epoch epoch;
  friend bool operator==(const ClusterRecord&, const ClusterRecord&) = default;
};

enum class AgentStanding : std::uint8_t { kAdmitted, kUnreachable, kGone };

/// key "agent/<id>"
struct AgentRecord {
  AgentId id;
  std::string hostname;
  Principal principal;  ///< whose key registered it first; nobody else may
  AgentStanding standing = AgentStanding::kAdmitted;
  bool deactivated = false;  ///< by an operator: keeps its tasks, gets no offers
  WallTime since;            ///< of the standing
  friend bool operator==(const AgentRecord&, const AgentRecord&) = default;
};

/// key "framework/<id>"
struct FrameworkRecord {
  FrameworkInfo info;
  bool removed = false;  ///< tombstone: the id is never accepted again
  friend bool operator==(const FrameworkRecord&, const FrameworkRecord&) = default;
};

/// key "weight/<role>"
struct WeightRecord {
  RoleName role;
  std::int64_t weight_milli = 1000;
  friend bool operator==(const WeightRecord&, const WeightRecord&) = default;
};

/// key "drain/<agent id>": an operator wants this agent empty, by hand or by a window.
struct DrainRecord {
  AgentId agent;
  WallTime started;
  Duration deadline;              ///< from the start on; then its tasks are killed
  std::optional<Duration> grace;  ///< nullopt: each task's own
  bool mark_gone = false;         ///< once it is empty
  WallTime drained;               ///< since when it is empty; 0: it is not yet
  WindowId window;                ///< that ends it; empty: until an operator reactivates the agent
  friend bool operator==(const DrainRecord&, const DrainRecord&) = default;
};

/// key "window/<id>": maintenance of agents, until it is over.
struct WindowRecord {
  WindowId id;
  std::vector<AgentId> agents;  ///< in order, each once; never empty
  WallTime start;
  Duration duration;
  Duration deadline;              ///< of the drains, from the start on
  std::optional<Duration> grace;  ///< likewise; nullopt: each task's own
  bool has_begun = false;         ///< its drains were written together with this
  friend bool operator==(const WindowRecord&, const WindowRecord&) = default;
};

/// key "gang/<id>": its tasks run, on every agent that has prepared some. Until all of these agents
/// have said that they know.
struct GangRecord {
  GangId id;
  FrameworkId framework;
  std::vector<AgentId> agents;  ///< in order, each once; never empty
  friend bool operator==(const GangRecord&, const GangRecord&) = default;
};

/// key "quota/<role>"
struct QuotaRecord {
  RoleName role;
  Quota quota;
  friend bool operator==(const QuotaRecord&, const QuotaRecord&) = default;
};

/// key "reservations/<agent id>": what operations have made of its resources, until none of it is
/// left or the agent is gone.
struct ReservationsRecord {
  AgentId agent;
  Resources converted;                      ///< each lot as is_converted() says; never empty
  std::vector<VolumeName> destroying = {};  ///< of `converted`; in order. Until the agent confirms
  friend bool operator==(const ReservationsRecord&, const ReservationsRecord&) = default;
};

using RegistryRecord =
    std::variant<ClusterRecord, AgentRecord, FrameworkRecord, WeightRecord, DrainRecord,
                 WindowRecord, QuotaRecord, GangRecord, ReservationsRecord>;

// --- agent checkpoint ----------------------------------------------------------------------------

inline constexpr std::uint32_t kCheckpointVersion = 1;

inline constexpr std::string_view kIdentityRowKey = "identity";

/// key kIdentityRowKey
struct IdentityRecord {
  std::uint32_t version = kCheckpointVersion;
  AgentId agent;
  ClusterId cluster;  ///< empty until the first welcome
  Epoch epoch_seen;
  std::string boot_id;  ///< of the kernel that the containers ran under
  Session session;      ///< the sessions of this life lie above; 0: written before there was one
  friend bool operator==(const IdentityRecord&, const IdentityRecord&) = default;
};

enum class LaunchPhase : std::uint8_t {
  kAccepted,
  kStarted,
  kExited,
  kPrepared,  ///< before kAccepted: its gang is not decided
};

/// key "task/<container id>": one launch token, from before its container exists until its
/// terminal update is acknowledged.
struct TaskRecord {
  LaunchTask launch;
  Session master_session;
  Epoch epoch;
  std::string container;  ///< ContainerId
  LaunchPhase phase = LaunchPhase::kAccepted;
  std::int32_t shim_pid = 0;
  std::uint64_t shim_start_ticks = 0;
  bool kill_requested = false;
  TaskReason kill_reason = TaskReason::kNone;
  std::uint64_t update_next = 1;           ///< number of the next status update
  std::vector<TaskStatus> unacknowledged;  ///< oldest first
  TaskStatus latest;
  GangId gang;  ///< empty: it was launched alone
  friend bool operator==(const TaskRecord&, const TaskRecord&) = default;
};

using CheckpointRecord = std::variant<IdentityRecord, TaskRecord>;

}  // namespace fairlead
