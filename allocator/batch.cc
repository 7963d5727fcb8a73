#include "allocator/batch.h"

#include <algorithm>
#include <utility>

#include "allocator/batch_filters.h"
#include "allocator/headroom.h"
#include "allocator/leases.h"
#include "allocator/offers.h"
#include "allocator/quota.h"
#include "allocator/serve.h"
#include "allocator/turns.h"

namespace fairlead::allocation {
namespace {

/// What one agent has to give.
Room room_on(const State& state, AgentHandle agent) {
  Room room;
  bool has_some = state.columns[agent.index].open && !agent_of(state, agent).free().is_zero();
  if (has_some) room.free[room.count++] = state.columns[agent.index].free;
  return room;
}

bool may_have_task(const Context& context, ClientIndex client, const WantedShape& wanted,
                   Asked asked) {
  if (wanted.unmet() == 0) return false;
  if (asked == Asked::kEverybody) return true;
  RoleIndex role = client_of(context.state, client).role;
  // No guarantee is about revocable resources.
  return !wanted.shape.revocable &&
         is_covered(context.state, role, wanted.shape.amounts.scalars.standard);
}

void give_tasks(Context& context, ClientIndex client, AgentHandle agent, Asked asked) {
  std::size_t shapes = client_of(context.state, client).shapes.size();
  // What a guarantee covers need not leave tasks that are held for others.
  context.may_take_held_tasks = asked == Asked::kShort;
  for (std::size_t at = 0; at < shapes; ++at) {
    WantedShape& wanted = client_of(context.state, client).shapes[at];
    bool given = true;
    while (given) {
      given = may_have_task(context, client, wanted, asked) &&
              give_task(context, client, wanted, agent);
    }
  }
  context.may_take_held_tasks = false;
}

void serve_on(Context& context, ClientIndex client, AgentHandle agent, Asked asked) {
  if (client_of(context.state, client).has_demand) {
    give_tasks(context, client, agent, asked);
    return;
  }
  bool may =
      asked == Asked::kEverybody || is_owed(context.state, client_of(context.state, client).role);
  if (may) give_agent(context, client, agent);
}

/// The ranks stay as they are until the next agent: who comes first is decided once on each.
void visit(Context& context, AgentHandle agent, Asked asked) {
  State& state = context.state;
  refresh_ranks(state);
  Turns turns(state, asked);
  while (std::optional<ClientIndex> client = turns.next(room_on(state, agent))) {
    serve_on(context, *client, agent, asked);
    turns.drop(*client);
  }
}

/// REQUIRES agents by handle.
void run(Context& context, std::vector<AgentHandle> agents) {
  State& state = context.state;
  std::erase_if(agents, [&](AgentHandle agent) {
    return !is_known(state, agent) || !state.columns[agent.index].open;
  });
  shuffle(agents, state.random);
  if (has_guarantees(state) && is_any_short(state)) {
    for (AgentHandle agent : agents) visit(context, agent, Asked::kShort);
  }
  shuffle(agents, state.random);
  for (AgentHandle agent : agents) visit(context, agent, Asked::kEverybody);
  refresh_ranks(state);
  make_offers(context);
}

std::vector<AgentHandle> all_agents(const State& state) {
  std::vector<AgentHandle> all;
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) all.push_back(AgentHandle{i});
  return all;
}

void set_time(Context& context, Instant now) {
  context.now = now;
  context.state.now = now;
  halve_debts(context.state);
}

void run_asked(Context& context) {
  BatchBooks& books = *context.state.batch;
  set_time(context, *books.asked);
  std::set<AgentHandle> asked = std::exchange(books.agents_asked, {});
  bool is_all = std::exchange(books.is_all_asked, false);
  books.asked.reset();
  run(context,
      is_all ? all_agents(context.state) : std::vector<AgentHandle>(asked.begin(), asked.end()));
}

void arm_timer(State& state, Instant at, Instant now) {
  BatchBooks& books = *state.batch;
  // After a long silence: one run, not one for each that was missed.
  if (at + state.config.interval <= now) at = now;
  books.timer_armed = at;
  books.timer_due = at + state.config.interval;
}

/// Events that asked before it and were not served yet are served with it.
void run_timer(Context& context, Instant now) {
  State& state = context.state;
  set_time(context, state.batch->timer_due);
  end_filters_before_timer(state);
  state.batch->asked.reset();
  state.batch->is_all_asked = false;
  state.batch->agents_asked.clear();
  run(context, all_agents(state));
  arm_timer(state, state.batch->timer_due, now);
}

struct RunAskedBy {
  const State& state;

  RunRequest operator()(const AgentAdded& event) const {
    return {.all = false, .agent = event.agent};
  }
  RunRequest operator()(const AgentChanged& event) const {
    if (!is_known(state, event.agent)) return {};
    const Agent& agent = agent_of(state, event.agent);
    bool is_same = agent.total() == event.total && agent.attributes() == event.attributes;
    if (is_same) return {};
    return {.all = false, .agent = event.agent};
  }
  RunRequest operator()(const FrameworkAdded& event) const {
    return {.all = event.active, .agent = {}};
  }
  RunRequest operator()(const FrameworkActivated& event) const {
    return {.all = event.active, .agent = {}};
  }
  RunRequest operator()(const RolesRevived&) const { return {.all = true, .agent = {}}; }
  /// What is freed, refused, weighed or limited waits for the next run.
  template <class Other>
  RunRequest operator()(const Other&) const {
    return {};
  }
};

}  // namespace

void run_what_is_due(Context& context, const Event& event) {
  State& state = context.state;
  BatchBooks& books = *state.batch;
  const Instant now = context.now;
  if (books.timer_due.is_never()) arm_timer(state, now, now);
  bool is_time = std::holds_alternative<TimePassed>(event);
  if (books.asked && *books.asked < books.timer_due && (*books.asked < now || is_time)) {
    run_asked(context);
  }
  if (books.timer_due <= now) run_timer(context, now);
  set_time(context, now);
  end_filters(state, now);
}

RunRequest run_asked_by(const State& state, const Event& event) {
  return std::visit(RunAskedBy{state}, event);
}

void ask_for_run(Context& context, const RunRequest& request) {
  BatchBooks& books = *context.state.batch;
  if (!request.all && !request.agent) return;
  if (!books.asked) books.asked = context.now;
  books.is_all_asked = books.is_all_asked || request.all;
  if (request.agent) books.agents_asked.insert(*request.agent);
}

Instant next_run(const State& state) {
  if (state.batch == nullptr) return Instant::never();
  Instant asked = state.batch->asked.value_or(Instant::never());
  return std::min(asked, state.batch->timer_due);
}

}  // namespace fairlead::allocation
