// Properties of quota that hold for every history, against books that are not the allocator's.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "allocator/random.h"
#include "common/standard_amounts.h"
#include "tests/allocator/random_history.h"

namespace fairlead {
namespace {

void add_to(StandardAmounts& sum, const Quantities& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += part.standard[i];
}

/// What the role and its sub-roles hold, are offered and have reserved beside that.
StandardAmounts consumed_in(const AllocatorWorld& world, const RoleName& role) {
  StandardAmounts consumed{};
  std::map<std::uint32_t, Resources> left = world.totals;
  auto use = [&](std::uint32_t agent, const RoleName& by, const Resources& all) {
    const Resources resources = divisible_part(all);  // what is shared is never used up
    subtract(left.at(agent), resources);
    if (!is_ancestor_or_self(role, by)) return;
    for (const Lot& lot : resources.lots) {
      if (!lot.kind.revocable) add_to(consumed, lot.amounts.scalars);
    }
  };
  for (const auto& [key, resources] : world.holdings) {
    use(std::get<0>(key), {std::get<2>(key)}, resources);
  }
  for (const auto& [id, offer] : world.offers) use(offer.agent.index, offer.role, offer.resources);
  for (const auto& [agent, idle] : left) {
    for (const Lot& lot : idle.lots) {
      bool is_its = lot.kind.is_reserved() && !lot.kind.revocable &&
                    is_ancestor_or_self(role, lot.kind.reservations.back().role);
      if (is_its) add_to(consumed, lot.amounts.scalars);
    }
  }
  return consumed;
}

/// An offer whose end would bring the role nearer to its limit of the resource.
bool has_offer_of(const AllocatorWorld& world, const RoleName& role, std::size_t resource) {
  return std::any_of(world.offers.begin(), world.offers.end(), [&](const auto& one) {
    const allocation::MakeOffer& offer = one.second;
    if (!is_ancestor_or_self(role, offer.role)) return false;
    return std::any_of(offer.resources->lots.begin(), offer.resources->lots.end(),
                       [&](const Lot& lot) {
                         bool is_its = lot.kind.is_reserved() &&
                                       is_ancestor_or_self(role, lot.kind.reservations.back().role);
                         return !is_its && !lot.kind.revocable && !lot.kind.shared &&
                                lot.amounts.scalars.standard[resource] > 0;
                       });
  });
}

AllocationMode some_mode() {
  return *rc::gen::element(AllocationMode::kEvent, AllocationMode::kBatch);
}

RC_GTEST_PROP(Limits, AreNeverPassedByAnOfferThatIsOut, ()) {
  const AllocationMode mode = some_mode();
  AllocatorWorld world({.mode = mode});
  Draw draw{
      .with_quotas = true, .with_operations = true, .in_batches = mode == AllocationMode::kBatch};
  draw.numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      600, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  begin(world, draw);
  while (!draw.is_empty()) {
    any_event(world, draw);
    for (const RoleQuotaUse& one : world.core.quotas()) {
      RC_ASSERT(one.consumed == consumed_in(world, one.role));
      for (std::size_t i = 0; i < kStandardScalars; ++i) {
        bool is_over = one.consumed[i] > one.quota.limits[i];
        RC_ASSERT(!(is_over && has_offer_of(world, one.role, i)));
      }
    }
  }
}

/// The tasks of the shape in what is offered to the framework.
std::int64_t tasks_offered(const AllocatorWorld& world, std::uint32_t framework,
                           const DemandShape& shape) {
  std::int64_t tasks = 0;
  for (const auto& [id, offer] : world.offers) {
    if (offer.framework.index != framework) continue;
    tasks += how_many_fit(scalars(offer.resources), shape.amounts.scalars, 1'000'000);
  }
  return tasks;
}

void pass(AllocatorWorld& world, Duration span) {
  world.now = world.now + span;
  world.step(allocation::TimePassed{});
}

/// Others take, give back and free what they can, and wait until room is kept for them.
void others_do_something(AllocatorWorld& world, Draw& draw) {
  std::uint32_t kind = draw.below(5);
  if (kind == 0 && !world.offers.empty()) {
    OfferId offer = world.offers.begin()->first;
    if (draw.below(2) == 0) {
      world.decline(offer, {});
    } else {
      Resources all = world.offers.begin()->second.resources;
      world.accept(offer, all, {});
    }
  } else if (kind == 1 && !world.holdings.empty()) {
    AllocatorWorld::HoldingKey key = world.holdings.begin()->first;
    world.free_all(key);
  } else if (kind == 2) {
    pass(world, milliseconds(500) * (1 + draw.below(6)));
  } else {
    std::uint32_t framework = 1 + draw.below(2);
    world.step(allocation::DemandSet{
        {framework},
        {"r" + std::to_string(framework)},
        {shape_of("s", 500 * (1 + draw.below(8)), 512 * draw.below(6), 1 + draw.below(9))}});
  }
}

RC_GTEST_PROP(AGuarantee, IsThereInWholeTasksWhateverTheOthersDo, ()) {
  const AllocationMode mode = some_mode();
  AllocatorWorld world({.mode = mode});
  for (std::uint32_t i = 0; i < 3; ++i) {
    world.step(allocation::FrameworkAdded{
        {i}, {"f" + std::to_string(i)}, {{"r" + std::to_string(i)}}, {}});
  }
  DemandShape shape = shape_of("t", 500 * *rc::gen::inRange<std::int64_t>(1, 8),
                               512 * *rc::gen::inRange<std::int64_t>(0, 6), 0);
  auto wanted = *rc::gen::inRange<std::int64_t>(1, 6);
  Quota quota;
  quota.guarantees[0] = shape.amounts.scalars[StandardScalar::kCpus] * wanted + 100;
  world.step(allocation::DemandSet{{0}, {"r0"}, {shape}});
  world.step(allocation::QuotaSet{{"r0"}, quota});
  std::int64_t fits = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    allocation::AgentAdded added;
    added.agent = {i};
    added.text = agent_text("a" + std::to_string(i));
    added.total = cpus_and_mem(1000 * *rc::gen::inRange<std::int64_t>(1, 8),
                               512 * *rc::gen::inRange<std::int64_t>(1, 16));
    fits += how_many_fit(scalars(added.total), shape.amounts.scalars, 1'000'000);
    world.totals[i] = added.total;
    world.step(added);
  }
  Draw draw;
  draw.numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      300, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  while (!draw.is_empty()) others_do_something(world, draw);
  shape.count = 100;
  world.step(allocation::DemandSet{{0}, {"r0"}, {shape}});
  // The batch mode serves demand in its next run.
  if (mode == AllocationMode::kBatch) pass(world, AllocatorConfig{}.interval);
  RC_ASSERT(world.audit() == "");
  RC_ASSERT(tasks_offered(world, 0, shape) >= std::min(fits, wanted));
}

/// Without offers, which may come back.
StandardAmounts held_in(const AllocatorWorld& world, const RoleName& role) {
  StandardAmounts held = consumed_in(world, role);
  for (const auto& [id, offer] : world.offers) {
    if (!is_ancestor_or_self(role, offer.role)) continue;
    subtract(held, scalars(divisible_part(offer.resources)).standard);
  }
  return held;
}

/// "" when nobody is told to give what takes a role below its guarantee, with all that others are
/// told to give already. `open` are those that have not ended.
std::string broken_guarantee(const AllocatorWorld& world,
                             const std::map<ReclaimId, allocation::Reclaim>& open,
                             const allocation::Reclaim& made) {
  for (const RoleQuotaUse& one : world.core.quotas()) {
    bool counts = is_ancestor_or_self(one.role, made.victim_role) &&
                  !is_ancestor_or_self(one.role, made.beneficiary_role);
    if (!counts) continue;
    StandardAmounts left = held_in(world, one.role);
    for (const auto& [id, other] : open) {
      if (is_ancestor_or_self(one.role, other.victim_role)) subtract(left, other.amounts);
    }
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (made.amounts[i] > 0 && left[i] < one.quota.guarantees[i]) return one.role.text;
    }
  }
  return "";
}

