#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "common/return_window.h"
#include "frameworks/sdk/sdk_state.h"

namespace fairlead::sdk {
namespace {

constexpr int kSilentHeartbeats = 3;  // echoes missed before the link counts as broken
constexpr std::int64_t kDoublingsMax = 16;

/// min · 2^tries up to max, plus up to a quarter: a thousand frameworks must not return as one.
Duration back_off(SdkState& state, std::int64_t tries) {
  Duration wait = state.options.subscribe_retry_min;
  for (std::int64_t i = 0; i < std::min(tries, kDoublingsMax); ++i) {
    wait = std::min(wait * 2, state.options.subscribe_retry_max);
  }
  return wait + random_below(state.random, wait / 4);
}

void subscribe(Turn& turn) {
  SdkState& state = turn.state;
  // A repeated Subscribe stays in its session: the master knows by it that a framework without an
  // id is still the same one.
  if (state.is_session_used_up) {
    state.session.number += 1;
    state.is_session_used_up = false;
  }
  state.phase = SessionPhase::kSubscribing;
  state.subscribe_at = turn.now + back_off(state, state.subscribe_tries);
  state.subscribe_tries += 1;
  state.counters.subscribes += 1;
  Subscribe message{.framework = state.options.info,
                    .suppressed = {},
                    .offer_constraints = state.options.offer_constraints};
  // Also one that is not durable yet: without it another leader would give another id.
  message.framework.id = state.identity.framework;
  std::set<RoleName> silent = state.suppressed;
  // A role whose demand the master does not know yet would get whole-agent offers.
  for (const auto& [role, shapes] : state.demand) {
    silent.insert(role);
  }
  message.suppressed.assign(silent.begin(), silent.end());
  turn.out.emplace_back(SpeakToMaster{.session = state.session,
                                      .epoch = state.identity_durable.epoch,
                                      .cluster = state.identity_durable.cluster,
                                      .framework = state.identity.framework,
                                      .messages = {std::move(message)}});
}

/// In a slot of its own: a thousand frameworks lose one master at once. A few do not wait.
void subscribe_in_slot(Turn& turn) {
  SdkState& state = turn.state;
  if (!state.is_life_durable) return;  // it subscribes then
  const Duration window = return_window(state.frameworks, limits::kSubscriptionsPerSecondMax);
  state.subscribe_at = turn.now + random_below(state.random, window);
}

void end(Turn& turn, std::string reason) {
  turn.state.phase = SessionPhase::kEnded;
  turn.out.emplace_back(EndFramework{true, std::move(reason)});
}

/// What the master must hear again in every session, after the scheduler had its say.
Extra resumption(SdkState& state) {
  Extra extra;
  for (auto& [key, entry] : state.launches) {
    entry.answered = false;
    if (entry.kill) {
      extra.before.emplace_back(*entry.kill);
    }
  }
  for (FrameworkToMaster& message : reconcile_unanswered(state)) {
    extra.before.push_back(std::move(message));
  }
  if (!state.options.write_ahead) {
    extra.before.emplace_back(Reconcile{});  // no record says what may run
  }
  Revive revive;
  for (const auto& [role, shapes] : state.demand) {
    extra.before.emplace_back(SetDemand{role, shapes});
    state.demand_told[role] = shapes;
    if (!state.suppressed.contains(role)) {
      revive.roles.push_back(role);
    }
  }
  if (!revive.roles.empty()) {
    extra.before.emplace_back(std::move(revive));
  }
  return extra;
}

void on_subscribed(Turn& turn, const Subscribed& subscribed) {
  SdkState& state = turn.state;
  const Identity seen{subscribed.framework, subscribed.cluster, subscribed.epoch};
  if (!state.identity.cluster.empty() && state.identity.cluster != seen.cluster) {
    end(turn, "the master belongs to cluster " + seen.cluster.text + ", this state to cluster " +
                  state.identity.cluster.text +
                  "; hint: check --master, or use another --state-dir or --state");
    return;
  }
  if (!state.identity.framework.empty() && state.identity.framework != seen.framework) {
    end(turn, "the master answered as to framework " + seen.framework.text +
                  ", this one is framework " + state.identity.framework.text);
    return;
  }
  state.phase = SessionPhase::kSubscribed;
  state.subscribe_at = Instant::never();
  state.subscribe_tries = 0;
  state.frameworks = subscribed.frameworks;
  state.heartbeat_every = subscribed.heartbeat_every;
  const bool beats = subscribed.heartbeat_every > Duration{};
  state.heartbeat_at = beats ? turn.now + state.heartbeat_every : Instant::never();
  state.silent_at = beats ? turn.now + state.heartbeat_every * kSilentHeartbeats : Instant::never();
  state.reconcile_at = turn.now + state.options.reconcile_every;
  state.reconcile_retry = state.options.reconcile_retry_min;
  state.reconcile_retry_at = turn.now + state.reconcile_retry;
  Extra extra = resumption(state);
  if (!(seen == state.identity)) {
    state.identity = seen;
    extra.identity = seen;
    extra.writes.push_back({std::string(kIdentityKey), encode(seen)});
  }
  note(turn,
       "subscribed as " + seen.framework.text + " to epoch " + std::to_string(seen.epoch.number));
  SchedulerActions actions;
  state.scheduler.on_subscribed(turn.now, subscribed, actions);
  take_orders(turn, actions, std::move(extra));
}

void on_refused(Turn& turn, const FrameworkRefused& refused) {
  SchedulerActions actions;
  turn.state.scheduler.on_refused(turn.now, refused, actions);
  take_orders(turn, actions);
  if (refused.fatal) {
    end(turn, "the master refused this framework: " + refused.error.message);
  }
}

/// What only the scheduler has to hear.
template <class Message>
void pass_on(Turn& turn, const Message& message,
             void (Scheduler::*callback)(Instant, const Message&, SchedulerActions&)) {
  SchedulerActions actions;
  (turn.state.scheduler.*callback)(turn.now, message, actions);
  take_orders(turn, actions);
}

void hear(Turn& turn, const MasterToFramework& message) {
  SdkState& state = turn.state;
  if (state.phase == SessionPhase::kSubscribing) {
    if (const auto* subscribed = std::get_if<Subscribed>(&message)) {
      on_subscribed(turn, *subscribed);
    } else if (const auto* refused = std::get_if<FrameworkRefused>(&message)) {
      on_refused(turn, *refused);
    }
    return;
  }
  if (state.phase != SessionPhase::kSubscribed) {
    return;
  }
  if (const auto* again = std::get_if<Subscribed>(&message)) {
    state.frameworks = again->frameworks;  // said again for that, or to a repeated Subscribe
  } else if (const auto* offers = std::get_if<Offers>(&message)) {
    on_offers(turn, *offers);
  } else if (const auto* rescind = std::get_if<Rescind>(&message)) {
    on_rescind(turn, rescind->offers);
  } else if (const auto* update = std::get_if<FrameworkStatusUpdate>(&message)) {
    on_status(turn, update->status);
  } else if (const auto* lost = std::get_if<AgentLost>(&message)) {
    pass_on(turn, *lost, &Scheduler::on_agent_lost);
  } else if (const auto* draining = std::get_if<AgentDraining>(&message)) {
    pass_on(turn, *draining, &Scheduler::on_agent_draining);
  } else if (const auto* reclaim = std::get_if<ReclaimResources>(&message)) {
    pass_on(turn, *reclaim, &Scheduler::on_reclaim);
  } else if (const auto* ended = std::get_if<ReclaimCancelled>(&message)) {
    pass_on(turn, *ended, &Scheduler::on_reclaim_ended);
  } else if (const auto* demand = std::get_if<DemandImpossible>(&message)) {
    pass_on(turn, *demand, &Scheduler::on_demand_impossible);
  } else if (const auto* inverse = std::get_if<InverseOffers>(&message)) {
    on_inverse_offers(turn, *inverse);
  } else if (const auto* withdrawn = std::get_if<InverseOffersWithdrawn>(&message)) {
    pass_on(turn, *withdrawn, &Scheduler::on_inverse_offers_withdrawn);
  } else if (const auto* answer = std::get_if<OperationsAnswer>(&message)) {
    pass_on(turn, *answer, &Scheduler::on_operations);
  } else if (const auto* refused = std::get_if<FrameworkRefused>(&message)) {
    on_refused(turn, *refused);
  } else if (const auto* resync = std::get_if<FrameworkResync>(&message)) {
    break_session(turn, "the master asks for a resync: " + resync->reason);
  }
  // HeartbeatEcho and ReconcileDone need nothing.
}

void say(Turn& turn, FrameworkToMaster message) {
  SchedulerActions nothing;
  Extra extra;
  extra.before.push_back(std::move(message));
  take_orders(turn, nothing, std::move(extra));
}

void reconcile_when_due(Turn& turn) {
  SdkState& state = turn.state;
  if (turn.now >= state.reconcile_retry_at) {
    state.reconcile_retry_at = Instant::never();
    auto messages = reconcile_unanswered(state);
    if (!messages.empty()) {
      state.reconcile_retry = std::min(state.reconcile_retry * 2, state.options.reconcile_every);
      state.reconcile_retry_at = turn.now + state.reconcile_retry;
    }
    for (FrameworkToMaster& message : messages) {
      say(turn, std::move(message));
    }
  }
  if (turn.now >= state.reconcile_at) {
    state.reconcile_at = turn.now + state.options.reconcile_every;
    // Whatever the answer leaves out is asked for by name afterwards.
    for (auto& [key, entry] : state.launches) {
      entry.answered = false;
    }
    state.reconcile_retry = state.options.reconcile_retry_min;
    state.reconcile_retry_at = turn.now + state.reconcile_retry;
    say(turn, Reconcile{});
  }
}

}  // namespace

void note(Turn& turn, std::string text) {
  turn.out.emplace_back(SdkNote{std::move(text)});
}

void on_started(Turn& turn, const SdkStarted& started) {
  SdkState& state = turn.state;
  state.session = started.session_base;
  state.wall_at_zero = started.wall_at_zero;
  Recovered recovered;
  recovered.quarantined = started.quarantined;
  for (const StateRow& row : started.rows) {
    if (row.key.starts_with(kAppPrefix)) {
      recovered.rows.push_back({row.key.substr(kAppPrefix.size()), row.value});
    } else if (row.key == kIdentityKey) {
      const auto identity = decode_identity(row.value);
      if (!identity.ok()) {
        end(turn, identity.error().message + "; hint: start with a fresh --state-dir or --state");
        return;
      }
      state.identity = state.identity_durable = identity.value();
    } else if (row.key == kLifeKey) {
      const auto before = decode_life(row.value);
      if (!before.ok()) {
        end(turn, before.error().message + "; hint: start with a fresh --state-dir or --state");
        return;
      }
      // Also when the clock was set back, or is another host's: the master takes later ones only.
      state.session.number =
          std::max(state.session.number, before->session.number + limits::kSessionsOfALifeMax);
    } else if (row.key.starts_with(kLaunchPrefix)) {
      const auto key = parse_launch_row_key(row.key);
      const auto record = decode_launch_record(row.value);
      if (!key.ok() || !record.ok()) {
        end(turn, row.key + " is damaged; hint: start with a fresh --state-dir or --state");
        return;
      }
      LaunchEntry entry;
      entry.record = record.value();
      entry.sent = true;
      entry.confirmed = entry.record.update > 0 || entry.record.state != TaskState::kStaging;
      state.launches[key.value()] = entry;
    }
  }
  recovered.framework = state.identity.framework;
  for (const auto& [key, entry] : state.launches) {
    recovered.launches.push_back({key.task, key.attempt, entry.record.agent, entry.record.state});
  }
  Extra extra;
  extra.writes.push_back(
      {std::string(kLifeKey), encode(LifeRecord{state.options.info.kind, state.session})});
  SchedulerActions actions;
  state.scheduler.on_recovered(turn.now, recovered, actions);
  take_orders(turn, actions, std::move(extra));
  state.life_ticket = {state.tickets};
  for (const auto& [key, entry] : state.launches) {
    if (is_refused(entry.record)) {
      state.notices.emplace_back(local_drop(turn, key, {}, "it was refused before the restart"));
    }
  }
}

void on_life_durable(Turn& turn) {
  turn.state.is_life_durable = true;
  subscribe(turn);
}

void on_master_spoke(Turn& turn, const MasterSpoke& spoke) {
  SdkState& state = turn.state;
  if (spoke.header.epoch < state.identity.epoch) {
    state.counters.envelopes_stale += 1;
    note(turn, "dropped: envelope of epoch " + std::to_string(spoke.header.epoch.number) + " < " +
                   std::to_string(state.identity.epoch.number));
    return;
  }
  if (state.phase == SessionPhase::kSubscribed && spoke.header.epoch > state.identity.epoch) {
    break_session(turn, "a new leader of epoch " + std::to_string(spoke.header.epoch.number));
    return;
  }
  if (state.phase == SessionPhase::kSubscribed && state.heartbeat_every > Duration{}) {
    state.silent_at = turn.now + state.heartbeat_every * kSilentHeartbeats;
  }
  for (const MasterToFramework& message : spoke.messages) {
    hear(turn, message);
    deliver_notices(turn);
    if (state.phase == SessionPhase::kEnded) {
      return;
    }
  }
}

void break_session(Turn& turn, const std::string& reason) {
  SdkState& state = turn.state;
  state.is_session_used_up = true;
  if (state.phase != SessionPhase::kSubscribed) {
    return;  // the next Subscribe is planned already
  }
  note(turn, "disconnected: " + reason);
  state.phase = SessionPhase::kWaiting;
  state.offers.clear();
  state.offer_expiry.clear();
  state.demand_told.clear();
  state.heartbeat_at = state.silent_at = Instant::never();
  state.reconcile_at = state.reconcile_retry_at = Instant::never();
  subscribe_in_slot(turn);
  void_outbox(turn);
  SchedulerActions actions;
  state.scheduler.on_disconnected(turn.now, reason, actions);
  take_orders(turn, actions);
}

void on_link_restored(Turn& turn) {
  if (turn.state.phase == SessionPhase::kSubscribed) {
    break_session(turn, "the link came up anew");
  }
  turn.state.is_session_used_up = true;
  turn.state.subscribe_tries = 0;
  subscribe_in_slot(turn);
}

void on_time_passed(Turn& turn) {
  SdkState& state = turn.state;
  if (turn.now >= state.silent_at) {
    break_session(turn, "nothing heard from the master for three heartbeats");
  }
  if (turn.now >= state.subscribe_at) {
    subscribe(turn);
  }
  if (turn.now >= state.heartbeat_at) {
    state.heartbeat_at = turn.now + state.heartbeat_every;
    say(turn, FrameworkHeartbeat{});
  }
  expire_offers(turn);
  reconcile_when_due(turn);
  if (turn.now >= state.scheduler.next_deadline()) {
    SchedulerActions actions;
    state.scheduler.on_time(turn.now, actions);
    take_orders(turn, actions);
  }
}

Instant session_deadline(const SdkState& state) {
  if (state.phase == SessionPhase::kEnded) {
    return Instant::never();
  }
  Instant first =
      std::min({state.silent_at, state.subscribe_at, state.heartbeat_at, state.reconcile_at,
                state.reconcile_retry_at, state.scheduler.next_deadline()});
  if (!state.offer_expiry.empty()) {
    first = std::min(first, state.offer_expiry.begin()->first);
  }
  return first;
}

}  // namespace fairlead::sdk
