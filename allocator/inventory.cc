#include "allocator/inventory.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "allocator/free_index.h"
#include "allocator/quota.h"
#include "allocator/shares.h"
#include "common/common_part.h"
#include "common/devices.h"

namespace fairlead::allocation {
namespace {

/// Its number, when one of them is free.
std::uint32_t acquire_devices(State& state, const Resources& free) {
  if (!has_devices(free)) return kNoSlot;
  FreeDevices devices;
  for (const DeviceShare& one : devices_of(free)) {
    devices.milli.push_back(static_cast<std::uint16_t>(one.milli));
  }
  std::sort(devices.milli.begin(), devices.milli.end(), std::greater<>());
  return state.free_devices.acquire(devices);
}

void refresh_column(State& state, AgentHandle agent) {
  const Resources& free = agent_of(state, agent).free();
  FreeColumn& column = state.columns[agent.index];
  column.free = {};
  for (const Lot& lot : free.lots) {
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      column.free[i] += lot.amounts.scalars.standard[i];
    }
  }
  const std::uint32_t devices = acquire_devices(state, free);
  leave_devices(state, agent);
  column.devices = devices;
  column.plain = free.lots.size() == 1 && free.lots.front().kind == LotKind{};
  note_free(state, agent);
  if (has_quotas(state)) refresh_room(state, agent);
}

/// To be changed; ended by `close_if_idle`.
AgentUse& use_of(State& state, Agent& agent) {
  if (agent.use) return *agent.use;
  if (state.uses_unused.empty()) state.uses_unused.push_back(std::make_unique<AgentUse>());
  agent.use = std::move(state.uses_unused.back());
  state.uses_unused.pop_back();
  agent.use->free = agent.kind->divisible;
  return *agent.use;
}

void close_if_idle(State& state, Agent& agent) {
  AgentUse* use = agent.use.get();
  bool is_idle = use != nullptr && use->holdings.empty() && use->offers.empty() &&
                 use->free == agent.kind->divisible;
  if (!is_idle) return;
  use->free = {};
  if (state.uses_unused.size() < kUsesUnusedMax) state.uses_unused.push_back(std::move(agent.use));
  agent.use.reset();
}

/// Takes `part` out of what is free; what is not there makes it overfull. REQUIRES its use.
void occupy(Agent& agent, const Resources& part) {
  Resources& free = agent.use->free.edit();
  if (contains(free, part)) {
    subtract(free, part);
    return;
  }
  agent.overfull = true;
  free = minus_saturated(free, part);
}

auto holding_place(std::vector<ClientHolding>& holdings, ClientIndex client) {
  return std::lower_bound(
      holdings.begin(), holdings.end(), client,
      [](const ClientHolding& one, ClientIndex wanted) { return one.client < wanted; });
}

}  // namespace

const Resources& Agent::total() const {
  static const Resources kNothing;
  return kind != nullptr ? *kind->total : kNothing;
}

const Resources& Agent::divisible() const {
  return kind != nullptr ? *kind->divisible : total();
}

const std::vector<ClientHolding>& Agent::holdings() const {
  static const std::vector<ClientHolding> kNone;
  return use ? use->holdings : kNone;
}

const std::vector<OfferId>& Agent::offers() const {
  static const std::vector<OfferId> kNone;
  return use ? use->offers : kNone;
}

std::uint32_t hash_value(const FreeDevices& devices) {
  std::uint32_t hash = 17;
  for (std::uint16_t milli : devices.milli) hash = hash * 31U + milli;
  return hash;
}

void leave_devices(State& state, AgentHandle agent) {
  std::uint32_t number = std::exchange(state.columns[agent.index].devices, kNoSlot);
  if (number != kNoSlot) state.free_devices.release(number);
}

std::uint32_t hash_value(const AgentKind& kind) {
  // The rest follows from the total.
  return hash_value(kind.total) * 31U + hash_value(kind.attributes);
}

static AgentKind kind_of(const Resources& total, const Attributes& attributes) {
  AgentKind kind{.total = total, .total_scalars = scalars(total), .attributes = attributes};
  kind.divisible = kind.total;
  if (has_shared(total)) kind.divisible = divisible_part(total);
  return kind;
}

