// Everything a master's core knows, as plain structs. Handlers change it through Context; HTTP
// reads it as const. Agents and frameworks are slots: their number is the allocator's handle.
// Owner: MasterCore. Not thread-safe.
//
// Invariants: 1. an agent is in the allocator exactly while its phase is kActive or kExpiring and
// `in_allocator` is set. 2. An offer here is an outstanding offer of the allocator. 3. A task with
// `holds` on an agent that is in the allocator is held there, with the same resources.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/allocator.h"
#include "common/agent_text.h"
#include "common/allocator_events.h"
#include "common/block_vector.h"
#include "common/conversions.h"
#include "common/interner.h"
#include "common/records.h"
#include "master/breaker.h"
#include "master/deadlines.h"
#include "master/gang_table.h"
#include "master/inverse_offer_book.h"
#include "master/open_registrations.h"
#include "master/pending_write.h"
#include "master/task_table.h"

namespace fairlead::master {

using fairlead::kNoSlot;

// --- agents --------------------------------------------------------------------------------------

enum class AgentPhase : std::uint8_t {
  kFree,         ///< the slot is not used
  kAdmitting,    ///< its first record is being written; to be shown to nobody
  kAbsent,       ///< admitted by an earlier epoch, not back yet
  kWelcomed,     ///< registered; its epoch is not acknowledged yet: no offers
  kActive,       ///< in the allocator
  kExpiring,     ///< its lease ended; the record is being written
  kUnreachable,  ///< durably so
  kGone,         ///< for ever, by an operator
};
/// "active", … as HTTP shows it (paused, deactivated and draining stand beside it).
const char* to_string(AgentPhase phase);

/// An operator wants the agent empty (drains.cc).
struct Drain {
  DrainRecord record;         ///< as it is stored
  Instant deadline;           ///< tasks are killed from then on
  bool is_killing = false;    ///< it has passed
  bool is_finishing = false;  ///< that the agent is empty is being written
};

/// What only an agent has whose launches fail or that gets no offers.
struct AgentTrouble {
  std::optional<Breaker> breaker;  ///< from a failed launch until one works
  std::optional<Drain> drain;      ///< until it is reactivated or gone
  std::string why_not;             ///< the agent's own, while it does not accept launches
  std::string why;                 ///< why no offers; empty: it gets offers
  Instant unseen_until;            ///< tasks of a removed framework may end there; 0: none does
  bool is_silent = false;          ///< to be given up once its turn has come
  bool is_converting = false;      ///< what an operation makes of its resources is being written
};

/// How large the cluster is, as an agent has to know it: in steps (population.cc), each a doubling.
struct ClusterSteps {
  std::uint8_t agents = 0;
  std::uint8_t tasks = 0;
  friend bool operator==(ClusterSteps, ClusterSteps) = default;
};

/// Small, since there may be very many: what repeats is a number in one of MasterState's interners.
struct AgentEntry {
  AgentText text;                      ///< shared with the allocator
  std::uint32_t principal = kNoSlot;   ///< in MasterState::principals
  std::uint32_t version = kNoSlot;     ///< in MasterState::versions; kNoSlot before it registered
  std::uint32_t total = kNoSlot;       ///< in MasterState::shapes; likewise. With conversions
  std::uint32_t attributes = kNoSlot;  ///< in MasterState::attributes; likewise
  std::uint32_t generation = 0;
  AgentPhase phase = AgentPhase::kFree;
  bool deactivated : 1 = false;  ///< durably, by an operator
  bool in_allocator : 1 = false;
  bool accepts_launches : 1 = true;
  bool lease_queued : 1 = false;
  bool registering : 1 = false;    ///< a RegisterAgent waits for its write
  bool silent_queued : 1 = false;  ///< it is in MasterState::silent
  ClusterSteps told;               ///< in its last welcome
  ConnectionId connection;
  Session session;
  Instant lease_end;
  WallTime since;                         ///< of the standing
  WallTime registered_at;                 ///< of the last welcome
  std::unique_ptr<AgentTrouble> trouble;  ///< null while there is none

