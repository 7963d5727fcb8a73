// What agents and the master say to each other. Plain values; schemas/ turns them into bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/task.h"

namespace fairlead {

struct AgentInfo {
  AgentId id;
  std::string hostname;
  std::string http_address;  ///< host:port of its operators' HTTP
  Resources total;           ///< already without what is reserved for the system
  Attributes attributes;
  std::string version;
  friend bool operator==(const AgentInfo&, const AgentInfo&) = default;
};

/// One launch token that an agent still answers for.
struct TaskReport {
  LaunchToken token;
  std::string name;
  RoleName role;
  Resources resources;  ///< held; zero once terminal
  TaskStatus status;    ///< the latest, acknowledged or not
  std::int32_t priority = 0;
  friend bool operator==(const TaskReport&, const TaskReport&) = default;
};

// --- agent to master -----------------------------------------------------------------------------

/// The first message of every session, and the answer to Resync. Complete: what it does not list
/// does not exist on the agent.
struct RegisterAgent {
  AgentInfo agent;
  Epoch epoch_seen;  ///< highest epoch that its checkpoint holds
  std::vector<TaskReport> tasks;
  friend bool operator==(const RegisterAgent&, const RegisterAgent&) = default;
};

/// One of several messages of one session that together are a RegisterAgent too large for one
/// envelope. Nothing happens before all of them are there.
struct RegisterAgentPart {
  std::uint32_t part = 0;   ///< 1, 2, … in order
  std::uint32_t parts = 0;  ///< how many there are, the same in each
  RegisterAgent content;    ///< agent and epoch in each part, the tasks of this one
  friend bool operator==(const RegisterAgentPart&, const RegisterAgentPart&) = default;
};

/// The epoch of the last AgentWelcome is durable here; launches of lower ones are refused from now
/// on.
struct EpochAcknowledged {
  Epoch epoch;
  friend bool operator==(const EpochAcknowledged&, const EpochAcknowledged&) = default;
};

struct AgentHeartbeat {
  bool accepts_launches = true;  ///< false while its disk is above the watermark
  std::string why_not;
  friend bool operator==(const AgentHeartbeat&, const AgentHeartbeat&) = default;
};

struct AgentStatusUpdate {
  TaskStatus status;
  friend bool operator==(const AgentStatusUpdate&, const AgentStatusUpdate&) = default;
};

/// It is going down for good on purpose; its containers are gone. No agent says it, and a master
/// does not act on it (docs/decisions/0029-no-goodbye.md).
struct AgentGoodbye {
  friend bool operator==(const AgentGoodbye&, const AgentGoodbye&) = default;
};

/// The answer to PrepareTask: durable here, and it waits for DecideGang however long that takes.
/// Said again after each EpochAcknowledged: it asks the leader what was decided.
struct TaskPrepared {
  GangId gang;
  FrameworkId framework;
  TaskId task;
  std::uint32_t attempt = 0;
  friend bool operator==(const TaskPrepared&, const TaskPrepared&) = default;
};

/// The answer to DecideGang: no task of the gang waits for a decision here any more, durably.
struct GangSettled {
  FrameworkId framework;
  GangId gang;
  friend bool operator==(const GangSettled&, const GangSettled&) = default;
};

/// The answer to DestroyVolume: nothing of it is on the agent's disk any more; or why it is still
/// there, and then it is asked for again.
struct VolumeDestroyed {
  VolumeName volume;
  std::string why_not;  ///< empty: it is destroyed, or never was there
  friend bool operator==(const VolumeDestroyed&, const VolumeDestroyed&) = default;
};

using AgentToMaster =
    std::variant<RegisterAgent, EpochAcknowledged, AgentHeartbeat, AgentStatusUpdate, AgentGoodbye,
                 RegisterAgentPart, TaskPrepared, GangSettled, VolumeDestroyed>;

// --- master to agent -----------------------------------------------------------------------------

/// Also said without being asked, when the cluster's size has changed much since the last one.
struct AgentWelcome {
  AgentId agent;
  ClusterId cluster;
  Epoch epoch;
  Duration heartbeat_every;
  Duration unreachable_after;
  std::uint64_t agents = 0;  ///< that the master knows, present or not; 0: it does not say
  std::uint64_t tasks = 0;   ///< of all of them
  friend bool operator==(const AgentWelcome&, const AgentWelcome&) = default;
};

/// Not to be repeated with the same content: a gone agent, a foreign id, a wrong cluster. Whoever
/// may only not register here, by a rule that somebody may have got wrong, keeps its containers.
struct AgentRefused {
  Error error;
  bool gone = false;  ///< its tasks are gone for the cluster, and none of them may go on
  friend bool operator==(const AgentRefused&, const AgentRefused&) = default;
};

/// Something was lost on the way: register again, with everything.
struct AgentResync {
  std::string reason;
  friend bool operator==(const AgentResync&, const AgentResync&) = default;
};

struct HeartbeatEcho {
  friend bool operator==(const HeartbeatEcho&, const HeartbeatEcho&) = default;
};

struct LaunchTask {
  LaunchToken token;
  RoleName role;
  std::string framework_name;
  TaskSpec spec;
  friend bool operator==(const LaunchTask&, const LaunchTask&) = default;
};

struct KillTask {
  FrameworkId framework;
  TaskId task;
  std::uint32_t attempt = 0;      ///< 0: whichever runs
  std::optional<Duration> grace;  ///< overrides the task's own
  TaskReason reason = TaskReason::kKilledByFramework;
  friend bool operator==(const KillTask&, const KillTask&) = default;
};

/// Confirms one status update; with the terminal one the agent forgets the token.
struct AcknowledgeStatus {
  FrameworkId framework;
  TaskId task;
  std::uint32_t attempt = 0;
  AgentId agent;
  std::uint64_t update = 0;
  friend bool operator==(const AcknowledgeStatus&, const AcknowledgeStatus&) = default;
};

/// Kill every task of the framework and forget it; its updates need no acknowledgement any more.
struct FrameworkRemoved {
  FrameworkId framework;
  friend bool operator==(const FrameworkRemoved&, const FrameworkRemoved&) = default;
};

/// A launch that waits for the rest of its gang: nothing runs before DecideGang says so. A message
/// of its own, so that an agent that knows no gangs does not launch it.
struct PrepareTask {
  GangId gang;
  LaunchTask launch;
  friend bool operator==(const PrepareTask&, const PrepareTask&) = default;
};

/// Runs what the gang has prepared here, or drops it. The decision to run is durable at the master.
struct DecideGang {
  FrameworkId framework;
  GangId gang;
  bool commit = false;
  std::string why;  ///< of an abort
  friend bool operator==(const DecideGang&, const DecideGang&) = default;
};

/// The folder of the volume goes, with what is in it. Said until VolumeDestroyed confirms it; to an
/// agent that has no such volume, too.
struct DestroyVolume {
  VolumeName volume;
  friend bool operator==(const DestroyVolume&, const DestroyVolume&) = default;
};

using MasterToAgent =
    std::variant<AgentWelcome, AgentRefused, AgentResync, HeartbeatEcho, LaunchTask, KillTask,
                 AcknowledgeStatus, FrameworkRemoved, PrepareTask, DecideGang, DestroyVolume>;

}  // namespace fairlead
