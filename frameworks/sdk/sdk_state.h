// What the SDK's handlers share. Internal to frameworks/sdk: nobody else includes it.
// Handlers are free functions over a Turn (the state plus this step's time and output), one topic
// per file: session, outbox, status.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "frameworks/sdk/launch_record.h"
#include "frameworks/sdk/sdk_core.h"

namespace fairlead::sdk {

struct LaunchEntry {
  LaunchRecord record;
  bool sent = false;             ///< its accept left this process, in this life or an earlier one
  bool confirmed = false;        ///< somebody but us has spoken of this token, in any life
  bool answered = false;         ///< a status came since the last subscribe, or it was sent since
  std::optional<KillTask> kill;  ///< wanted by the scheduler
};

struct OpenOffer {
  RoleName role;
  AgentId agent;
  Instant expires;
};

/// What one callback ordered, waiting for its batch and its turn.
struct Outgoing {
  Ticket ticket;  ///< 0: nothing to wait for
  bool durable = true;
  std::vector<FrameworkToMaster> messages;  ///< emptied when the session ends before they leave
  std::vector<LaunchKey> launches;          ///< inside `messages`
  std::vector<Ticket> author_tickets;       ///< to report when durable
  std::optional<Identity> identity;         ///< durable with this batch
  std::optional<StopFramework> stop;
};

enum class SessionPhase : std::uint8_t { kWaiting, kSubscribing, kSubscribed, kEnded };

/// Facts that arose inside a step and go to the scheduler after the callback at hand.
using Notice = std::variant<TaskStatus, FrameworkRefused, OperationsAnswer>;

struct SdkState {
  SdkState(SdkOptions given, Scheduler& author)
      : options(std::move(given)), scheduler(author), random(options.seed) {}

  SdkOptions options;
  Scheduler& scheduler;
  std::uint64_t random;
  WallTime wall_at_zero;

  SessionPhase phase = SessionPhase::kWaiting;
  Session session;
  Ticket life_ticket;              ///< of the row that begins this life
  bool is_life_durable = false;    ///< nothing is said before
  bool is_session_used_up = true;  ///< the next Subscribe begins another one
  Identity identity;               ///< newest seen
  Identity identity_durable;       ///< what leaves in headers
  Instant subscribe_at = Instant::never();
  std::int64_t subscribe_tries = 0;  ///< since the last Subscribed
  std::uint64_t frameworks = 0;      ///< of the master, as the last Subscribed says
  Duration heartbeat_every;
  Instant heartbeat_at = Instant::never();
  Instant silent_at = Instant::never();  ///< the link is broken when nothing was heard until then

  Instant reconcile_at = Instant::never();  ///< the periodic one
  Instant reconcile_retry_at = Instant::never();
  Duration reconcile_retry;

  std::map<LaunchKey, LaunchEntry> launches;
  std::map<OfferId, OpenOffer> offers;
  std::set<std::pair<Instant, OfferId>> offer_expiry;
  std::map<RoleName, std::vector<DemandShape>> demand;       ///< as ordered
  std::map<RoleName, std::vector<DemandShape>> demand_told;  ///< as said in this session
  std::set<RoleName> suppressed;

  std::uint64_t tickets = 0;
  std::deque<Outgoing> outbox;
  std::deque<Notice> notices;
  SdkCounters counters;
};

/// One step: the state, the time and where actions go.
struct Turn {
  SdkState& state;
  Instant now;
  std::vector<SdkAction>& out;
};

/// What the SDK adds to a callback's batch and messages.
struct Extra {
  std::vector<StateWrite> writes;         ///< full keys
  std::vector<FrameworkToMaster> before;  ///< leave before what the callback orders
  std::vector<FrameworkToMaster> after;   ///< leave after it: acknowledgements, demand
  std::optional<Identity> identity;
};

// --- sdk_outbox.cc ---
/// Turns a callback's orders into one batch and one entry of the outbox.
void take_orders(Turn& turn, SchedulerActions& actions, Extra extra = {});
/// Sends whatever may leave; ends the framework when that was ordered and its turn has come.
void flush(Turn& turn);
void on_store_written(Turn& turn, const StoreWritten& written);
/// The session is over: what waited for its turn is void; launches in it become kDropped.
void void_outbox(Turn& turn);

// --- sdk_session.cc ---
void on_started(Turn& turn, const SdkStarted& started);
/// The row that begins this life is durable: subscribes.
void on_life_durable(Turn& turn);
void on_master_spoke(Turn& turn, const MasterSpoke& spoke);
/// Drops the session and plans the next Subscribe.
void break_session(Turn& turn, const std::string& reason);
/// Subscribes soon, not when the back-off of tries without a link ends.
void on_link_restored(Turn& turn);
void on_time_passed(Turn& turn);
Instant session_deadline(const SdkState& state);
void note(Turn& turn, std::string text);

// --- sdk_status.cc ---
void on_status(Turn& turn, TaskStatus status);
/// Delivers facts that arose inside this step, and those that arise from them.
void deliver_notices(Turn& turn);
/// Reconcile messages for launches whose state nobody confirmed in this session.
std::vector<FrameworkToMaster> reconcile_unanswered(const SdkState& state);
TaskStatus local_drop(const Turn& turn, const LaunchKey& key, const AgentId& agent,
                      std::string message);

// --- sdk_offers.cc ---
void on_offers(Turn& turn, const Offers& offers);
void on_inverse_offers(Turn& turn, const InverseOffers& inverse);
void on_rescind(Turn& turn, const std::vector<OfferId>& offers);
void expire_offers(Turn& turn);
void forget_offer(SdkState& state, OfferId offer);

}  // namespace fairlead::sdk
