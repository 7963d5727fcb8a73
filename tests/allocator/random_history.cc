#include "tests/allocator/random_history.h"

#include <algorithm>

#include "tests/allocator/random_operations.h"

namespace fairlead {
namespace {

Duration short_span(Draw& draw) {
  if (draw.in_batches) {
    static constexpr std::int64_t kSpans[] = {-1, 0, 250, 1000, 1000, 1500, 2000};
    return milliseconds(kSpans[draw.below(7)]);
  }
  return milliseconds(draw.below(4) * 300);
}

Resources some_gpus(Draw& draw) {
  static constexpr const char* kKinds[] = {
      "gpus:2;gpu_shares:[0-1999]",
      "gpus:2;gpu_shares:[0-1999]",
      "gpus:3;gpu_shares:[1000-3999]",
      "gpus:0.5;gpu_shares:[0-499];gpus(a):1.5;gpu_shares(a):[500-1999]",
      "gpus:2",
  };
  return *parse_resources(kKinds[draw.below(5)]);
}

/// Shares of one device, and whole ones; 1.5 is refused.
std::int64_t some_gpus_wanted(Draw& draw) {
  static constexpr std::int64_t kMilli[] = {0, 0, 200, 300, 500, 700, 1000, 2000};
  return draw.below(40) == 0 ? 1500 : kMilli[draw.below(8)];
}

Resources some_total(Draw& draw) {
  Resources all = cpus_and_mem(1000 * (1 + draw.below(8)), 512 * (1 + draw.below(8)));
  if (draw.below(3) == 0) {
    Result<Resources> more = parse_resources("cpus(a):2;mem(a):1GiB;ports:[31000-31009]");
    add(all, *more);
    if (draw.with_operations) add(all, *parse_resources("disk(a):2GiB;disk:2GiB"));
  }
  if (draw.with_devices) add(all, some_gpus(draw));
  if (draw.below(6) == 0) add(all, *parse_resources("cpus{revocable}:3;mem{revocable}:1GiB"));
  return all;
}

/// Now and then one that is refused.
Constraint some_constraint(Draw& draw) {
  switch (draw.below(8)) {
    case 0:
      return {"rack", ConstraintRule::kMatches, "r."};
    case 1:
      return {"rack", ConstraintRule::kNotMatches, ".2"};
    case 2:
      return {"hostname", ConstraintRule::kMatches, draw.below(2) == 0 ? "agent1" : "agent."};
    case 3:
      return {"rack", ConstraintRule::kMatches, draw.below(4) == 0 ? "(" : ".1"};
    default:
      return {"rack", ConstraintRule::kEquals, "r1"};
  }
}

/// Of small tasks, or it would seldom fit. Now and then with a count that is refused.
void make_gang(DemandShape& shape, Draw& draw) {
  shape.amounts.scalars = scalars(cpus_and_mem(250 * (1 + draw.below(4)), 128 * draw.below(3)));
  shape.gang_size = 2 + draw.below(3);
  if (draw.below(8) != 0) shape.count -= shape.count % shape.gang_size;
  if (shape.count == 0) shape.count = shape.gang_size * draw.below(3);
}

allocation::DemandSet some_demand(Draw& draw, FrameworkHandle framework, const RoleName& role) {
  allocation::DemandSet demand{.framework = framework, .role = role};
  std::uint32_t shapes = draw.below(3);
  for (std::uint32_t i = 0; i < shapes; ++i) {
    DemandShape shape = shape_of("s" + std::to_string(i), 500 * (1 + draw.below(6)),
                                 256 * draw.below(8), draw.below(6));
    shape.per_agent_max = draw.below(3);
    shape.priority = static_cast<std::int32_t>(draw.below(3));
    if (draw.below(6) == 0) shape.constraints = {some_constraint(draw)};
    if (draw.below(6) == 0) shape.prefer = {some_constraint(draw), some_constraint(draw)};
    shape.revocable = draw.below(16) == 0;
    if (draw.below(draw.with_gangs ? 2 : 12) == 0) make_gang(shape, draw);
    if (draw.below(4) == 0) shape.amounts.ranges = {{"ports", {{1, 2}}}};
    if (draw.with_devices) {
      shape.amounts.scalars[StandardScalar::kGpus] = some_gpus_wanted(draw);
    }
    demand.shapes.push_back(shape);
  }
  return demand;
}

Attributes some_attributes(Draw& draw) {
  const char* region = draw.below(8) == 0 ? ";region:us" : "";
  return *parse_attributes((draw.below(2) == 0 ? "rack:r1" : "rack:r2") + std::string(region));
}

/// It was away, and comes back with a task of a framework that is known.
void bring_holdings(AllocatorWorld& world, Draw& draw, allocation::AgentAdded& added) {
  FrameworkHandle framework{draw.below(kFrameworks)};
  if (!world.frameworks.contains(framework.index)) return;
  Holding held{framework, role_at(draw.below(kRoles)), cpus_and_mem(500, 256)};
  world.holdings[{added.agent.index, framework.index, held.role.text}] = held.resources;
  added.holdings.push_back(held);
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
  allocation::AgentAdded added;
  added.agent = {agent};
  added.text = agent_text("agent" + std::to_string(agent));
  added.total = some_total(draw);
  added.attributes = some_attributes(draw);
  added.offers_paused = draw.below(8) == 0;
  if (!world.totals.contains(agent)) {
    world.totals[agent] = added.total;
    if (draw.below(2) == 0) bring_holdings(world, draw, added);
  }
  world.step(added);
}

void pass_time(AllocatorWorld& world, Draw& draw) {
  Duration span =
      draw.in_batches ? milliseconds(250 * draw.below(8)) : milliseconds(draw.below(1500));
  world.now = world.now + span;
  world.step(allocation::TimePassed{});
}

void whitelist_event(AllocatorWorld& world, Draw& draw) {
  allocation::WhitelistSet set;
  if (draw.below(2) == 0) {
    set.hostnames.emplace();
    for (std::uint32_t i = 0; i < kAgents; ++i) {
      if (draw.below(4) != 0) set.hostnames->push_back("agent" + std::to_string(i));
    }
  }
  world.step(set);
}

/// Of some roles, of which not all need be among the framework's.
std::map<RoleName, OfferMinimum> some_minimums(Draw& draw, const std::vector<RoleName>& roles) {
  static constexpr const char* kMinimums[] = {"none", "cpus:3", "cpus:2;mem:1GiB|mem:2GiB",
                                              "ports:[1-3]|cpus:4"};
  std::map<RoleName, OfferMinimum> minimums;
  if (draw.below(4) != 0) return minimums;
  minimums[roles.front()] = *parse_offer_minimum(kMinimums[draw.below(4)]);
  if (draw.below(8) == 0) minimums[role_at(draw.below(kRoles))] = {};
  return minimums;
}

Quota some_quota(Draw& draw) {
  Quota quota;
  for (std::size_t i : {0U, 1U}) {
    std::int64_t unit = i == 0 ? 500 : 256 * 1024;
    if (draw.below(3) == 0) quota.limits[i] = unit * draw.below(24);
    std::int64_t guaranteed = draw.below(3) == 0 ? unit * draw.below(16) : 0;
    quota.guarantees[i] = std::min(quota.limits[i], guaranteed);
  }
  if (draw.with_devices && draw.below(3) == 0) quota.limits[3] = 500 * draw.below(12);
  return quota;
}

void quota_event(AllocatorWorld& world, Draw& draw) {
  // Not every tree of them keeps the rules of check_quotas().
  QuotaChange change{.settings = {{role_at(draw.below(kRoles)), some_quota(draw)}}};
  if (draw.below(4) == 0) {
    change.settings.push_back({role_at(draw.below(kRoles)), some_quota(draw)});
  }
  for (const allocation::QuotaSet& event : allocation::events_of(change)) world.step(event);
}

std::vector<RoleConstraints> some_offer_constraints(Draw& draw,
                                                    const std::vector<RoleName>& roles) {
  if (draw.below(12) != 0) return {};
  RoleConstraints some{.role = roles.front(), .groups = {{some_constraint(draw)}}};
  if (draw.below(2) == 0) some.groups.push_back({some_constraint(draw), some_constraint(draw)});
  return {some};
}

FrameworkCapabilities some_capabilities(Draw& draw) {
  return {.revocable = draw.below(3) == 0,
          .shared = draw.below(2) == 0,
          .region_aware = draw.below(3) == 0};
}

void framework_event(AllocatorWorld& world, Draw& draw) {
  FrameworkHandle framework{draw.below(kFrameworks)};
  std::vector<RoleName> roles = {role_at(draw.below(5))};
  if (draw.below(2) == 0) roles.push_back(role_at(draw.below(5)));
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  std::vector<RoleName> suppressed;
  if (draw.below(4) == 0) suppressed = roles;
  std::map<RoleName, OfferMinimum> minimums = some_minimums(draw, roles);
  switch (draw.below(8)) {
    case 0:
      world.step(allocation::FrameworkChanged{framework, roles, suppressed, minimums,
                                              some_capabilities(draw),
                                              some_offer_constraints(draw, roles)});
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
                                            draw.below(5) != 0,
                                            minimums,
                                            some_capabilities(draw),
                                            some_offer_constraints(draw, roles)});
  }
}

