// What an explanation suggests holds: the change, applied to an allocator that lived through the
// same history, makes it offer the shape. On random histories; each kind of change comes up.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "allocator/random.h"
#include "allocator/turnover.h"
#include "tests/allocator/random_history.h"

namespace fairlead {
namespace {

struct Recorded {
  Instant at;
  allocation::Event event;
};

struct Asked {
  FrameworkHandle framework;
  RoleName role;
  std::string shape;
};

/// A history with everything that happened in it.
class ExplainedWorld {
 public:
  explicit ExplainedWorld(std::uint64_t number) : config_{.seed = number}, world_(config_) {
    world_.watch = [this](const allocation::Event& event, const std::vector<allocation::Action>&) {
      events_.push_back({world_.now, event});
    };
    allocation::Random random{number};
    draw_.with_quotas = number % 2 == 1;
    draw_.numbers.resize(400);
    for (std::uint32_t& one : draw_.numbers) one = static_cast<std::uint32_t>(random.next() >> 32);
    begin(world_, draw_);
  }

  bool is_over() const { return draw_.is_empty(); }
  void go_on() { any_event(world_, draw_); }

  /// Lets all want more than there is: large tasks, small ones for a rack, one on each agent. What
  /// is offered is taken, or declined for a while.
  void press(std::uint32_t turn) {
    for (std::uint32_t i = 0; i < kFrameworks; ++i) {
      for (std::uint32_t r = 0; r < kRoles; ++r) world_.step(large_demand({i}, role_at(r)));
    }
    for (const auto& [offer, made] : std::map(world_.offers)) {
      if (!world_.offers.contains(offer)) continue;
      if (turn % 3 == 0) {
        world_.decline(offer, milliseconds(900));
      } else {
        world_.accept(offer, made.resources, {});
      }
    }
    if (turn % 4 == 1) world_.step(allocation::FrameworkActivated{{turn % kFrameworks}, false});
    if (turn % 4 == 2) world_.step(allocation::RolesSuppressed{{turn % kFrameworks}, {}});
    if (turn % 4 == 3) {
      Quota quota;
      quota.limits[0] = 1'000;
      world_.step(allocation::QuotaSet{role_at(turn), quota});
    }
  }

  /// Every demanded shape of which something waits.
  std::vector<Asked> waiting() const {
    std::vector<Asked> all;
    for (std::uint32_t i = 0; i < kFrameworks; ++i) {
      for (std::uint32_t r = 0; r < kRoles; ++r) {
        for (const std::string& shape : shapes_) {
          Result<Explanation> why =
              world_.core.explain({i}, role_at(r), shape, {.with_changes = false});
          if (why && why->wanted > why->offered) all.push_back({{i}, role_at(r), shape});
        }
      }
    }
    return all;
  }

  Explanation explain(const Asked& asked) const {
    return *world_.core.explain(asked.framework, asked.role, asked.shape);
  }

  /// How many tasks of the shape are offered after `events` at that time, in another allocator.
  std::uint32_t offered_after(const Asked& asked, Duration in,
                              const std::vector<allocation::Event>& events) const {
    AllocatorCore other(config_, simple_patterns());
    std::vector<allocation::Action> actions;
    for (const Recorded& one : events_) other.step(one.at, one.event, actions);
    for (const allocation::Event& event : events) other.step(world_.now + in, event, actions);
    return other.explain(asked.framework, asked.role, asked.shape, {.with_changes = false})
        ->offered;
  }

  /// The names of shapes that the histories draw.
  void know_shapes() {
    for (const Recorded& one : events_) {
      const auto* set = std::get_if<allocation::DemandSet>(&one.event);
      if (set == nullptr) continue;
      for (const DemandShape& shape : set->shapes) shapes_.insert(shape.name);
    }
  }

 private:
  static allocation::DemandSet large_demand(FrameworkHandle framework, const RoleName& role) {
    DemandShape large = shape_of("large", 2'500, 768, 3);
    DemandShape small = shape_of("small", 250, 64, 2);
    small.constraints = {{"rack", ConstraintRule::kEquals, "r1"}};
    DemandShape apart = shape_of("apart", 500, 64, 8);
    apart.per_agent_max = 1;
    return {framework, role, {large, small, apart}};
  }

  AllocatorConfig config_;
  AllocatorWorld world_;
  Draw draw_;
  std::vector<Recorded> events_;
  std::set<std::string> shapes_;
};

TEST(Explain, WhatWouldAdmitATaskDoesWhenItHappens) {
  std::map<std::string, int> seen;
  for (std::uint64_t number = 0; number < 100; ++number) {
    ExplainedWorld world(number);
    for (int i = 0; !world.is_over(); ++i) {
      world.go_on();
      if (i % 15 != 14) continue;
      world.press(static_cast<std::uint32_t>(number) + static_cast<std::uint32_t>(i) / 15);
      world.know_shapes();
      for (const Asked& asked : world.waiting()) {
        Explanation why = world.explain(asked);
        EXPECT_EQ(why.changes.empty(), !why.no_change.empty());
        EXPECT_EQ(world.offered_after(asked, {}, {allocation::TimePassed{}}), why.offered)
            << "nothing happened, and it was offered all the same";
        for (const AdmittingChange& change : why.changes) {
          ++seen[to_string(change.kind)];
          EXPECT_GT(world.offered_after(asked, change.in, change.events), why.offered)
              << "history " << number << ", event " << i << ": " << change.text;
        }
      }
    }
  }
  for (const char* kind : {"wait", "connect", "revive", "drop_constraint", "reduce_shape",
                           "return_offer", "resume_agent", "raise_limit", "free", "add_agents"}) {
    EXPECT_GT(seen[kind], 0) << kind << " never came up";
  }
}

TEST(Turnover, CountsWhatEndedInTheLastTenMinutes) {
  allocation::Turnover turnover;
  Quantities two;
  two[StandardScalar::kCpus] = 2'000;
  EXPECT_EQ(turnover.sum(Instant{}).times, 0U);
  turnover.add(Instant{} + seconds(30), two);
  turnover.add(Instant{} + seconds(59), two);
  turnover.add(Instant{} + seconds(150), two);
  allocation::Turnover::Sum sum = turnover.sum(Instant{} + seconds(180));
  EXPECT_EQ(sum.times, 3U);
  EXPECT_EQ(sum.freed[0], 6'000);
  EXPECT_EQ(sum.minutes, 4) << "0, 1, 2 and the one that has begun";
  sum = turnover.sum(Instant{} + seconds(600));
  EXPECT_EQ(sum.times, 1U) << "the first minute is over for ten";
  EXPECT_EQ(turnover.sum(Instant{} + seconds(800)).times, 0U);
}

}  // namespace
}  // namespace fairlead
