#include "allocator/agents.h"

#include <algorithm>

#include "allocator/abilities.h"
#include "allocator/accumulate.h"
#include "allocator/filters.h"
#include "allocator/free_index.h"
#include "allocator/impossible.h"
#include "allocator/inventory.h"
#include "allocator/offers.h"
#include "allocator/priorities.h"
#include "allocator/quota.h"
#include "allocator/roles.h"
#include "allocator/shares.h"
#include "allocator/whitelist.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

std::string number(AgentHandle agent) {
  return std::to_string(agent.index);
}

Status check_known(const State& state, AgentHandle agent, const char* event) {
  if (is_known(state, agent)) return {};
  return contradiction(event, "an agent that was added", "agent " + number(agent));
}

/// The bound that makes share comparisons exact.
bool is_within_bounds(const Quantities& sum) {
  auto within = [](std::int64_t amount) { return amount >= 0 && amount <= limits::kQuantityMax; };
  return std::all_of(sum.standard.begin(), sum.standard.end(), within) &&
         std::all_of(sum.custom.begin(), sum.custom.end(),
                     [&](const CustomScalar& one) { return within(one.milli); });
}

Status check_cluster(const State& state, const AgentHandle* replaced, const Resources& total,
                     const char* event) {
  Quantities sum = state.cluster;
  if (replaced != nullptr) subtract(sum, agent_of(state, *replaced).total_scalars());
  add(sum, scalars(total));
  if (is_within_bounds(sum)) return {};
  return Error{ErrorCode::kExhausted, std::string(event) + ": the cluster's sum of " +
                                          to_string(scalars(total)) +
                                          " and what is there passes 2^52 base units"};
}

Status check_holdings(const State& state, const AgentAdded& event) {
  Quantities held;
  for (const Holding& holding : event.holdings) {
    if (!is_known(state, holding.framework)) {
      return contradiction("AgentAdded: agent " + std::string(event.text.id()),
                           "holdings of frameworks that were added",
                           "framework " + std::to_string(holding.framework.index));
    }
    Status named = check_role_name(holding.role.text);
    if (!named) return named;
    add(held, scalars(holding.resources));
    if (!is_within_bounds(held)) {
      return Error{ErrorCode::kExhausted, "AgentAdded: agent " + std::string(event.text.id()) +
                                              ": holdings pass 2^52 base units"};
    }
  }
  Quantities all = state.cluster;
  add(all, role_of(state, kRootRole).subtree.used);
  add(all, held);
  if (is_within_bounds(all)) return {};
  return Error{ErrorCode::kExhausted, "AgentAdded: agent " + std::string(event.text.id()) +
                                          ": what all hold passes 2^52 base units"};
}

void move_in_order(State& state, AgentHandle handle, std::uint32_t at) {
  leave_free_index(state, handle);
  state.agent_order[at] = handle;
  agent_of(state, handle).order_at = at;
  note_free(state, handle);
}

void put_in_order(State& state, AgentHandle handle) {
  std::vector<AgentHandle>& order = state.agent_order;
  order.push_back(handle);
  auto last = static_cast<std::uint32_t>(order.size() - 1);
  auto at = static_cast<std::uint32_t>(state.random.below(order.size()));
  move_in_order(state, order[at], last);
  move_in_order(state, handle, at);
}

void take_out_of_order(State& state, AgentHandle handle) {
  std::vector<AgentHandle>& order = state.agent_order;
  std::uint32_t at = agent_of(state, handle).order_at;
  leave_free_index(state, handle);
  AgentHandle last = order.back();
  order.pop_back();
  if (last != handle) move_in_order(state, last, at);
}

void stop_keeping(Context& context, AgentHandle handle) {
  ClientIndex owner = agent_of(context.state, handle).kept_for;
  if (owner != kNoClient) drop_accumulation(context, owner, "the agent has changed");
}

}  // namespace

