#include "allocator/filters.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "allocator/batch_filters.h"
#include "common/limits.h"

namespace fairlead::allocation {

/// The tree of frameworks with refusals, by which ends first.
struct RefusalsDueMembers {
  State& state;

  TreeLinks& links(std::uint32_t number) const { return state.frameworks[number].due_links; }
  bool is_before(std::uint32_t a, std::uint32_t b) const {
    return *state.frameworks[a].refusals_first < *state.frameworks[b].refusals_first;
  }
  void sum_up(std::uint32_t) const {}
};

namespace {

using DueTree = OrderTree<RefusalsDueMembers>;

/// So many outdated entries a heap may have beside as many as there are refusals.
constexpr std::size_t kOutdatedMax = 64;

bool is_before(const Refusal& refusal, ClientIndex client) {
  return refusal.client < client;
}

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

/// nullptr when there is none. State may be const.
template <class AnyState>
auto find(AnyState& state, ClientIndex client, AgentHandle agent)
    -> decltype(state.refusals.front().data()) {
  if (agent.index >= state.refusals.size()) return nullptr;
  auto& there = state.refusals[agent.index];
  auto at = std::lower_bound(there.begin(), there.end(), client, is_before);
  return at != there.end() && at->client == client ? &*at : nullptr;
}

/// `number` was acquired for it.
void set_number(State& state, std::uint32_t& slot, std::uint32_t number) {
  std::uint32_t before = std::exchange(slot, number);
  if (before != kNoSlot) state.refused.release(before);
}

/// Gives `slot` another value; kNoSlot is none.
void set_amounts(State& state, std::uint32_t& slot, const Resources& amounts) {
  if (slot != kNoSlot && state.refused[slot] == amounts) return;
  set_number(state, slot, state.refused.acquire(amounts));
}

bool is_current(const State& state, FrameworkHandle framework, const RefusalDue& due) {
  const Client& client = client_of(state, due.client);
  if (!client.present || client.framework != framework) return false;
  const Refusal* refusal = find(state, due.client, due.agent);
  return refusal != nullptr && refusal->due == due.at;
}

/// Makes the front of the framework's heap true, and tells the state of it.
void refresh_due(State& state, FrameworkHandle handle) {
  Framework& framework = framework_of(state, handle);
  std::vector<RefusalDue>& heap = framework.refusals_due;
  if (heap.size() > 2 * framework.refusals + kOutdatedMax) {
    std::erase_if(heap, [&](const RefusalDue& due) { return !is_current(state, handle, due); });
    std::sort(heap.begin(), heap.end());
    heap.erase(std::unique(heap.begin(), heap.end()), heap.end());
  }
  while (!heap.empty() && !is_current(state, handle, heap.front())) {
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    heap.pop_back();
  }
  std::optional<RefusalDue> first;
  if (!heap.empty()) first = heap.front();
  if (framework.refusals_first == first) return;
  DueTree tree({state}, state.refusals_due);
  if (framework.refusals_first) tree.erase(handle.index);
  framework.refusals_first = first;
  if (first) tree.insert(handle.index);
}

void schedule(State& state, Instant now, AgentHandle agent, Refusal& refusal) {
  Instant due = next_change(state, refusal, now);
  if (due == refusal.due) return;
  refusal.due = due;
  FrameworkHandle framework = client_of(state, refusal.client).framework;
  std::vector<RefusalDue>& heap = framework_of(state, framework).refusals_due;
  heap.push_back({due, refusal.client, agent});
  std::push_heap(heap.begin(), heap.end(), std::greater<>());
  refresh_due(state, framework);
}

/// REQUIRES that there is none.
Refusal& make_refusal(State& state, Instant now, ClientIndex index, AgentHandle agent) {
  if (agent.index >= state.refusals.size()) state.refusals.resize(agent.index + 1);
  std::vector<Refusal>& there = state.refusals[agent.index];
  auto at = std::lower_bound(there.begin(), there.end(), index, is_before);
  std::vector<AgentHandle>& agents = client_of(state, index).refusals;
  agents.insert(std::lower_bound(agents.begin(), agents.end(), agent), agent);
  ++framework_of(state, client_of(state, index).framework).refusals;
  return *there.insert(at, {.client = index,
                            .hidden_until = now,
                            .backoff_until = now,
                            .backoff = {},
                            .due = Instant::never()});
}

/// No effect when there is none. `refresh_due` follows.
void remove(State& state, ClientIndex index, AgentHandle agent) {
  const Refusal* known = find(state, index, agent);
  if (known == nullptr) return;
  for (std::uint32_t amounts : {known->refused, known->free_then}) {
    if (amounts != kNoSlot) state.refused.release(amounts);
  }
  std::vector<Refusal>& there = state.refusals[agent.index];
  there.erase(there.begin() + (known - there.data()));
  if (there.empty()) there.shrink_to_fit();
  std::vector<AgentHandle>& agents = client_of(state, index).refusals;
  agents.erase(std::lower_bound(agents.begin(), agents.end(), agent));
  if (agents.empty()) agents.shrink_to_fit();
  --framework_of(state, client_of(state, index).framework).refusals;
}

void forget(State& state, ClientIndex index, AgentHandle agent) {
  remove(state, index, agent);
  refresh_due(state, client_of(state, index).framework);
}

/// Two refusals that last at the same time: together they hide what either hides.
void merge_hidden(State& state, Refusal& known, const Refused& refused, Instant now,
                  Instant until) {
  bool old_lasts = known.hidden_until > now;
  if (!old_lasts || contains(*refused.resources, state.refused[known.refused])) {
    set_amounts(state, known.refused, refused.resources);
  } else if (!contains(state.refused[known.refused], refused.resources)) {
    Resources both = state.refused[known.refused];
    add(both, refused.resources);
    set_amounts(state, known.refused, both);
  }
  known.hidden_until = std::max(known.hidden_until, until);
}

}  // namespace

void refuse(Context& context, ClientIndex index, AgentHandle agent, const Refused& refused) {
  State& state = context.state;
  if (state.batch != nullptr) return arm_filter(context, index, agent, refused);
  Client& client = client_of(state, index);
  Duration hide_for = std::min(refused.hide_for, state.config.filter_max);
  bool hides = hide_for.ns > 0 && !refused.resources.is_zero();
  if (!client.subscribed || (!hides && !refused.declined)) return;
  Refusal* known = find(state, index, agent);
  if (known == nullptr) {
    const Framework& framework = framework_of(state, client.framework);
    bool is_full = framework.refusals >= limits::kFiltersPerFrameworkMax;
    if (is_full) forget(state, framework.refusals_first->client, framework.refusals_first->agent);
    known = &make_refusal(state, context.now, index, agent);
  }
  Instant until = context.now + hide_for;
  if (hides) merge_hidden(state, *known, refused, context.now, until);
  if (refused.declined) {
    known->backoff = known->backoff.ns == 0
                         ? state.config.backoff_min
                         : std::min(known->backoff * 2, state.config.backoff_max);
    known->backoff_until = context.now + known->backoff;
    const Resources& free = agent_of(state, agent).free();
    if (hides && known->refused != known->free_then && state.refused[known->refused] == free) {
      set_number(state, known->free_then, state.refused.acquire_known(known->refused));
    } else {
      set_amounts(state, known->free_then, free);
    }
  }
  schedule(state, context.now, agent, *known);
}

void forgive(Context& context, ClientIndex index, AgentHandle agent) {
  Refusal* known = find(context.state, index, agent);
  if (known == nullptr) return;
  known->backoff = Duration{};
  known->backoff_until = std::min(known->backoff_until, context.now);
  if (known->hidden_until <= context.now) {
    forget(context.state, index, agent);
  } else {
    schedule(context.state, context.now, agent, *known);
  }
}

void clear_backoffs(Context& context, ClientIndex index) {
  // From behind: what is forgotten goes from the end of the list.
  for (std::size_t i = client_of(context.state, index).refusals.size(); i-- > 0;) {
    forgive(context, index, client_of(context.state, index).refusals[i]);
  }
}

void clear_refusals(State& state, ClientIndex index) {
  if (state.batch != nullptr) return clear_filters(state, index);
  Client& client = client_of(state, index);
  while (!client.refusals.empty()) remove(state, index, client.refusals.back());
  refresh_due(state, client.framework);
}

void clear_refusals(State& state, AgentHandle agent) {
  if (state.batch != nullptr) return clear_filters(state, agent);
  if (agent.index >= state.refusals.size()) return;
  const std::vector<Refusal>& there = state.refusals[agent.index];
  while (!there.empty()) forget(state, there.back().client, agent);
}

const RefusalDue* first_due(const State& state) {
  if (state.refusals_due == kNoSlot) return nullptr;
  std::uint32_t at = state.refusals_due;
  while (state.frameworks[at].due_links.left != kNoSlot) at = state.frameworks[at].due_links.left;
  return &*state.frameworks[at].refusals_first;
}

void expire_refusals(Context& context) {
  State& state = context.state;
  for (const RefusalDue* first = first_due(state); first != nullptr && first->at <= context.now;
       first = first_due(state)) {
    RefusalDue due = *first;
    Refusal& refusal = *find(state, due.client, due.agent);
    context.touched.pairs.emplace_back(due.client, due.agent);
    if (next_change(state, refusal, context.now) <= context.now) {
      forget(state, due.client, due.agent);
    } else {
      schedule(state, context.now, due.agent, refusal);
    }
  }
}

void add_refusing(const State& state, Instant now, AgentHandle agent,
                  std::vector<ClientIndex>& clients) {
  if (agent.index >= state.refusals.size()) return;
  const Resources& free = agent_of(state, agent).free();
  // Most of them name the same amounts.
  std::uint32_t last = kNoSlot;
  bool is_all = false;
  auto is_all_free = [&](std::uint32_t amounts) {
    if (amounts != last) is_all = contains(state.refused[amounts], free);
    last = amounts;
    return is_all;
  };
  for (const Refusal& refusal : state.refusals[agent.index]) {
    bool is_refusing = (refusal.hidden_until > now && is_all_free(refusal.refused)) ||
                       (refusal.backoff_until > now && is_all_free(refusal.free_then));
    if (is_refusing) clients.push_back(refusal.client);
  }
}

bool is_filtered(const State& state, Instant now, ClientIndex client, AgentHandle agent,
                 const Resources& resources) {
  if (state.batch != nullptr) return is_hidden(state, client, agent, resources);
  if (client_of(state, client).refusals.empty()) return false;
  const Refusal* known = find(state, client, agent);
  return known != nullptr && known->hidden_until > now &&
         contains(state.refused[known->refused], resources);
}

Instant refusal_end(const State& state, ClientIndex client, AgentHandle agent) {
  const Refusal* known = find(state, client, agent);
  return known == nullptr ? state.now : std::max(known->hidden_until, known->backoff_until);
}

bool is_backed_off(const State& state, Instant now, ClientIndex client, AgentHandle agent) {
  if (client_of(state, client).refusals.empty()) return false;
  const Refusal* known = find(state, client, agent);
  return known != nullptr && known->backoff_until > now &&
         contains(state.refused[known->free_then], agent_of(state, agent).free());
}

}  // namespace fairlead::allocation