void offer_event(AllocatorWorld& world, Draw& draw) {
  if (world.offers.empty()) return;
  auto at =
      std::next(world.offers.begin(), draw.below(static_cast<std::uint32_t>(world.offers.size())));
  OfferId id = at->first;
  std::uint32_t ending = draw.below(12);
  if (ending < 4) {
    world.decline(id, short_span(draw));
    return;
  }
  if (ending == 4) {
    world.expire(id, short_span(draw));
    return;
  }
  Resources used = at->second.resources;
  if (draw.below(2) == 0) {
    Amounts some = total(cpus_and_mem(500, 256 * draw.below(3)));
    if (draw.with_devices) some.scalars[StandardScalar::kGpus] = 100 * draw.below(4);
    std::optional<Resources> part = take(used, some, at->second.role);
    used = part ? *part : Resources{};
  }
  Duration refuse_for = short_span(draw);
  std::uint32_t priority = draw.below(6);
  world.accept(id, used, refuse_for, priority < 3 ? static_cast<std::int32_t>(priority) - 1 : 0);
}

}  // namespace

RoleName role_at(std::uint32_t i) {
  static constexpr const char* kNames[kRoles] = {"a", "a/x", "a/y", "b", "c/deep/er"};
  return {kNames[i % kRoles]};
}

void any_event(AllocatorWorld& world, Draw& draw) {
  if (draw.with_quotas && draw.below(12) == 0) {
    quota_event(world, draw);
    return;
  }
  if (draw.below(40) == 0) {
    whitelist_event(world, draw);
    return;
  }
  if (draw.with_operations && draw.below(12) == 0) {
    operation_event(world, draw);
    return;
  }
  // What is asked for is served when time passes.
  if (draw.in_batches && draw.below(4) == 0) {
    pass_time(world, draw);
    return;
  }
  if (draw.below(60) == 0) {
    world.step(allocation::AgentsAwaited{draw.below(3) == 0});
    return;
  }
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
      pass_time(world, draw);
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
    allocation::AgentAdded added;
    added.agent = {i};
    added.text = agent_text("agent" + std::to_string(i));
    added.total = some_total(draw);
    world.totals[i] = added.total;
    world.step(added);
  }
}

}  // namespace fairlead
