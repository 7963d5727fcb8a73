#include "simulator/chaos/operator.h"

#include "simulator/chaos/world.h"

namespace fairlead::chaos {
namespace {

constexpr Duration kDeadlineMax = seconds(60);
constexpr Duration kGraceMax = seconds(10);
constexpr Duration kDrainedMin = seconds(1);
constexpr Duration kDrainedMax = seconds(120);
constexpr Duration kAskAgain = seconds(1);

/// Null when nobody says that it leads.
MasterNode* who_leads(World& world) {
  std::vector<MasterNode*> leaders;
  for (auto& master : world.masters()) {
    if (master->is_leading()) leaders.push_back(master.get());
  }
  return leaders.empty() ? nullptr : leaders[world.stage().random.below(leaders.size())];
}

/// Until it is acknowledged.
void ask_reactivation(World& world, const AgentId& agent) {
  if (MasterNode* master = who_leads(world); master != nullptr) {
    master->ask(world.drains().on_reactivation_asked(agent), ReactivateAgent{agent});
  }
  world.stage().queue.after(kAskAgain, [&world, agent] {
    if (world.drains().is_reactivating(agent)) ask_reactivation(world, agent);
  });
}

void reactivate(World& world, const AgentId& agent) {
  if (!world.drains().may_be_drained(agent) || world.drains().is_reactivating(agent)) return;
  world.drains().on_reactivation_begins(agent);
  ask_reactivation(world, agent);
}

}  // namespace

void drain_for_a_while(World& world, const AgentId& agent) {
  Random& random = world.stage().random;
  MasterNode* master = who_leads(world);
  if (master == nullptr || world.drains().is_reactivating(agent)) return;
  DrainAgent drain{.agent = agent, .deadline = random.between({}, kDeadlineMax), .grace = {}};
  if (random.below(2) == 0) drain.grace = random.between({}, kGraceMax);
  world.stage().note("operator", "drains " + agent.text + " within " +
                                     std::to_string(drain.deadline.ms()) + " ms");
  master->ask(world.drains().on_drain_asked(agent), drain);
  world.stage().queue.after(random.between(kDrainedMin, kDrainedMax),
                            [&world, agent] { reactivate(world, agent); });
}

void reactivate_all(World& world) {
  for (auto& agent : world.agents()) reactivate(world, agent->id());
}

}  // namespace fairlead::chaos
