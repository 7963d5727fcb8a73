#include "allocator/accumulate_gang.h"

#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/conditions.h"
#include "allocator/gang_room.h"
#include "allocator/match.h"
#include "allocator/ranking.h"
#include "allocator/shares.h"
#include "common/gang.h"

namespace fairlead::allocation {
namespace {

/// An agent that could take some of a gang if it were empty.
struct Choice {
  AgentHandle agent;
  std::uint32_t tasks = 0;
  bool is_given_up = false;
  Fraction lack;  ///< of what all those tasks need
};

bool is_better(const Choice& a, const Choice& b) {
  if (a.is_given_up != b.is_given_up) return b.is_given_up;
  return compare(a.lack, 1, b.lack, 1) < 0;
}

StandardAmounts times(StandardAmounts need, std::uint32_t tasks) {
  for (std::int64_t& one : need) one *= tasks;
  return need;
}

/// The client for whose gang agents are kept; kNoClient when for none.
ClientIndex gang_keeper(const State& state) {
  for (const auto& [client, kept] : state.accumulations) {
    if (kept.tasks > 1) return client;
  }
  return kNoClient;
}

/// Looks at the agents that nobody keeps but `other`, from whom they would be taken.
class Search {
 public:
  Search(const State& state, ClientIndex client, const DemandShape& shape, ClientIndex other)
      : state_(state), client_(client), shape_(shape), other_(other), room_(state, client, shape) {}

  /// None when they would not be enough, or when what is free is: then a refusal stands in between.
  std::vector<AgentHandle> choose() {
    for (AgentHandle handle : state_.agent_order) look_at(handle);
    if (free_now_ >= tasks_at_once(shape_)) return {};
    std::stable_sort(choices_.begin(), choices_.end(), is_better);
    std::vector<AgentHandle> agents;
    std::uint32_t tasks = 0;
    for (const Choice& choice : choices_) {
      if (agents.size() == kGangAgentsKeptMax) return {};
      agents.push_back(choice.agent);
      tasks += choice.tasks;
      if (tasks >= tasks_at_once(shape_)) return agents;
    }
    return {};
  }

 private:
  void look_at(AgentHandle handle) {
    const Agent& agent = agent_of(state_, handle);
    const FreeColumn& column = state_.columns[handle.index];
    bool is_there = column.open || (other_ != kNoClient && agent.kept_for == other_);
    if (!is_there) return;
    std::uint32_t tasks = room_.tasks_on(agent);
    if (tasks == 0 || !may_see(state_, client_, place_of(agent)) ||
        !satisfies_all(state_, place_of(agent), shape_)) {
      return;
    }
    if (column.open && fits_column(column, shape_.amounts.scalars)) {
      free_now_ += tasks_within(state_, client_, agent.free(), shape_, tasks);
    }
    choices_.push_back({.agent = handle,
                        .tasks = tasks,
                        .is_given_up = is_given_up(state_, client_, handle),
                        .lack = lack_of(column, times(shape_.amounts.scalars.standard, tasks))});
  }

  const State& state_;
  ClientIndex client_;
  const DemandShape& shape_;
  ClientIndex other_;
  RoomByKind room_;
  std::uint32_t free_now_ = 0;  // tasks
  std::vector<Choice> choices_;
};

}  // namespace

GangTurn keep_for_gang(Context& context, ClientIndex client, const WantedShape& wanted) {
  State& state = context.state;
  const ClientIndex other = gang_keeper(state);
  if (other != kNoClient && !is_served_before(state, client, other)) return GangTurn::kBehind;
  std::vector<AgentHandle> agents = Search(state, client, wanted.shape, other).choose();
  if (agents.empty()) return GangTurn::kNoRoom;
  drop_accumulation(context, other, "another gang comes first");
  keep_agents(context, client, wanted.shape, std::move(agents),
              context.now + state.config.accumulate_max);
  return GangTurn::kKept;
}

const std::vector<AgentHandle>& kept_for_gang(const State& state, ClientIndex client,
                                              const WantedShape& wanted) {
  static const std::vector<AgentHandle> kNone;
  auto kept = state.accumulations.find(client);
  bool is_it = kept != state.accumulations.end() && kept->second.shape == wanted.shape.name;
  return is_it ? kept->second.agents : kNone;
}

}  // namespace fairlead::allocation
