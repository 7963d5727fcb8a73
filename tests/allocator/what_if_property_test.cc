// A dry run changes nothing, and what it foretells comes true.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>

#include "allocator/random.h"
#include "tests/allocator/random_history.h"

namespace fairlead {
namespace {

Draw some_history() {
  Draw draw{.with_quotas = true};
  draw.numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      600, rc::gen::inRange<std::uint32_t>(0, 1'000'000));
  return draw;
}

/// A change of quota or weight by itself, asked when nothing is due: a dry run speaks of the moment
/// of the last step.
bool can_be_foretold(const AllocatorWorld& world, const allocation::Event& event) {
  if (world.core.next_deadline() <= world.now) return false;
  const auto* quota = std::get_if<allocation::QuotaSet>(&event);
  if (quota != nullptr) return !quota->more_follow;
  return std::holds_alternative<allocation::WeightSet>(event);
}

std::string text_of(const WhatIf& found) {
  std::string text;
  for (const WouldRescind& one : found.rescinded) {
    text += "rescind " + std::to_string(one.offer.offer.number) + " " + one.reason + "\n";
  }
  for (const OutstandingOffer& one : found.offered) {
    text += "offer " + std::to_string(one.offer.number) + " f" +
            std::to_string(one.framework.index) + " " + one.role.text + " a" +
            std::to_string(one.agent.index) + " " + to_string(one.resources) + "\n";
  }
  return text;
}

std::string text_of(const std::vector<allocation::Action>& actions) {
  WhatIf happened;
  for (const allocation::Action& action : actions) {
    if (const auto* gone = std::get_if<allocation::RescindOffer>(&action)) {
      happened.rescinded.push_back({.offer = {.offer = gone->offer}, .reason = gone->reason});
    }
    if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
      happened.offered.push_back(
          {made->offer, made->framework, made->role, made->agent, made->resources});
    }
  }
  return text_of(happened);
}

/// How many changes were foretold that did something.
std::uint32_t foretell_all(std::uint64_t history) {
  AllocatorWorld world({.seed = history});
  std::uint32_t changes = 0;
  std::optional<std::string> foretold;
  world.before = [&](const allocation::Event& event) {
    foretold.reset();
    if (!can_be_foretold(world, event)) return;
    Result<WhatIf> found = world.core.what_if({event});
    if (found) foretold = text_of(*found);
  };
  world.watch = [&](const allocation::Event&, const std::vector<allocation::Action>& actions) {
    if (!foretold) return;
    ASSERT_EQ(*foretold, text_of(actions)) << "in history " << history;
    if (!actions.empty()) ++changes;
  };
  allocation::Random random{history};
  Draw draw{.with_quotas = true};
  draw.numbers.resize(500);
  for (std::uint32_t& one : draw.numbers) one = static_cast<std::uint32_t>(random.next() >> 32);
  begin(world, draw);
  while (!draw.is_empty() && !testing::Test::HasFatalFailure()) any_event(world, draw);
  return changes;
}

TEST(ADryRun, ForetellsWhatHappens) {
  std::uint32_t changes = 0;
  for (std::uint64_t history = 0; history < 300 && !HasFatalFailure(); ++history) {
    changes += foretell_all(history);
  }
  EXPECT_GT(changes, 300U) << "hardly a change did something";
}

RC_GTEST_PROP(ADryRun, LeavesEverythingAsItWas, ()) {
  const Draw drawn = some_history();
  std::string without;
  for (bool is_asked : {false, true}) {
    AllocatorWorld world({});
    Draw draw = drawn;
    std::uint32_t asked = 0;
    world.before = [&](const allocation::Event&) {
      if (!is_asked) return;
      Quota quota;
      quota.limits[0] = 500 * (asked % 16);
      quota.guarantees[1] = 256 * 1024 * (asked % 8);
      const RoleName role = role_at(++asked % kRoles);
      (void)world.core.what_if({allocation::QuotaSet{role, quota}});
      (void)world.core.what_if({allocation::WeightSet{role, 1 + 700 * (asked % 5)}});
    };
    begin(world, draw);
    while (!draw.is_empty()) any_event(world, draw);
    for (const std::string& name : world.core.order()) world.history += name + "\n";
    if (!is_asked) without = world.history;
    RC_ASSERT(world.history == without);
  }
}

}  // namespace
}  // namespace fairlead
