// Properties that hold for every history, tried on random ones. Built by drawing numbers, so that
// a failing history shrinks.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/allocator/random_history.h"

namespace fairlead {
namespace {

RC_GTEST_PROP(AnyHistory, NeverGivesTwiceAndKeepsItsBooks, ()) {
  AllocatorConfig config;
  if (*rc::gen::inRange(0, 4) == 0) config.mode = AllocationMode::kBatch;
  AllocatorWorld world(config);
  Draw draw{.with_quotas = *rc::gen::arbitrary<bool>(),
            .with_operations = *rc::gen::arbitrary<bool>(),
            .in_batches = config.mode == AllocationMode::kBatch};
  draw.numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      600, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  begin(world, draw);
  while (!draw.is_empty()) {
    any_event(world, draw);
    RC_ASSERT(world.audit() == "");
  }
}

RC_GTEST_PROP(AnyHistory, GivesTheSameActionsWhenRunTwice,
              (std::vector<std::uint32_t> numbers, bool with_quotas)) {
  std::string first;
  for (int run = 0; run < 2; ++run) {
    AllocatorWorld world({});
    Draw draw{.numbers = numbers, .with_quotas = with_quotas};
    begin(world, draw);
    while (!draw.is_empty()) any_event(world, draw);
    if (run == 0) first = world.history;
    RC_ASSERT(world.history == first);
  }
}

RC_GTEST_PROP(AnyHistory, LeavesNothingWhenEverybodyHasGone,
              (std::vector<std::uint32_t> numbers, bool with_quotas)) {
  AllocatorWorld world({});
  Draw draw{.numbers = std::move(numbers), .with_quotas = with_quotas};
  begin(world, draw);
  while (!draw.is_empty()) any_event(world, draw);
  for (std::uint32_t i = 0; i < kAgents; ++i) world.step(allocation::AgentRemoved{{i}});
  for (std::uint32_t i = 0; i < kFrameworks; ++i) world.step(allocation::FrameworkRemoved{{i}});
  for (std::uint32_t i = 0; i < 5; ++i) world.step(allocation::WeightSet{role_at(i), 1000});
  for (std::uint32_t i = 0; i < kRoles; ++i) world.step(allocation::QuotaSet{role_at(i), {}});
  RC_ASSERT(world.core.role_shares().empty());
  RC_ASSERT(world.core.quotas().empty());
  RC_ASSERT(world.core.offers().empty());
  RC_ASSERT(world.core.cluster_total().is_zero());
  RC_ASSERT(world.core.next_deadline().is_never());
}

/// Competing roles r0, r1, … of one framework, so that one event lets all of them in at once.
void divide(AllocatorWorld& world, const std::vector<DemandShape>& shapes,
            const std::vector<Resources>& totals) {
  std::vector<RoleName> roles;
  for (std::size_t i = 0; i < shapes.size(); ++i) roles.push_back({"r" + std::to_string(i)});
  world.step(allocation::FrameworkAdded{{0}, {"f"}, roles, roles});
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    world.step(allocation::DemandSet{{0}, roles[i], {shapes[i]}});
  }
  for (std::uint32_t i = 0; i < totals.size(); ++i) {
    world.totals[i] = totals[i];
    allocation::AgentAdded added;
    added.agent = {i};
    added.text = agent_text("a" + std::to_string(i));
    added.total = totals[i];
    world.step(added);
  }
  world.step(allocation::RolesRevived{{0}, {}});
}

/// What role `i` got, by agent.
std::map<std::uint32_t, Quantities> bundle_of(const AllocatorWorld& world, std::size_t i) {
  std::map<std::uint32_t, Quantities> bundle;
  for (const auto& [id, offer] : world.offers) {
    if (offer.role.text == "r" + std::to_string(i)) {
      add(bundle[offer.agent.index], scalars(offer.resources));
    }
  }
  return bundle;
}

std::int64_t fitting_tasks(const std::map<std::uint32_t, Quantities>& bundle,
                           const DemandShape& shape) {
  std::int64_t tasks = 0;
  for (const auto& [agent, amount] : bundle) {
    tasks += how_many_fit(amount, shape.amounts.scalars, 1'000'000);
  }
  return tasks;
}

/// DRF as plainly as it can be said: shares as exact fractions, least first, names break ties.
struct DumbDrf {
  Quantities free;
  Quantities total;
  std::vector<DemandShape> shapes;
  std::vector<std::int64_t> tasks;
  std::vector<bool> out;
  std::int64_t spread_at_first_stop = 0;  ///< largest difference of shares in parts of 10^9
  std::int64_t largest_task = 0;          ///< share of one task in parts of 10^9

