#include "allocator/impossible.h"

#include <algorithm>
#include <utility>

#include "allocator/conditions.h"
#include "allocator/gang_room.h"
#include "allocator/lots.h"
#include "common/amounts_text.h"
#include "common/constraints.h"
#include "common/gang.h"

namespace fairlead::allocation {
namespace {

/// A client's shape, and whether hostnames decide where it goes.
struct Wish {
  const State& state;
  ClientIndex client;
  const DemandShape& shape;
  bool is_of_hosts = false;

  const RoleName& role() const { return role_of(state, client_of(state, client).role).path; }
};

bool names_hosts(const std::vector<Constraint>& constraints) {
  return std::any_of(constraints.begin(), constraints.end(),
                     [](const Constraint& one) { return one.attribute == "hostname"; });
}

Wish wish_of(const State& state, ClientIndex client, const DemandShape& shape) {
  const ConstraintGroups& groups = client_of(state, client).offer_constraints;
  return {.state = state,
          .client = client,
          .shape = shape,
          .is_of_hosts = names_hosts(shape.constraints) ||
                         std::any_of(groups.begin(), groups.end(), names_hosts)};
}

/// Agents that are alike, all of each.
struct Ground {
  Place place;
  const Resources& total;
  std::uint32_t agents = 1;
  Judgement fits;  ///< if they suffice
};

Ground ground_of(const Agent& agent, AgentHandle handle) {
  return {place_of(agent), agent.total(), 1, {Verdict::kFits, agent.kind_number, handle}};
}

bool meets_conditions(const Wish& wish, const Ground& ground) {
  return may_see(wish.state, wish.client, ground.place) &&
         satisfies_all(wish.state, ground.place, wish.shape);
}

/// So many tasks those agents could take together; of each no more than a gang has.
std::uint64_t room_on(const Wish& wish, const Ground& ground) {
  if (!meets_conditions(wish, ground)) return 0;
  return std::uint64_t{ground.agents} * tasks_within(wish.state, wish.client, ground.total,
                                                     wish.shape, most_on_one_agent(wish.shape));
}

/// Calls `visit(ground)` for each kind of agents, for every agent where hostnames decide, until it
/// returns true.
template <class Visit>
void visit_grounds(const Wish& wish, Visit visit) {
  const State& state = wish.state;
  if (wish.is_of_hosts) {
    for (AgentHandle handle : state.agent_order) {
      if (visit(ground_of(agent_of(state, handle), handle))) return;
    }
    return;
  }
  for (std::uint32_t number = 0; number < state.kinds.numbers(); ++number) {
    if (!state.kinds.has_users(number)) continue;
    const AgentKind& kind = state.kinds[number];
    Ground ground{{kind.attributes, nullptr},
                  kind.total,
                  state.kinds.users(number),
                  {Verdict::kFits, number}};
    if (visit(ground)) return;
  }
}

/// Whether one task, or a gang, would be placed if nothing else were.
Judgement look_everywhere(const Wish& wish) {
  const std::uint32_t needed = tasks_at_once(wish.shape);
  Judgement found{.verdict = Verdict::kNever};
  std::uint64_t room = 0;
  visit_grounds(wish, [&](const Ground& ground) {
    const std::uint64_t here = room_on(wish, ground);
    room += here;
    if (room < needed) return false;
    found = here < needed ? Judgement{Verdict::kFits} : ground.fits;
    return true;
  });
  return found;
}

/// What nobody satisfies; "" when somebody satisfies all of it.
std::string unmet_condition(const Wish& wish) {
  const std::vector<Constraint>& constraints = wish.shape.constraints;
  std::vector<bool> is_met(constraints.size());
  bool is_seen = false;
  bool are_all_met = false;
  visit_grounds(wish, [&](const Ground& ground) {
    if (!may_see(wish.state, wish.client, ground.place)) return false;
    is_seen = true;
    bool meets_all = true;
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      bool meets = holds(wish.state, ground.place, constraints[i]);
      is_met[i] = is_met[i] || meets;
      meets_all = meets_all && meets;
    }
    are_all_met = are_all_met || meets_all;
    return are_all_met;
  });
  if (!is_seen) return "what the framework asks of agents in role " + wish.role().text;
  if (are_all_met) return "";
  for (std::size_t i = 0; i < constraints.size(); ++i) {
    if (!is_met[i]) return describe(constraints[i]);
  }
  return describe(ConstraintGroups{constraints}) + ", together";
}

void raise(Quantities& most, const Quantities& other) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    most.standard[i] = std::max(most.standard[i], other.standard[i]);
  }
}

/// The amounts by which the shape is larger than every agent that satisfies its conditions.
std::string too_large(const Wish& wish) {
  static constexpr const char* kNames[] = {"cpus", "mem", "disk", "gpus"};
  Quantities most;
  visit_grounds(wish, [&](const Ground& ground) {
    if (!meets_conditions(wish, ground)) return false;
    raise(most, scalars(cuttable(wish.state, wish.client, ground.total, wish.shape)));
    return false;
  });
  const Quantities& need = wish.shape.amounts.scalars;
  std::string text;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need.standard[i] <= most.standard[i]) continue;
    text += text.empty() ? "the largest agent for it has " : ", ";
    text += most.standard[i] == 0
                ? std::string("no ") + kNames[i]
                : std::string(kNames[i]) + ":" + scalar_to_string(kNames[i], most.standard[i]);
  }
  return text.empty() ? "no agent has all of " + to_string(wish.shape.amounts) : text;
}

