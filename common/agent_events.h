// Everything that can happen to an agent's core, and everything it can order.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/agent_messages.h"
#include "common/container.h"
#include "common/envelope.h"
#include "common/master_events.h"
#include "common/records.h"

namespace fairlead {

// --- events --------------------------------------------------------------------------------------

/// First event: what the checkpoint held. `boot_id` is the running kernel's.
struct AgentStarted {
  AgentInfo info;  ///< id empty when the checkpoint has none: `fresh_id` is used then
  AgentId fresh_id;
  std::string boot_id;
  Session session;  ///< what the clock says for the first one; the checkpoint may say a later one
  WallTime wall_at_zero;
  std::vector<CheckpointRecord> checkpoint;
  std::vector<std::string> quarantined;  ///< keys of damaged checkpoint rows that nothing replaced
};

struct MasterSaid {
  EnvelopeHeader header;
  MasterToAgent message;
};

/// Envelopes were lost, or the link went down: register again.
struct MasterLinkBroken {};

/// The link is up, maybe to another master: what is said now would arrive.
struct MasterLinkRestored {};

struct CheckpointWritten {
  Ticket ticket;
  WriteOutcome outcome = WriteOutcome::kPersisted;
  std::string reason;
};

struct ContainerStarted {
  ContainerId container;
  ShimIdentity shim;
};

struct ContainerExited {
  ContainerExit exit;
};

struct ContainerSampled {
  ContainerId container;
  ResourceUsage usage;
};

struct DiskSampled {
  std::int64_t total_kib = 0;
  std::int64_t free_kib = 0;
};

/// The answer to RemoveVolume.
struct VolumeRemoved {
  VolumeName volume;
  std::string error;  ///< empty: nothing of it is left
};

using AgentEvent = std::variant<AgentStarted, MasterSaid, MasterLinkBroken, MasterLinkRestored,
                                CheckpointWritten, ContainerStarted, ContainerExited,
                                ContainerSampled, DiskSampled, TimePassed, VolumeRemoved>;

// --- actions -------------------------------------------------------------------------------------

struct SendToMaster {
  AgentToMaster message;
};

struct WriteCheckpoint {
  Ticket ticket;
  std::vector<CheckpointRecord> put;
  std::vector<std::string> erase;  ///< keys
  bool may_use_reserve = false;    ///< a terminal state: give up the reserve file for it
};

struct LaunchContainer {
  ContainerSpec spec;
};

/// After a restart: find the shim again, or learn how it ended. Answered by ContainerStarted or
/// ContainerExited.
struct AdoptContainer {
  ContainerSpec spec;
  ShimIdentity shim;
};

/// SIGTERM to the task.
struct TerminateContainer {
  ContainerId container;
};

/// SIGKILL to everything inside.
struct KillContainer {
  ContainerId container;
};

/// Garbage collection of a finished task's folder, below the sandbox root.
struct RemoveSandbox {
  std::string path;
};

/// Containers that are not in the list are nobody's: destroy them. Once, after recovery.
struct DestroyOrphans {
  std::vector<ContainerId> known;
};

/// The agent must not go on: the master refused it, or its state cannot be written.
struct EndAgent {
  std::string reason;
};

/// Removes a volume's folder, which no container uses: out of the way at once and durably, then
/// from the disk. Answered by VolumeRemoved, also when there was none.
struct RemoveVolume {
  VolumeName volume;
  std::string folder;  ///< absolute
};

using AgentAction =
    std::variant<SendToMaster, WriteCheckpoint, LaunchContainer, AdoptContainer, TerminateContainer,
                 KillContainer, RemoveSandbox, DestroyOrphans, CountReject, EndAgent, RemoveVolume>;

}  // namespace fairlead
