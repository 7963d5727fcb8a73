// Properties that hold for every history, tried on random ones. Built by drawing numbers, so that
// a failing history shrinks.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/allocator/allocator_world.h"

namespace fairlead {
namespace {

constexpr std::uint32_t kAgents = 4;
constexpr std::uint32_t kFrameworks = 4;

struct Draw {
  std::vector<std::uint32_t> numbers;
  std::size_t at = 0;

  bool is_empty() const { return at >= numbers.size(); }
  std::uint32_t below(std::uint32_t bound) { return is_empty() ? 0 : numbers[at++] % bound; }
};

RoleName role_at(std::uint32_t i) {
  static constexpr const char* kRoles[] = {"a", "a/x", "a/y", "b", "c/deep/er"};
  return {kRoles[i % 5]};
}

Duration short_span(Draw& draw) {
  return milliseconds(draw.below(4) * 300);
}

Resources some_total(Draw& draw) {
  Resources all = cpus_and_mem(1000 * (1 + draw.below(8)), 512 * (1 + draw.below(8)));
  if (draw.below(3) == 0) {
    Result<Resources> more = parse_resources("cpus(a):2;mem(a):1GiB;ports:[31000-31009]");
    add(all, *more);
  }
  return all;
}

allocation::DemandSet some_demand(Draw& draw, FrameworkHandle framework, const RoleName& role) {
  allocation::DemandSet demand{.framework = framework, .role = role};
  std::uint32_t shapes = draw.below(3);
  for (std::uint32_t i = 0; i < shapes; ++i) {
    DemandShape shape = shape_of("s" + std::to_string(i), 500 * (1 + draw.below(6)),
                                 256 * draw.below(8), draw.below(6));
    shape.per_agent_max = draw.below(3);
    shape.priority = static_cast<std::int32_t>(draw.below(3));
    if (draw.below(4) == 0) shape.constraints = {{"rack", ConstraintRule::kEquals, "r1"}};
    if (draw.below(4) == 0) shape.amounts.ranges = {{"ports", {{1, 2}}}};
    demand.shapes.push_back(shape);
  }
  return demand;
}

Attributes some_attributes(Draw& draw) {
  return *parse_attributes(draw.below(2) == 0 ? "rack:r1" : "rack:r2");
}

void agent_event(AllocatorWorld& world, Draw& draw) {
  std::uint32_t agent = draw.below(kAgents);
  switch (draw.below(5)) {
    case 0: {
      if (!world.totals.contains(agent)) break;
      std::erase_if(world.holdings,
                    [&](const auto& one) { return std::get<0>(one.first) == agent; });
      world.totals.erase(agent);
      world.step(allocation::AgentRemoved{{agent}});
      return;
    }
    case 1:
      world.step(allocation::AgentPaused{{agent}, "breaker"});
      return;
    case 2:
      world.step(allocation::AgentResumed{{agent}});
      return;
    case 3: {
      // Grows only: what shrinks under allocation is allowed to be over-committed.
      if (!world.totals.contains(agent)) break;
      add(world.totals.at(agent), cpus_and_mem(500 * draw.below(3), 256 * draw.below(3)));
      world.step(allocation::AgentChanged{{agent}, world.totals.at(agent), some_attributes(draw)});
      return;
    }
    default:
      break;
  }
  allocation::AgentAdded added{.agent = {agent}, .id = {"agent" + std::to_string(agent)}};
  added.hostname = added.id.text;
  added.total = some_total(draw);
  added.attributes = some_attributes(draw);
  if (!world.totals.contains(agent)) world.totals[agent] = added.total;
  world.step(added);
}

void framework_event(AllocatorWorld& world, Draw& draw) {
  FrameworkHandle framework{draw.below(kFrameworks)};
  std::vector<RoleName> roles = {role_at(draw.below(5))};
  if (draw.below(2) == 0) roles.push_back(role_at(draw.below(5)));
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  std::vector<RoleName> suppressed;
  if (draw.below(4) == 0) suppressed = roles;
  switch (draw.below(8)) {
    case 0:
      world.step(allocation::FrameworkChanged{framework, roles, suppressed});
      return;
    case 1:
      world.step(allocation::FrameworkActivated{framework, draw.below(2) == 0});
      return;
    case 2:
      world.step(allocation::FrameworkRemoved{framework});
      return;
    case 3:
      world.step(allocation::RolesSuppressed{framework, {}});
      return;
    case 4:
      world.step(allocation::RolesRevived{framework, {}});
      return;
    case 5:
      world.step(allocation::WeightSet{role_at(draw.below(5)), 250 * (1 + draw.below(16))});
      return;
    default:
      world.step(allocation::FrameworkAdded{framework,
                                            {"framework" + std::to_string(framework.index)},
                                            roles,
                                            suppressed,
                                            draw.below(5) != 0});
  }
}

void offer_event(AllocatorWorld& world, Draw& draw) {
  if (world.offers.empty()) return;
  auto at =
      std::next(world.offers.begin(), draw.below(static_cast<std::uint32_t>(world.offers.size())));
  OfferId id = at->first;
  if (draw.below(3) == 0) {
    world.decline(id, short_span(draw));
    return;
  }
  Resources used = at->second.resources;
  if (draw.below(2) == 0) {
    Amounts some = total(cpus_and_mem(500, 256 * draw.below(3)));
    std::optional<Resources> part = take(used, some, at->second.role);
    used = part ? *part : Resources{};
  }
  world.accept(id, used, short_span(draw));
}

void any_event(AllocatorWorld& world, Draw& draw) {
  switch (draw.below(10)) {
    case 0:
      agent_event(world, draw);
      return;
    case 1:
      framework_event(world, draw);
      return;
    case 2:
    case 3:
      world.step(some_demand(draw, {draw.below(kFrameworks)}, role_at(draw.below(5))));
      return;
    case 4:
      world.now = world.now + milliseconds(draw.below(1500));
      world.step(allocation::TimePassed{});
      return;
    case 5:
    case 6: {
      if (world.holdings.empty()) return;
      auto at = std::next(world.holdings.begin(),
                          draw.below(static_cast<std::uint32_t>(world.holdings.size())));
      AllocatorWorld::HoldingKey key = at->first;
      world.free_all(key);
      return;
    }
    default:
      offer_event(world, draw);
  }
}

void begin(AllocatorWorld& world, Draw& draw) {
  for (std::uint32_t i = 0; i < kFrameworks; ++i) {
    world.step(allocation::FrameworkAdded{
        {i}, {"framework" + std::to_string(i)}, {role_at(i), role_at(i + 1)}, {}});
  }
  for (std::uint32_t i = 0; i < kAgents; ++i) {
    allocation::AgentAdded added{.agent = {i}, .id = {"agent" + std::to_string(i)}};
    added.total = some_total(draw);
    world.totals[i] = added.total;
    world.step(added);
  }
}

RC_GTEST_PROP(AnyHistory, NeverGivesTwiceAndKeepsItsBooks, ()) {
  AllocatorWorld world({});
  Draw draw{*rc::gen::container<std::vector<std::uint32_t>>(
      600, rc::gen::inRange<std::uint32_t>(0, 1'000'000))};
  begin(world, draw);
  while (!draw.is_empty()) {
    any_event(world, draw);
    RC_ASSERT(world.audit() == "");
  }
}

RC_GTEST_PROP(AnyHistory, GivesTheSameActionsWhenRunTwice, (std::vector<std::uint32_t> numbers)) {
  std::string first;
  for (int run = 0; run < 2; ++run) {
    AllocatorWorld world({});
    Draw draw{numbers};
    begin(world, draw);
    while (!draw.is_empty()) any_event(world, draw);
    if (run == 0) first = world.history;
    RC_ASSERT(world.history == first);
  }
}

RC_GTEST_PROP(AnyHistory, LeavesNothingWhenEverybodyHasGone, (std::vector<std::uint32_t> numbers)) {
  AllocatorWorld world({});
  Draw draw{std::move(numbers)};
  begin(world, draw);
  while (!draw.is_empty()) any_event(world, draw);
  for (std::uint32_t i = 0; i < kAgents; ++i) world.step(allocation::AgentRemoved{{i}});
  for (std::uint32_t i = 0; i < kFrameworks; ++i) world.step(allocation::FrameworkRemoved{{i}});
  for (std::uint32_t i = 0; i < 5; ++i) world.step(allocation::WeightSet{role_at(i), 1000});
  RC_ASSERT(world.core.role_shares().empty());
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
    allocation::AgentAdded added{.agent = {i}, .id = {"a" + std::to_string(i)}};
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