TEST(Reclaims, NeverTakeARoleBelowItsGuarantee) {
  std::size_t made = 0;
  for (std::uint64_t number = 0; number < 300; ++number) {
    allocation::Random random{number};
    Draw draw{.with_quotas = true, .with_operations = true};
    draw.numbers.resize(600);
    for (std::uint32_t& one : draw.numbers) one = static_cast<std::uint32_t>(random.next() >> 32);
    AllocatorWorld world({.accumulate_after = milliseconds(1),
                          .accumulate_max = seconds(5),
                          .reclaim_after = milliseconds(1),
                          .reclaim_deadline = seconds(2),
                          .reclaims_for_fairness = true});
    std::map<ReclaimId, allocation::Reclaim> open;
    std::string broken;
    world.watch = [&](const allocation::Event&, const std::vector<allocation::Action>& given) {
      std::vector<allocation::Reclaim> fresh;
      for (const allocation::Action& action : given) {
        if (const auto* ended = std::get_if<allocation::ReclaimEnded>(&action)) {
          open.erase(ended->id);
        }
        if (const auto* reclaim = std::get_if<allocation::Reclaim>(&action)) {
          open[reclaim->id] = *reclaim;
          fresh.push_back(*reclaim);
        }
      }
      made += fresh.size();
      for (const allocation::Reclaim& one : fresh) broken += broken_guarantee(world, open, one);
    };
    begin(world, draw);
    while (!draw.is_empty()) any_event(world, draw);
    ASSERT_EQ(broken, "") << world.history;
  }
  EXPECT_GT(made, 20U);
}

}  // namespace
}  // namespace fairlead