  std::int64_t share(std::size_t i, std::int64_t count) const {
    std::int64_t most = 0;
    for (std::size_t r = 0; r < kStandardScalars; ++r) {
      if (total.standard[r] == 0) continue;
      most = std::max(
          most, count * shapes[i].amounts.scalars.standard[r] * 1'000'000'000 / total.standard[r]);
    }
    return most;
  }

  bool is_less(std::size_t i, std::size_t j) const {
    auto scaled = [&](std::size_t k) {
      // Over the common denominator cpus x mem.
      __int128 cpus = static_cast<__int128>(shapes[k].amounts.scalars[StandardScalar::kCpus]) *
                      tasks[k] * total[StandardScalar::kMem];
      __int128 mem = static_cast<__int128>(shapes[k].amounts.scalars[StandardScalar::kMem]) *
                     tasks[k] * total[StandardScalar::kCpus];
      return std::max(cpus, mem);
    };
    if (scaled(i) != scaled(j)) return scaled(i) < scaled(j);
    return tasks[i] != tasks[j] ? tasks[i] < tasks[j] : i < j;
  }

  void run() {
    tasks.assign(shapes.size(), 0);
    out.assign(shapes.size(), false);
    bool stopped = false;
    while (true) {
      std::optional<std::size_t> next;
      for (std::size_t i = 0; i < shapes.size(); ++i) {
        if (!out[i] && (!next || is_less(i, *next))) next = i;
      }
      if (!next) return;
      if (contains(free, shapes[*next].amounts.scalars)) {
        subtract(free, shapes[*next].amounts.scalars);
        ++tasks[*next];
        continue;
      }
      out[*next] = true;
      if (!stopped) note_first_stop();
      stopped = true;
    }
  }

  void note_first_stop() {
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      largest_task = std::max(largest_task, share(i, 1) + 1);
      for (std::size_t j = 0; j < shapes.size(); ++j) {
        spread_at_first_stop =
            std::max(spread_at_first_stop, share(i, tasks[i]) - share(j, tasks[j]));
      }
    }
  }
};

std::vector<DemandShape> some_shapes(std::int64_t least, std::int64_t most, std::int64_t unit) {
  std::vector<DemandShape> shapes;
  auto count = *rc::gen::inRange<std::uint32_t>(2, 6);
  for (std::uint32_t i = 0; i < count; ++i) {
    shapes.push_back(shape_of("s", unit * *rc::gen::inRange(least, most + 1),
                              unit * *rc::gen::inRange(least, most + 1), 100'000));
  }
  return shapes;
}

RC_GTEST_PROP(OneAgent, IsDividedAsDrfSaysWithSharesThatAreEqualWithinOneTask, ()) {
  // A task is at most 1/1000 of the agent.
  std::vector<DemandShape> shapes = some_shapes(5, 10, 1);
  Resources agent = cpus_and_mem(10'000, 10'000);
  AllocatorWorld world{AllocatorConfig{}};
  divide(world, shapes, {agent});
  RC_ASSERT(world.audit() == "");
  DumbDrf dumb{.free = scalars(agent), .total = scalars(agent), .shapes = shapes};
  dumb.run();
  RC_ASSERT(dumb.spread_at_first_stop <= dumb.largest_task);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    RC_ASSERT(fitting_tasks(bundle_of(world, i), shapes[i]) == dumb.tasks[i]);
  }
}

RC_GTEST_PROP(SeveralAgents, LeaveNoFittingDemandAndAreEnvyFreeUpToOneTaskPerAgent, ()) {
  std::vector<DemandShape> shapes = some_shapes(1, 10, 100);
  std::vector<Resources> totals;
  auto agents = *rc::gen::inRange<std::uint32_t>(1, 6);
  for (std::uint32_t i = 0; i < agents; ++i) {
    totals.push_back(cpus_and_mem(1000 * *rc::gen::inRange<std::int64_t>(10, 30),
                                  1000 * *rc::gen::inRange<std::int64_t>(10, 30)));
  }
  AllocatorWorld world{AllocatorConfig{}};
  divide(world, shapes, totals);
  RC_ASSERT(world.audit() == "");
  for (std::uint32_t a = 0; a < agents; ++a) {
    Quantities free = scalars(*world.core.free({a}));
    for (const DemandShape& shape : shapes) RC_ASSERT(!contains(free, shape.amounts.scalars));
  }
  // Nobody would rather have another one's resources, one task on each agent taken away from them.
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    std::int64_t mine = fitting_tasks(bundle_of(world, i), shapes[i]);
    for (std::size_t j = 0; j < shapes.size(); ++j) {
      std::map<std::uint32_t, Quantities> theirs = bundle_of(world, j);
      for (auto& [agent, amount] : theirs) subtract(amount, shapes[j].amounts.scalars);
      RC_ASSERT(fitting_tasks(theirs, shapes[i]) <= mine + agents);
    }
  }
}

}  // namespace
}  // namespace fairlead