/// Of a gang of which not all could ever run at once; "" when not even one task could.
std::string too_many(const Wish& wish) {
  std::uint64_t room = 0;
  visit_grounds(wish, [&](const Ground& ground) {
    room += room_on(wish, ground);
    return false;
  });
  if (room == 0) return "";
  const std::uint32_t most = wish.shape.per_agent_max;
  return "all agents for it together have room for " + std::to_string(room) +
         (room == 1 ? " task" : " tasks") + " of a gang of " +
         std::to_string(wish.shape.gang_size) +
         (most > 0 ? ", at most " + std::to_string(most) + " on each" : "");
}

std::string why_never(const Wish& wish) {
  const Framework& framework =
      framework_of(wish.state, client_of(wish.state, wish.client).framework);
  if (wish.shape.revocable && !framework.capabilities.revocable) {
    return "revocable resources go to frameworks with the capability revocable";
  }
  std::string gang = too_many(wish);
  if (!gang.empty()) return gang;
  std::string condition = unmet_condition(wish);
  return condition.empty() ? too_large(wish) : "no agent satisfies: " + condition;
}

void tell(Context& context, ClientIndex client, const std::string& shape, std::string why) {
  const Client& owner = client_of(context.state, client);
  context.out.push_back(DemandImpossible{.framework = owner.framework,
                                         .role = role_of(context.state, owner.role).path,
                                         .shape = shape,
                                         .why = std::move(why)});
}

/// Without agents, or while some are still to come, that none fits means nothing.
bool may_judge(const State& state) {
  return !state.agent_order.empty() && !state.are_agents_awaited;
}

/// What has become of the shape. One that nobody could take may only fit who has come.
Judgement judged(const Context& context, const Wish& wish, const Judgement& before) {
  if (before.verdict == Verdict::kFits) return before;
  if (before.verdict == Verdict::kOpen) {
    return may_judge(context.state) ? look_everywhere(wish) : before;
  }
  if (!context.judging.came) return before;
  const AgentHandle came = *context.judging.came;
  Ground ground = ground_of(agent_of(context.state, came), came);
  if (room_on(wish, ground) == 0) return before;
  if (is_gang(wish.shape)) return look_everywhere(wish);
  if (!wish.is_of_hosts) ground.fits.agent = kNoAgent;
  return ground.fits;
}

void judge(Context& context, ClientIndex index, WantedShape& wanted) {
  Wish wish = wish_of(context.state, index, wanted.shape);
  const Judgement before = wanted.judgement;
  Judgement& now = wanted.judgement;
  now = judged(context, wish, before);
  now.is_told = now.verdict == Verdict::kOpen ? before.is_told : now.verdict == Verdict::kNever;
  bool is_new = now.verdict != before.verdict;
  if (is_new && now.is_told) tell(context, index, wanted.shape.name, why_never(wish));
  if (!now.is_told && before.is_told) tell(context, index, wanted.shape.name, {});
}

void judge(Context& context, ClientIndex index) {
  State& state = context.state;
  state.unfit.erase(index);
  Client& client = client_of(state, index);
  bool hears = client.present && framework_of(state, client.framework).active;
  for (WantedShape& wanted : client.shapes) {
    if (hears) {
      judge(context, index, wanted);
    } else {
      wanted.judgement = {};
    }
    if (hears && wanted.judgement.verdict != Verdict::kFits) state.unfit.insert(index);
  }
}

/// The agent that could take it has gone, or is another now; of a gang, one of those that could.
bool has_lost(const State& state, const Judging& judging, const WantedShape& wanted) {
  const Judgement& judgement = wanted.judgement;
  if (judgement.verdict != Verdict::kFits) return false;
  if (judgement.kind == kNoSlot) return true;
  if (judgement.kind != judging.kind_left) return false;
  if (judgement.agent != kNoAgent) return judgement.agent == judging.left;
  return is_gang(wanted.shape) || !state.kinds.has_users(judging.kind_left);
}

void open_lost(Context& context) {
  State& state = context.state;
  for (std::uint32_t i = 0; i < state.clients.size(); ++i) {
    for (WantedShape& wanted : state.clients[i].shapes) {
      if (!has_lost(state, context.judging, wanted)) continue;
      wanted.judgement = {};
      context.judging.clients.insert({i});
    }
  }
}

}  // namespace

void note_demand_new(Context& context, ClientIndex client) {
  context.judging.clients.insert(client);
}

void forget_judgements(Context& context, ClientIndex client) {
  for (WantedShape& wanted : client_of(context.state, client).shapes) {
    wanted.judgement = {.is_told = wanted.judgement.is_told};
  }
  note_demand_new(context, client);
}

void note_agent_came(Context& context, AgentHandle agent) {
  context.judging.came = agent;
}

void note_agent_left(Context& context, AgentHandle agent, std::uint32_t kind) {
  context.judging.left = agent;
  context.judging.kind_left = kind;
}

void set_agents_awaited(Context& context, bool are_awaited) {
  context.state.are_agents_awaited = are_awaited;
  const std::set<ClientIndex>& unfit = context.state.unfit;
  if (!are_awaited) context.judging.clients.insert(unfit.begin(), unfit.end());
}

void judge_demand(Context& context) {
  Judging& judging = context.judging;
  if (judging.left != kNoAgent) open_lost(context);
  if (judging.came) {
    judging.clients.insert(context.state.unfit.begin(), context.state.unfit.end());
  }
  for (ClientIndex client : judging.clients) judge(context, client);
}

}  // namespace fairlead::allocation
