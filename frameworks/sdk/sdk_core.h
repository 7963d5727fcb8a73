// The SDK's state machine: everything between a Scheduler and the master that must not be got
// wrong. Takes events from the link, the store and time; appends actions. No clock, no socket, no
// randomness but a seeded generator. One per framework process, on the loop's thread.
//
// Invariants: 1. an envelope of a lower epoch than the highest durable one has no effect. 2. no
// launch leaves before its record is durable. 3. no acknowledgement leaves before what its callback
// wrote is durable. 4. messages leave in the order in which they were ordered.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "common/envelope.h"
#include "common/master_events.h"
#include "frameworks/sdk/scheduler.h"

namespace fairlead::sdk {

struct SdkOptions {
  FrameworkInfo info;  ///< id empty: taken from the store, given by the master at the first start
  std::uint64_t seed = 1;   ///< of the back-off's jitter
  bool write_ahead = true;  ///< false: launches leave unrecorded (benchmarks only)
  Duration subscribe_retry_min = milliseconds(250);  ///< doubles up to …
  Duration subscribe_retry_max = seconds(10);        ///< … this; plus up to a quarter of jitter
  Duration reconcile_every = seconds(15 * 60);       ///< implicit reconciliation
  Duration reconcile_retry_min = seconds(10);        ///< for launches without an answer; doubles
  std::vector<RoleConstraints> offer_constraints;    ///< of roles in which only some agents will do
};

// --- events --------------------------------------------------------------------------------------

/// First event: what the store held. `session_base`: where the sessions of this life begin, unless
/// the store knows of a life that went further.
struct SdkStarted {
  std::vector<StateRow> rows;  ///< sorted by key, SDK's and framework's
  std::vector<std::string> quarantined;
  Session session_base;
  WallTime wall_at_zero;  ///< wall time when Instant was 0; only for the `at` of local statuses
};

/// Messages of one envelope, in order.
struct MasterSpoke {
  EnvelopeHeader header;
  std::vector<MasterToFramework> messages;
};

/// The link went down, an envelope was lost, or a send failed.
struct LinkBroken {
  std::string reason;
};

/// The link is up: a Subscribe would arrive now.
struct LinkRestored {};

struct StoreWritten {
  Ticket ticket;
  WriteOutcome outcome = WriteOutcome::kPersisted;
  std::string reason;
};

/// Somebody on the loop's thread (an HTTP handler) wants to use the scheduler as a callback would.
struct Act {
  std::function<void(Instant now, SchedulerActions& actions)> act;
};

using SdkEvent =
    std::variant<SdkStarted, MasterSpoke, LinkBroken, LinkRestored, StoreWritten, Act, TimePassed>;

// --- actions -------------------------------------------------------------------------------------

/// One envelope. A session that differs from the one before starts at sequence 1.
struct SpeakToMaster {
  Session session;
  Epoch epoch;            ///< highest durable one
  ClusterId cluster;      ///< empty until learned
  FrameworkId framework;  ///< for the header's peer; empty before the first Subscribed
  std::vector<FrameworkToMaster> messages;
};

/// All or nothing. Answered by StoreWritten, in order.
struct WriteStore {
  Ticket ticket;
  std::vector<StateWrite> writes;
};

/// Leave the loop. Everything that had to be said was said.
struct EndFramework {
  bool failed = false;
  std::string reason;
};

/// For the log, not for decisions: "subscribed to epoch 3", "dropped: envelope of epoch 2 < 3".
struct SdkNote {
  std::string text;
};

using SdkAction = std::variant<SpeakToMaster, WriteStore, EndFramework, SdkNote>;

// --- the machine ---------------------------------------------------------------------------------

/// Counted since the start, for /metrics.
struct SdkCounters {
  std::uint64_t subscribes = 0;
  std::uint64_t launches = 0;
  std::uint64_t statuses = 0;
  std::uint64_t statuses_repeated = 0;  ///< dropped: seen before
  std::uint64_t envelopes_stale = 0;    ///< dropped: lower epoch or other session
  std::uint64_t offers = 0;
  std::uint64_t offers_declined = 0;
};

struct SdkState;

class SdkCore {
 public:
  /// `scheduler` outlives the core and is called by it only.
  SdkCore(SdkOptions options, Scheduler& scheduler);
  ~SdkCore();
  SdkCore(const SdkCore&) = delete;
  SdkCore& operator=(const SdkCore&) = delete;

  /// REQUIRES: SdkStarted first and once; now >= the previous now.
  void step(Instant now, const SdkEvent& event, std::vector<SdkAction>& out);
  /// When TimePassed is due. O(log launches).
  Instant next_deadline() const;

  bool is_subscribed() const;
  const FrameworkId& framework() const;
  Epoch epoch() const;  ///< highest durable one
  /// Launches that are not terminal, sorted. O(launches).
  std::vector<LiveLaunch> live_launches() const;
  const SdkCounters& counters() const;

 private:
  std::unique_ptr<SdkState> state_;
};

}  // namespace fairlead::sdk
