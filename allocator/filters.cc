#include "allocator/filters.h"

#include <algorithm>

#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// When something about the refusal changes next; after the back-off it is remembered for as long
/// as the longest back-off, so that declines in a row double it.
Instant next_change(const State& state, const Refusal& refusal, Instant now) {
  Instant forget =
      std::max(refusal.hidden_until, refusal.backoff.ns == 0
                                         ? refusal.backoff_until
                                         : refusal.backoff_until + state.config.backoff_max);
  Instant next = forget;
  if (refusal.hidden_until > now) next = std::min(next, refusal.hidden_until);
  if (refusal.backoff_until > now) next = std::min(next, refusal.backoff_until);
  return next;
}

void schedule(State& state, Instant now, ClientIndex client, AgentHandle agent, Refusal& refusal) {
  state.refusals_due.erase({refusal.due, client, agent});
  refusal.due = next_change(state, refusal, now);
  state.refusals_due.emplace(refusal.due, client, agent);
}

void forget(State& state, ClientIndex index, AgentHandle agent) {
  Client& client = client_of(state, index);
  auto known = client.refusals.find(agent);
  if (known == client.refusals.end()) return;
  state.refusals_due.erase({known->second.due, index, agent});
  client.refusals.erase(known);
  --framework_of(state, client.framework).refusals;
}

/// Forgets the refusal of the framework that ends first.
void make_room(State& state, FrameworkHandle framework) {
  std::optional<std::pair<ClientIndex, AgentHandle>> victim;
  Instant first = Instant::never();
  for (const auto& [role, index] : framework_of(state, framework).clients) {
    for (const auto& [agent, refusal] : client_of(state, index).refusals) {
      if (victim && refusal.due >= first) continue;
      first = refusal.due;
      victim = {index, agent};
    }
  }
  if (victim) forget(state, victim->first, victim->second);
}

/// Two refusals that last at the same time: together they hide what either hides.
void merge_hidden(Refusal& known, const Refused& refused, Instant now, Instant until) {
  bool old_lasts = known.hidden_until > now;
  if (!old_lasts || contains(refused.resources, known.refused)) {
    known.refused = refused.resources;
  } else if (!contains(known.refused, refused.resources)) {
    add(known.refused, refused.resources);
  }
  known.hidden_until = std::max(known.hidden_until, until);
}

}  // namespace

void refuse(Context& context, ClientIndex index, AgentHandle agent, const Refused& refused) {
  State& state = context.state;
  Client& client = client_of(state, index);
  Duration hide_for = std::min(refused.hide_for, state.config.filter_max);
  bool hides = hide_for.ns > 0 && !refused.resources.is_zero();
  if (!client.subscribed || (!hides && !refused.declined)) return;
  auto known = client.refusals.find(agent);
  if (known == client.refusals.end()) {
    Framework& framework = framework_of(state, client.framework);
    if (framework.refusals >= limits::kFiltersPerFrameworkMax) make_room(state, client.framework);
    known = client.refusals.emplace(agent, Refusal{}).first;
    known->second.hidden_until = context.now;
    known->second.backoff_until = context.now;
    known->second.due = context.now;
    ++framework.refusals;
  }
  Refusal& refusal = known->second;
  if (hides) merge_hidden(refusal, refused, context.now, context.now + hide_for);
  if (refused.declined) {
    refusal.backoff = refusal.backoff.ns == 0
                          ? state.config.backoff_min
                          : std::min(refusal.backoff * 2, state.config.backoff_max);
    refusal.backoff_until = context.now + refusal.backoff;
    refusal.free_then = agent_of(state, agent).free();
  }
  schedule(state, context.now, index, agent, refusal);
}

void forgive(Context& context, ClientIndex index, AgentHandle agent) {
  auto known = client_of(context.state, index).refusals.find(agent);
  if (known == client_of(context.state, index).refusals.end()) return;
  Refusal& refusal = known->second;
  refusal.backoff = Duration{};
  refusal.backoff_until = std::min(refusal.backoff_until, context.now);
  if (refusal.hidden_until <= context.now) {
    forget(context.state, index, agent);
  } else {
    schedule(context.state, context.now, index, agent, refusal);
  }
}

void clear_backoffs(Context& context, ClientIndex index) {
  std::vector<AgentHandle> bare;
  for (auto& [agent, refusal] : client_of(context.state, index).refusals) {
    refusal.backoff = Duration{};
    refusal.backoff_until = std::min(refusal.backoff_until, context.now);
    if (refusal.hidden_until <= context.now) {
      bare.push_back(agent);
    } else {
      schedule(context.state, context.now, index, agent, refusal);
    }
  }
  for (AgentHandle agent : bare) forget(context.state, index, agent);
}

void clear_refusals(State& state, ClientIndex index) {
  Client& client = client_of(state, index);
  for (const auto& [agent, refusal] : client.refusals) {
    state.refusals_due.erase({refusal.due, index, agent});
  }
  framework_of(state, client.framework).refusals -= client.refusals.size();
  client.refusals.clear();
}

void clear_refusals(State& state, AgentHandle agent) {
  for (std::uint32_t i = 0; i < state.clients.size(); ++i) {
    if (state.clients[i].present) forget(state, ClientIndex{i}, agent);
  }
}

void expire_refusals(Context& context) {
  State& state = context.state;
  while (!state.refusals_due.empty() && std::get<0>(*state.refusals_due.begin()) <= context.now) {
    auto [due, index, agent] = *state.refusals_due.begin();
    Refusal& refusal = client_of(state, index).refusals.at(agent);
    context.touched.pairs.emplace_back(index, agent);
    if (next_change(state, refusal, context.now) <= context.now) {
      forget(state, index, agent);
    } else {
      schedule(state, context.now, index, agent, refusal);
    }
  }
}

bool is_filtered(const State& state, Instant now, ClientIndex client, AgentHandle agent,
                 const Resources& resources) {
  const auto& refusals = client_of(state, client).refusals;
  if (refusals.empty()) return false;
  auto known = refusals.find(agent);
  return known != refusals.end() && known->second.hidden_until > now &&
         contains(known->second.refused, resources);
}

bool is_backed_off(const State& state, Instant now, ClientIndex client, AgentHandle agent) {
  const auto& refusals = client_of(state, client).refusals;
  if (refusals.empty()) return false;
  auto known = refusals.find(agent);
  return known != refusals.end() && known->second.backoff_until > now &&
         contains(known->second.free_then, agent_of(state, agent).free());
}

}  // namespace fairlead::allocation