Status on_agent_added(Context& context, const AgentAdded& event) {
  bool are_any_shared =
      std::any_of(event.holdings.begin(), event.holdings.end(),
                  [](const Holding& holding) { return has_shared(holding.resources); });
  if (are_any_shared) {
    AgentAdded divisible = event;
    for (Holding& one : divisible.holdings) one.resources = divisible_part(one.resources);
    return on_agent_added(context, divisible);
  }
  State& state = context.state;
  if (event.agent.index >= limits::kAgentsMax) {
    return Error{ErrorCode::kExhausted, "AgentAdded: handle " + number(event.agent) + ": at most " +
                                            std::to_string(limits::kAgentsMax)};
  }
  if (is_known(state, event.agent)) {
    return contradiction(
        "AgentAdded: agent " + std::string(event.text.id()), "a handle that is not in use",
        number(event.agent) + ", which is agent " + agent_of(state, event.agent).id().text);
  }
  Status fits = check_cluster(state, nullptr, event.total, "AgentAdded");
  if (!fits) return fits;
  Status held = check_holdings(state, event);
  if (!held) return held;

  if (event.agent.index >= state.agents.size()) {
    state.agents.resize(event.agent.index + 1);
    state.columns.resize(event.agent.index + 1);
    state.free_links.resize(event.agent.index + 1);
  }
  Agent& agent = agent_of(state, event.agent);
  agent = Agent{};
  agent.present = true;
  agent.text = event.text;
  agent.paused = event.offers_paused;
  agent.unlisted = !is_listed(state, agent.hostname());
  put_in_order(state, event.agent);
  set_kind(state, event.agent, event.total, event.attributes);
  state.are_shares_new = true;
  for (const Holding& holding : event.holdings) {
    if (holding.resources.is_zero()) continue;
    ClientIndex client = ensure_client(state, holding.framework, holding.role);
    add_holding(state, event.agent, client, holding.resources);
    add_priority(state, event.agent, client,
                 {.priority = holding.priority, .amounts = reclaimable(holding.resources)});
    charge_held(state, client, holding.resources);
  }
  recompute_free(state, event.agent);
  refresh_open(state, event.agent);
  note_agent_came(context, event.agent);
  context.touched.agents.push_back(event.agent);
  return {};
}

Status on_agent_changed(Context& context, const AgentChanged& event) {
  State& state = context.state;
  Status known = check_known(state, event.agent, "AgentChanged");
  if (!known) return known;
  Status fits = check_cluster(state, &event.agent, event.total, "AgentChanged");
  if (!fits) return fits;
  const Agent& agent = agent_of(state, event.agent);
  bool is_described_anew = agent.attributes() != event.attributes;
  bool is_more_shared =
      has_shared(event.total) && !contains(agent.total(), shared_part(event.total));
  // Refusals are about what is divisible: who declined that has not seen the rest.
  if (is_described_anew || is_more_shared) clear_refusals(state, event.agent);
  stop_keeping(context, event.agent);
  note_agent_left(context, event.agent, agent.kind_number);
  set_kind(state, event.agent, event.total, event.attributes);
  note_agent_came(context, event.agent);
  state.are_shares_new = true;
  recompute_free(state, event.agent);
  if (agent.overfull) rescind_all(context, agent.offers(), "the agent has shrunk");
  if (is_described_anew) rescind_unseen(context, event.agent);
  context.touched.agents.push_back(event.agent);
  return {};
}

Status on_agent_removed(Context& context, const AgentRemoved& event) {
  State& state = context.state;
  Status known = check_known(state, event.agent, "AgentRemoved");
  if (!known) return known;
  Agent& agent = agent_of(state, event.agent);
  rescind_all(context, agent.offers(), "agent " + agent.id().text + " was removed");
  stop_keeping(context, event.agent);
  clear_refusals(state, event.agent);
  std::vector<ClientHolding> holdings = agent.holdings();
  for (const ClientHolding& holding : holdings) {
    forget_priorities(state, event.agent, holding.client);
    remove_holding(state, event.agent, holding.client, holding.resources);
    release_held(state, holding.client, holding.resources);
    prune_client(state, holding.client);
  }
  for (auto& [client, last] : state.accumulated_last) std::erase(last, event.agent);
  note_agent_left(context, event.agent, agent.kind_number);
  leave_kind(state, event.agent);
  state.are_shares_new = true;
  take_out_of_order(state, event.agent);
  agent = Agent{};
  leave_devices(state, event.agent);
  state.columns[event.agent.index] = FreeColumn{};
  if (has_quotas(state)) refresh_room(state, event.agent);
  state.pause_reasons.erase(event.agent);
  return {};
}

Status on_agent_paused(Context& context, const AgentPaused& event) {
  State& state = context.state;
  Status known = check_known(state, event.agent, "AgentPaused");
  if (!known) return known;
  Agent& agent = agent_of(state, event.agent);
  agent.paused = true;
  state.pause_reasons[event.agent] = event.why;
  stop_keeping(context, event.agent);
  refresh_open(state, event.agent);
  rescind_all(context, agent.offers(), event.why);
  return {};
}

Status on_agent_resumed(Context& context, const AgentResumed& event) {
  State& state = context.state;
  Status known = check_known(state, event.agent, "AgentResumed");
  if (!known) return known;
  agent_of(state, event.agent).paused = false;
  state.pause_reasons.erase(event.agent);
  refresh_open(state, event.agent);
  context.touched.agents.push_back(event.agent);
  return {};
}

}  // namespace fairlead::allocation
