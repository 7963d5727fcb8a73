#include <algorithm>
#include <iterator>
#include <utility>

#include "common/limits.h"
#include "common/message_sizes.h"
#include "frameworks/sdk/sdk_accepts.h"

namespace fairlead::sdk {
namespace {

void take(Taking& taking, DeclineOffers decline) {
  SdkState& state = taking.turn.state;
  std::erase_if(decline.offers, [&](OfferId offer) { return !state.offers.contains(offer); });
  for (const OfferId offer : decline.offers) {
    forget_offer(state, offer);
  }
  state.counters.offers_declined += decline.offers.size();
  if (!decline.offers.empty()) {
    taking.entry.messages.emplace_back(std::move(decline));
  }
}

void take(Taking& taking, SetDemand demand) {
  SdkState& state = taking.turn.state;
  // What does not fit an envelope would break the link again and again.
  if (std::size_t bytes = encoded_bytes_max(demand); bytes > limits::kMessageBytesMax / 2) {
    state.notices.emplace_back(FrameworkRefused{
        {ErrorCode::kExhausted, "demand of role " + demand.role.text +
                                    ": expected at most 2 MiB of shapes, got " +
                                    std::to_string(bytes) + " bytes; the demand before it stays"},
        false});
    return;
  }
  const auto told = state.demand_told.find(demand.role);
  if (told == state.demand_told.end() || told->second != demand.shapes) {
    taking.demand_due.insert(demand.role);
  }
  state.demand[demand.role] = std::move(demand.shapes);
}

void take(Taking& taking, Suppress suppress) {
  SdkState& state = taking.turn.state;
  const auto& roles = suppress.roles.empty() ? state.options.info.roles : suppress.roles;
  state.suppressed.insert(roles.begin(), roles.end());
  taking.entry.messages.emplace_back(std::move(suppress));
}

void take(Taking& taking, Revive revive) {
  SdkState& state = taking.turn.state;
  const auto& roles = revive.roles.empty() ? state.options.info.roles : revive.roles;
  for (const RoleName& role : roles) {
    state.suppressed.erase(role);
  }
  taking.entry.messages.emplace_back(std::move(revive));
}

void take(Taking& taking, KillTask kill) {
  SdkState& state = taking.turn.state;
  kill.framework = state.identity.framework;
  for (auto it = state.launches.lower_bound({kill.task, 0});
       it != state.launches.end() && it->first.task == kill.task; ++it) {
    if (kill.attempt == 0 || kill.attempt == it->first.attempt) {
      it->second.kill = kill;
    }
  }
  taking.entry.messages.emplace_back(std::move(kill));
}

void take(Taking& taking, Reconcile reconcile) {
  taking.entry.messages.emplace_back(std::move(reconcile));
}

void take(Taking& taking, AnswerInverseOffer answer) {
  taking.entry.messages.emplace_back(std::move(answer));
}

void take(Taking& taking, PersistState persist) {
  for (StateWrite& write : persist.writes) {
    taking.writes.push_back({std::string(kAppPrefix) + write.key, std::move(write.value)});
  }
  if (persist.ticket.number != 0) {
    taking.entry.author_tickets.push_back(persist.ticket);
  }
}

void take(Taking& taking, Teardown teardown) {
  // The id is dead from here on: the next life of this state starts as a new framework.
  taking.writes.push_back({std::string(kIdentityKey), std::nullopt});
  for (const auto& [key, entry] : taking.turn.state.launches) {
    taking.writes.push_back({launch_row_key(key), std::nullopt});
  }
  taking.entry.messages.emplace_back(teardown);
  taking.entry.stop = StopFramework{.failed = false, .reason = "torn down"};
}

void take(Taking& taking, StopFramework stop) {
  taking.entry.stop = std::move(stop);
}

void append(std::vector<FrameworkToMaster>& to, std::vector<FrameworkToMaster>& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void say_demand(Taking& taking) {
  SdkState& state = taking.turn.state;
  for (const RoleName& role : taking.demand_due) {
    const auto demand = state.demand.find(role);
    if (demand != state.demand.end() && state.phase == SessionPhase::kSubscribed) {
      taking.entry.messages.emplace_back(SetDemand{role, demand->second});
      state.demand_told[role] = demand->second;
    }
  }
}

/// The last write of a key wins; keys in order, so that a batch has one form.
std::vector<StateWrite> merged(std::vector<StateWrite> writes) {
  std::stable_sort(writes.begin(), writes.end(),
                   [](const StateWrite& a, const StateWrite& b) { return a.key < b.key; });
  std::vector<StateWrite> kept;
  for (StateWrite& write : writes) {
    if (!kept.empty() && kept.back().key == write.key) {
      kept.back() = std::move(write);
    } else {
      kept.push_back(std::move(write));
    }
  }
  return kept;
}

void mark_sent(SdkState& state, const std::vector<LaunchKey>& launches) {
  for (const LaunchKey& key : launches) {
    const auto found = state.launches.find(key);
    if (found != state.launches.end()) {
      found->second.sent = true;
      found->second.answered = true;
    }
  }
}

}  // namespace

void take_orders(Turn& turn, SchedulerActions& actions, Extra extra) {
  SdkState& state = turn.state;
  Taking taking{turn, {}, std::move(extra.writes), {}};
  taking.entry.identity = std::move(extra.identity);
  append(taking.entry.messages, extra.before);
  for (Order& order : actions.take_orders()) {
    std::visit([&](auto& one) { take(taking, std::move(one)); }, order);
  }
  append(taking.entry.messages, extra.after);
  say_demand(taking);
  if (state.phase != SessionPhase::kSubscribed) {
    // Demand, suppressed roles and kills are said again after the subscribe; the rest is void.
    taking.entry.messages.clear();
  }
  Outgoing& entry = taking.entry;
  if (!taking.writes.empty() || !entry.author_tickets.empty()) {
    entry.ticket = {++state.tickets};
    entry.durable = false;
    turn.out.emplace_back(WriteStore{entry.ticket, merged(std::move(taking.writes))});
  } else if (entry.messages.empty() && !entry.stop) {
    return;
  }
  state.outbox.push_back(std::move(entry));
}

void flush(Turn& turn) {
  SdkState& state = turn.state;
  SpeakToMaster speak;
  std::optional<StopFramework> stop;
  while (!state.outbox.empty() && state.outbox.front().durable && !stop) {
    Outgoing entry = std::move(state.outbox.front());
    state.outbox.pop_front();
    mark_sent(state, entry.launches);
    append(speak.messages, entry.messages);
    stop = std::move(entry.stop);
  }
  if (!speak.messages.empty()) {
    speak.session = state.session;
    speak.epoch = state.identity_durable.epoch;
    speak.cluster = state.identity_durable.cluster;
    speak.framework = state.identity_durable.framework;
    turn.out.emplace_back(std::move(speak));
  }
  if (stop) {
    state.phase = SessionPhase::kEnded;
    turn.out.emplace_back(EndFramework{stop->failed, stop->reason});
  }
}

void on_store_written(Turn& turn, const StoreWritten& written) {
  SdkState& state = turn.state;
  if (written.outcome != WriteOutcome::kPersisted) {
    // Memory is ahead of the disk now: only a new life, from the disk, is consistent again.
    state.phase = SessionPhase::kEnded;
    turn.out.emplace_back(EndFramework{
        true, "the framework's state could not be written: " + written.reason +
                  "; hint: is there space where its state is? start it again: nothing is lost"});
    return;
  }
  if (written.ticket == state.life_ticket) {
    on_life_durable(turn);
  }
  std::vector<Ticket> report;
  for (Outgoing& entry : state.outbox) {
    if (entry.ticket == written.ticket) {
      entry.durable = true;
      report = std::move(entry.author_tickets);
      if (entry.identity) {
        state.identity_durable = *entry.identity;
      }
      break;
    }
  }
  for (const Ticket ticket : report) {
    SchedulerActions actions;
    state.scheduler.on_persisted(turn.now, ticket, actions);
    take_orders(turn, actions);
  }
}

void void_outbox(Turn& turn) {
  for (Outgoing& entry : turn.state.outbox) {
    for (const LaunchKey& key : entry.launches) {
      const auto found = turn.state.launches.find(key);
      if (found != turn.state.launches.end()) {
        turn.state.notices.emplace_back(local_drop(turn, key, found->second.record.agent,
                                                   "the session ended before the launch was sent"));
      }
    }
    entry.launches.clear();
    entry.messages.clear();
  }
}

}  // namespace fairlead::sdk
