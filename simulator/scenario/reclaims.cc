#include <algorithm>
#include <vector>

#include "simulator/scenario/handlers.h"

namespace fairlead::scenario {
namespace {

/// Places in World::running, and what of each could be ended: task by task.
struct Candidates {
  std::vector<std::uint32_t> places;
  std::vector<EndableTask> tasks;
};

Candidates candidates_of(const World& world, const allocation::Reclaim& reclaim) {
  Candidates all;
  for (std::uint32_t place = 0; place < world.running.size(); ++place) {
    const Running& running = world.running[place];
    bool is_there = running.tasks > 0 && running.agent == reclaim.agent.index &&
                    running.framework == reclaim.victim.index;
    if (!is_there) continue;
    const Shape& shape = shape_of(world, running);
    if (reclaim.kind == ReclaimKind::kPriority && shape.priority >= reclaim.priority) continue;
    for (std::uint32_t task = 0; task < running.tasks; ++task) {
      all.places.push_back(place);
      all.tasks.push_back({.priority = shape.priority,
                           .age = running.since.ns,
                           .amounts = shape.amounts.scalars.standard});
    }
  }
  return all;
}

}  // namespace

void on_reclaim(World& world, const allocation::Reclaim& reclaim) {
  const std::uint32_t index = reclaim.victim.index;
  const Duration wait =
      draw(world.scenario.frameworks[index].decision, *world.frameworks[index].random);
  const std::uint32_t number = world.reclaims_told++;
  world.reclaims.emplace(number, reclaim);
  plan(world, std::min(world.now + wait, reclaim.deadline), Happening::kFrameworkGivesBack, number);
}

void on_framework_gives_back(World& world, std::uint32_t number) {
  const allocation::Reclaim reclaim = world.reclaims.extract(number).mapped();
  const std::optional<ReclaimNeed> need = world.allocator.reclaim_need(reclaim.id);
  if (!need) return;
  const Candidates all = candidates_of(world, reclaim);
  for (std::size_t chosen : choose_tasks_to_end(all.tasks, *need)) {
    preempt_task(world, all.places[chosen]);
  }
  if (!world.frameworks[reclaim.victim.index].is_deciding) {
    send_demand(world, reclaim.victim.index);
  }
}

}  // namespace fairlead::scenario
