#include "allocator/reclaim.h"

#include <algorithm>
#include <array>

#include "allocator/accumulate.h"
#include "allocator/demand.h"
#include "allocator/quota.h"
#include "allocator/reclaim_search.h"
#include "common/limits.h"
#include "common/standard_amounts.h"

namespace fairlead::allocation {
namespace {

bool fits_somewhere(const State& state, ClientIndex client, const DemandShape& shape) {
  ReclaimSearch search(state, client, shape, ReclaimKind::kGuarantee);
  return std::any_of(state.agent_order.begin(), state.agent_order.end(), [&](AgentHandle agent) {
    return search.is_for_it(agent) && search.fits(agent);
  });
}

/// In the order in which they are looked at.
constexpr std::array kKinds = {ReclaimKind::kPriority, ReclaimKind::kFairness,
                               ReclaimKind::kGuarantee};

/// False when nobody can have anything to give, wherever: most shapes have no guarantee and no
/// priority, and are spared the walks over all agents. O(role depth).
bool may_find_givers(const State& state, ClientIndex client, const DemandShape& shape,
                     ReclaimKind kind) {
  bool is_lowest =
      kind == ReclaimKind::kPriority && shape.priority <= 0 && state.priorities.empty();
  return !is_lowest && ReclaimSearch(state, client, shape, kind).has_right();
}

/// One for which room was made a while ago goes on at once.
Duration wait_before_reclaim(const State& state, ClientIndex client) {
  auto last = state.reclaimed_last.find(client);
  bool is_going_on =
      last != state.reclaimed_last.end() && last->second + state.config.reclaim_after > state.now;
  return is_going_on ? Duration{} : state.config.reclaim_after;
}

void note_rate(State& state, const RoleName& role) {
  std::deque<Instant>& lately = state.reclaimed_within[role];
  while (!lately.empty() && lately.front() + kReclaimRateWindow <= state.now) lately.pop_front();
  lately.push_back(state.now);
  std::erase_if(state.reclaimed_within, [&](const auto& one) {
    return one.second.back() + kReclaimRateWindow <= state.now;
  });
}

void open(Context& context, ClientIndex client, const WantedShape& wanted, ReclaimKind kind,
          ReclaimSearch::Plan plan) {
  State& state = context.state;
  drop_accumulation(context, client);
  Instant deadline = context.now + state.config.reclaim_deadline;
  Accumulation& kept = keep_agents(context, client, wanted.shape, {plan.agent},
                                   deadline + state.config.accumulate_max);
  for (Victim& victim : plan.victims) {
    victim.id = ReclaimId{++state.reclaims_made};
    note_rate(state, victim.role);
    context.out.emplace_back(
        Reclaim{.id = victim.id,
                .kind = kind,
                .agent = plan.agent,
                .victim = victim.framework,
                .victim_role = victim.role,
                .amounts = victim.amounts,
                .beneficiary = client_of(state, client).framework,
                .beneficiary_role = role_of(state, client_of(state, client).role).path,
                .shape = wanted.shape.name,
                .priority = wanted.shape.priority,
                .deadline = deadline});
  }
  kept.reclaim = OpenReclaim{.kind = kind, .victims = std::move(plan.victims)};
}

}  // namespace

Instant first_reclaim(const State& state, ClientIndex client, const WantedShape& wanted) {
  const AllocatorConfig& config = state.config;
  bool is_any = config.reclaims_for_guarantees || config.reclaims_for_priorities ||
                config.reclaims_for_fairness;
  if (!is_any || wanted.waiting_since.is_never()) return Instant::never();
  return std::max(state.now, wanted.waiting_since + wait_before_reclaim(state, client));
}

bool begin_reclaim(Context& context, ClientIndex client, const WantedShape& wanted) {
  const State& state = context.state;
  if (first_reclaim(state, client, wanted) > context.now) return false;
  auto may_find = [&](ReclaimKind kind) {
    return may_find_givers(state, client, wanted.shape, kind);
  };
  if (std::none_of(kKinds.begin(), kKinds.end(), may_find) ||
      fits_somewhere(state, client, wanted.shape)) {
    return false;
  }
  for (ReclaimKind kind : kKinds) {
    if (!may_find(kind)) continue;
    std::optional<ReclaimSearch::Plan> plan =
        ReclaimSearch(state, client, wanted.shape, kind).best();
    if (!plan) continue;
    open(context, client, wanted, kind, std::move(*plan));
    return true;
  }
  return false;
}

void look_for_reclaim(Context& context, ClientIndex client) {
  State& state = context.state;
  Accumulation& kept = state.accumulations.at(client);
  const WantedShape* wanted = find_shape(client_of(state, client), kept.shape);
  if (wanted != nullptr && begin_reclaim(context, client, *wanted)) return;
  kept.reclaim_at = context.now + state.config.reclaim_after;
  schedule_look(state, client, kept);
}

bool is_called_for(const State& state, ClientIndex client, const Accumulation& kept) {
  const WantedShape* wanted = find_shape(client_of(state, client), kept.shape);
  return wanted != nullptr &&
         ReclaimSearch(state, client, wanted->shape, kept.reclaim->kind).has_right();
}

void note_room_made(Context& context, ClientIndex client) {
  if (!context.state.accumulations.at(client).reclaim) return;
  context.state.reclaimed_last[client] = context.now;
}

void end_reclaim(Context& context, const Accumulation& kept, const std::string& why) {
  if (!kept.reclaim) return;
  for (const Victim& victim : kept.reclaim->victims) {
    context.out.emplace_back(ReclaimEnded{.id = victim.id, .victim = victim.framework, .why = why});
  }
}

void forget_victims(Context& context, FrameworkHandle framework) {
  for (auto& [client, kept] : context.state.accumulations) {
    if (!kept.reclaim) continue;
    std::erase_if(kept.reclaim->victims, [&](const Victim& victim) {
      if (victim.framework != framework) return false;
      context.out.emplace_back(
          ReclaimEnded{.id = victim.id, .victim = framework, .why = "the framework was removed"});
      return true;
    });
  }
}

std::optional<ReclaimNeed> need_of(const State& state, ReclaimId reclaim) {
  for (const auto& [client, kept] : state.accumulations) {
    if (!kept.reclaim) continue;
    const WantedShape* wanted = find_shape(client_of(state, client), kept.shape);
    if (wanted == nullptr) continue;
    ReclaimSearch search(state, client, wanted->shape, kept.reclaim->kind);
    StandardAmounts rest = search.lacking_on(kept.agents.front());
    Taken taken;
    for (const Victim& victim : kept.reclaim->victims) {
      const auto& clients = framework_of(state, victim.framework).clients;
      auto giver = clients.find(victim.role);
      ReclaimNeed need;
      if (giver != clients.end()) {
        need.most.fill(limits::kQuantityMax);
        need.most = least_of(need.most, search.may_lose(giver->second, taken));
        // Who has given what he may is not waited for: those after him give the rest.
        need.lacking = least_of(least_of(rest, victim.amounts),
                                search.may_give(kept.agents.front(), giver->second, taken));
        search.take_from(giver->second, need.lacking, taken);
        subtract(rest, need.lacking);
      }
      if (victim.id == reclaim) return need;
    }
  }
  return std::nullopt;
}

}  // namespace fairlead::allocation
