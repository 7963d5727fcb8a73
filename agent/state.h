// Everything an agent's core remembers. Plain data; the topic files change it through a Context.
//
// Invariants: 1. by_token and by_container name exactly the tasks. 2. A container is ordered at
// most once per token and life. 3. A status is sent only when its checkpoint is durable, in order.
// 4. A task leaves only after its terminal update was acknowledged, or when its framework is gone.
// 5. At most one task that has not ended names a volume, and none that is being removed.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agent/timers.h"
#include "common/agent_events.h"

namespace fairlead {

/// How far a task's container has come, beyond what its record says durably.
enum class ContainerStage : std::uint8_t {
  kPrepared,       ///< durable; its gang is not decided
  kWaitsForWrite,  ///< accepted or to be prepared; its record is being written
  kLaunching,      ///< ordered, or looked for after a restart; not heard of since
  kRunning,
  kEnded,  ///< or never came into being
};

struct AgentTask {
  TaskRecord record;
  ContainerStage stage = ContainerStage::kWaitsForWrite;
  std::uint64_t updates_durable = 0;   ///< updates up to this number may be sent
  Duration retry_after;                ///< of the next retransmission
  std::optional<Duration> kill_grace;  ///< of the kill that was asked for
  std::optional<ResourceUsage> usage;  ///< last sample
  bool is_adopted = false;             ///< came out of the checkpoint
  bool is_prepared_durably = false;    ///< a life that begins now finds it prepared
  bool is_abandoned = false;           ///< its framework is gone: nobody acknowledges any more
};

/// What waits for a write.
struct OpenWrite {
  enum class Kind : std::uint8_t { kIdentity, kTask, kErased };
  Kind kind = Kind::kIdentity;
  Epoch epoch;                                 ///< kIdentity: what the record says
  Serial serial = 0;                           ///< kTask
  std::uint64_t updates_through = 0;           ///< kTask
  LaunchPhase phase = LaunchPhase::kAccepted;  ///< kTask: as the record says
};

struct MasterLink {
  bool is_started = false;           ///< recovery is durable: the master may be spoken to
  bool is_registered = false;        ///< welcomed since the last RegisterAgent
  Epoch epoch_durable;               ///< highest in the checkpoint
  Epoch epoch_welcome;               ///< of the last welcome
  Session session;                   ///< the master's, of the last welcome
  Duration backoff;                  ///< of the next RegisterAgent
  bool awaits_slot = false;          ///< the link broke or is new; it has not registered there yet
  std::uint64_t cluster_agents = 0;  ///< how many there are, as the last welcome says
  std::uint64_t cluster_tasks = 0;   ///< of all agents, likewise
  Duration heartbeat_every;
  Duration unreachable_after;
};

struct DiskState {
  std::int64_t total_kib = 0;
  std::int64_t free_kib = 0;
  bool is_above_watermark = false;
  std::string writes_refused_why;  ///< "" while the checkpoint takes writes
};

struct AgentState {
  AgentInfo info;
  IdentityRecord identity;
  WallTime wall_at_zero;
  bool has_ended = false;
  MasterLink link;
  DiskState disk;
  std::map<Serial, AgentTask> tasks;
  std::map<LaunchToken, Serial> by_token;
  std::map<ContainerId, Serial> by_container;
  Serial serial_next = 1;
  std::deque<LaunchToken> finished;  ///< acknowledged ones, newest last; bounded
  std::set<LaunchToken> finished_index;
  std::map<Ticket, OpenWrite> writes;
  std::uint64_t ticket_next = 1;
  std::set<std::pair<Instant, std::string>> sandboxes;  ///< of forgotten tasks, oldest first
  std::set<VolumeName> volumes_leaving;  ///< being removed; no container has one of them
  Timers timers;
  std::uint64_t random = 0;  ///< the generator's state
};

}  // namespace fairlead