  AgentId id() const { return {std::string(text.id())}; }
  std::string hostname() const { return std::string(text.hostname()); }
  std::string http_address() const { return std::string(text.http_address()); }
  /// Why it gets no offers; empty: it gets them.
  std::string_view why() const { return trouble ? std::string_view(trouble->why) : ""; }
  bool is_silent() const { return trouble && trouble->is_silent; }
  /// Registered in this epoch, and its lease has not ended.
  bool is_there() const { return phase == AgentPhase::kWelcomed || phase == AgentPhase::kActive; }
  /// Nothing that an agent was told to do is certain while it is not heard.
  bool is_heard() const { return is_there() && !is_silent(); }
  /// Null unless it is being drained, or was.
  const Drain* drain() const { return trouble && trouble->drain ? &*trouble->drain : nullptr; }
  Drain* drain() { return trouble && trouble->drain ? &*trouble->drain : nullptr; }
  /// To be changed; made when there is none, ended by `close_trouble`.
  AgentTrouble& open_trouble();
  void close_trouble();
};
static_assert(sizeof(AgentEntry) <= 80, "a hundred thousand idle agents are as many of these");

// --- frameworks ----------------------------------------------------------------------------------

enum class FrameworkPhase : std::uint8_t {
  kFree,
  kConnected,
  kDisconnected,  ///< its tasks run on until the failover timeout
  kRemoving,      ///< durably removed; its tasks are being killed
};
const char* to_string(FrameworkPhase phase);

/// A task of the bounded history.
struct CompletedTask {
  TaskStatus status;
  std::string name;
  RoleName role;
  std::uint32_t shape = kNoSlot;  ///< in MasterState::shapes
};

struct FrameworkEntry {
  FrameworkInfo info;
  std::vector<RoleName> suppressed;
  FrameworkPhase phase = FrameworkPhase::kFree;
  bool lease_queued = false;
  std::uint32_t generation = 0;
  ConnectionId connection;
  Session session;
  Instant lease_end;
  Instant gone_at;  ///< end of the failover timeout while disconnected
  WallTime registered_at;
  std::uint32_t offers = 0;  ///< outstanding
  int told = 0;              ///< how many frameworks its last Subscribed said, in steps
  std::deque<CompletedTask> completed;
};

/// A framework of the bounded history.
struct CompletedFramework {
  FrameworkInfo info;
  WallTime removed_at;
  std::string reason;
};

// --- offers --------------------------------------------------------------------------------------

struct OfferEntry {
  FrameworkHandle framework;
  AgentHandle agent;
  RoleName role;
  Resources resources;
  Instant made_at;
};

/// Of an agent on which something is reserved by an operation, or a volume (reservations.cc).
struct AgentReservations {
  Resources converted;  ///< as it is stored
  Resources reported;   ///< what the agent itself says it has; empty before it has registered
  std::vector<VolumeName> destroying = {};  ///< as it is stored: the agent has them to remove
  std::map<VolumeName, std::string> why_kept = {};  ///< the agent's last reason for each of them
};

/// Its turn to be given up has not come (silence.cc). It may have been heard since.
struct SilentAgent {
  std::uint32_t agent = 0;  ///< slot
  std::uint32_t generation = 0;
};

/// Maintenance of agents (maintenance.cc).
struct Window {
  WindowRecord record;  ///< as it is stored
  Instant start;
  Instant end;
  bool is_changing = false;  ///< its beginning or its end is being written
};

/// Somebody has to give something back (reclaims.cc).
struct OpenReclaim {
  allocation::Reclaim reclaim;
  bool is_taken = false;  ///< its deadline has passed
};

// --- all -----------------------------------------------------------------------------------------

struct MasterState {
  bool leads = false;  ///< from MasterStarted to StepDown
  ClusterId cluster;
  Epoch epoch;
  WallTime wall_at_zero;
  Instant started_at;

  BlockVector<AgentEntry> agents;  ///< by AgentHandle::index; some are kFree
  std::vector<std::uint32_t> agents_free;
  SlotIndex agents_by_id;
  std::size_t agents_absent = 0;                ///< how many are kAbsent
  bool are_agents_awaited = false;              ///< some were absent when the allocator was told
  std::vector<std::uint32_t> drains_to_settle;  ///< agents, maybe empty; none between two steps
  std::deque<SilentAgent> silent;               ///< longest first; at most once each
  std::deque<Instant> removals;  ///< of agents given up, oldest first; within the window

  std::deque<FrameworkEntry> frameworks;  ///< by FrameworkHandle::index; some are kFree
  std::vector<std::uint32_t> frameworks_free;
  std::map<FrameworkId, std::uint32_t> frameworks_by_id;
  std::uint64_t frameworks_numbered = 0;  ///< in this epoch
  std::deque<FrameworkId> tombstones;     ///< removed ids, oldest first; bounded
  std::deque<CompletedFramework> completed_frameworks;

  TaskTable tasks;
  GangTable gangs;
  std::map<OfferId, OfferEntry> offers;  ///< by number, which is by age
  std::map<RoleName, std::int64_t> weights_milli;
  std::map<WindowId, Window> windows;      ///< those that are not over; bounded
  std::uint64_t windows_numbered = 0;      ///< in this epoch
  Instant windows_due = Instant::never();  ///< the one that counts of those in `deadlines`

  Interner<Resources> shapes;
  Interner<Attributes> attributes;
  Interner<RoleName> roles;
  Interner<Principal> principals;
  Interner<std::string> versions;

  OpenRegistrations open_registrations;
  bool registration_parts_queued = false;  ///< their deadline is in `deadlines`
  Deadlines deadlines;
  std::map<Ticket, PendingWrite> writes;  ///< in commit order
  std::uint64_t tickets = 0;
  bool write_retry_queued = false;

  std::map<RoleName, Quota> quotas;                   ///< those that the registry holds
  std::map<AgentId, AgentReservations> reservations;  ///< likewise

  // For HTTP and metrics.
  std::uint64_t launches_total = 0;
  std::uint64_t offers_total = 0;

  std::map<ReclaimId, OpenReclaim> reclaims;      ///< as the allocator has them; of this epoch
  std::array<std::uint64_t, 3> reclaims_total{};  ///< by ReclaimKind

  std::map<AgentId, std::set<WindowId>> windows_by_agent;  ///< of `windows`
  InverseOfferBook inverse_offers;
};

/// The slot of the agent or framework, or kNoSlot.
std::uint32_t find_agent(const MasterState& state, const AgentId& id);
std::uint32_t find_framework(const MasterState& state, const FrameworkId& id);
/// Wall time of `now`, for people.
WallTime wall(const MasterState& state, Instant now);
/// Without the volumes that are being destroyed: what may be offered of it.
ConvertedTotal total_of(const AgentReservations& known);
Resources being_destroyed(const AgentReservations& known);
/// The status of a task of the table as the master knows it; update is 0.
TaskStatus status_of(const MasterState& state, const TaskEntry& task);

}  // namespace fairlead::master