void set_kind(State& state, AgentHandle handle, const Resources& total,
              const Attributes& attributes) {
  Agent& agent = agent_of(state, handle);
  // Taken before the old one is left: often it is the same.
  std::uint32_t number = state.kinds.acquire(kind_of(total, attributes));
  if (agent.kind != nullptr) leave_kind(state, handle);
  agent.kind_number = number;
  agent.kind = &state.kinds[number];
  add(state.cluster, agent.kind->total_scalars);
  add(state.cluster_shared, without_excluded(state.config, agent.kind->total_scalars));
}

void leave_kind(State& state, AgentHandle handle) {
  Agent& agent = agent_of(state, handle);
  subtract(state.cluster, agent.kind->total_scalars);
  subtract(state.cluster_shared, without_excluded(state.config, agent.kind->total_scalars));
  state.kinds.release(agent.kind_number);
  agent.kind_number = kNoSlot;
  agent.kind = nullptr;
}

Resources minus_saturated(const Resources& whole, const Resources& part) {
  Resources rest = whole;
  subtract(rest, common_part(whole, part));
  return rest;
}

void recompute_free(State& state, AgentHandle handle) {
  Agent& agent = agent_of(state, handle);
  if (agent.use) {
    agent.use->free = agent.kind->divisible;
    agent.overfull = false;
    for (const ClientHolding& holding : agent.use->holdings) occupy(agent, holding.resources);
    for (OfferId offer : agent.use->offers) occupy(agent, state.offers.at(offer).resources);
    close_if_idle(state, agent);
  }
  refresh_column(state, handle);
}

void take_free(State& state, AgentHandle handle, const SharedResources& resources) {
  SharedResources& free = use_of(state, agent_of(state, handle)).free;
  if (free.is_shared_with(resources)) {
    free = {};
  } else {
    subtract(free.edit(), resources);
  }
  refresh_column(state, handle);
}

void give_free(State& state, AgentHandle handle, const SharedResources& resources) {
  Agent& agent = agent_of(state, handle);
  if (agent.overfull) {
    recompute_free(state, handle);
    return;
  }
  SharedResources& free = use_of(state, agent).free;
  if (free.is_zero()) {
    free = resources;
  } else {
    add(free.edit(), resources);
  }
  close_if_idle(state, agent);
  refresh_column(state, handle);
}

void refresh_open(State& state, AgentHandle handle) {
  const Agent& agent = agent_of(state, handle);
  state.columns[handle.index].open =
      agent.present && !agent.is_closed() && agent.kept_for == kNoClient;
  note_free(state, handle);
  if (has_quotas(state)) refresh_room(state, handle);
}

const ClientHolding* find_holding(const Agent& agent, ClientIndex client) {
  for (const ClientHolding& holding : agent.holdings()) {
    if (holding.client == client) return &holding;
  }
  return nullptr;
}

void add_holding(State& state, AgentHandle handle, ClientIndex client, const Resources& resources) {
  if (resources.is_zero()) return;
  std::vector<ClientHolding>& holdings = use_of(state, agent_of(state, handle)).holdings;
  auto at = holding_place(holdings, client);
  if (at == holdings.end() || at->client != client) {
    at = holdings.insert(at, {client, {}});
    ++client_of(state, client).agents_held;
  }
  add(at->resources, resources);
}

void remove_holding(State& state, AgentHandle handle, ClientIndex client,
                    const Resources& resources) {
  if (resources.is_zero()) return;
  std::vector<ClientHolding>& holdings = use_of(state, agent_of(state, handle)).holdings;
  auto at = holding_place(holdings, client);
  subtract(at->resources, resources);
  if (!at->resources.is_zero()) return;
  holdings.erase(at);
  --client_of(state, client).agents_held;
}

void add_offer(State& state, AgentHandle handle, OfferId offer) {
  // Numbers only grow, so it is the last one.
  use_of(state, agent_of(state, handle)).offers.push_back(offer);
}

void remove_offer(State& state, AgentHandle handle, OfferId offer) {
  std::vector<OfferId>& offers = use_of(state, agent_of(state, handle)).offers;
  offers.erase(std::lower_bound(offers.begin(), offers.end(), offer));
}

}  // namespace fairlead::allocation
