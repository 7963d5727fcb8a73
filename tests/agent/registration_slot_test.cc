// The slots of a whole cluster together: what one master hears after its predecessor's end.
#include "agent/registration_slot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "common/limits.h"

namespace fairlead {
namespace {

/// One slot for each agent, by how many tasks it has.
std::vector<Duration> slots_of(const std::vector<std::size_t>& tasks) {
  std::size_t all = 0;
  for (std::size_t count : tasks) all += count;
  std::vector<Duration> slots;
  for (std::size_t agent = 0; agent < tasks.size(); ++agent) {
    AgentState state;
    state.random = agent + 1;
    state.link.cluster_agents = tasks.size();
    state.link.cluster_tasks = all;
    for (Serial serial = 1; serial <= tasks[agent]; ++serial) state.tasks[serial];
    slots.push_back(draw_registration_slot(state));
  }
  return slots;
}

/// The most in any hundredth of a second, as a rate.
std::int64_t peak_per_second(const std::vector<Duration>& slots) {
  std::vector<std::int64_t> hundredths(1'000);
  for (Duration slot : slots) ++hundredths.at(static_cast<std::size_t>(slot.ms() / 10));
  return *std::max_element(hundredths.begin(), hundredths.end()) * 100;
}

constexpr std::int64_t kAtMost = limits::kRegistrationsPerSecondMax;

TEST(RegistrationSlots, AgentsThatAreAlikeComeAtHalfTheBound) {
  const auto idle = slots_of(std::vector<std::size_t>(20'000, 0));
  const auto busy = slots_of(std::vector<std::size_t>(20'000, 3));
  for (const auto& slots : {idle, busy}) {
    EXPECT_LT(peak_per_second(slots), kAtMost * 6 / 10);
    EXPECT_LT(*std::max_element(slots.begin(), slots.end()), seconds(1));
    EXPECT_GT(*std::max_element(slots.begin(), slots.end()), milliseconds(990));
  }
}

TEST(RegistrationSlots, AlmostAllOfOneKindStillComeWithinTheBound) {
  std::vector<std::size_t> tasks(20'000, 0);
  for (std::size_t agent = 0; agent < 1'000; ++agent) tasks[agent] = 20;
  EXPECT_LT(peak_per_second(slots_of(tasks)), kAtMost * 12 / 10);  // what chance adds
}

TEST(RegistrationSlots, ThoseWithManyTasksComeBeforeThoseWithFew) {
  std::vector<std::size_t> tasks(20'000, 0);
  for (std::size_t agent = 0; agent < 1'000; ++agent) tasks[agent] = 20;
  const auto slots = slots_of(tasks);
  const auto first_idle = slots.begin() + 1'000;
  EXPECT_LT(*std::max_element(slots.begin(), first_idle), milliseconds(500));
  EXPECT_GE(*std::min_element(first_idle, slots.end()), milliseconds(500));
}

TEST(RegistrationSlots, ASmallClusterDoesNotWait) {
  for (Duration slot : slots_of(std::vector<std::size_t>(90, 1))) EXPECT_EQ(slot, Duration{});
}

TEST(RegistrationSlots, AnAgentThatKnowsNothingDoesNotWait) {
  AgentState state;
  EXPECT_EQ(draw_registration_slot(state), Duration{});
}

}  // namespace
}  // namespace fairlead
