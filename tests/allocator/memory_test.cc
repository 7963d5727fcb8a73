// What an idle agent takes in the allocator: its record, its texts, and nothing that it shares.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "allocator/take_step.h"

namespace fairlead::allocation {
namespace {

Resources cpus(std::int64_t milli) {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = milli;
  return plain(amounts);
}

class AllocatorMemory : public testing::Test {
 protected:
  AllocatorMemory() { state_.roles.emplace_back().present = true; }  // the root

  void take(const Event& event) {
    Context context{.state = state_, .now = {}, .out = actions_, .touched = {}, .grants = {}};
    take_step(context, event);
  }
  void add_agent(std::uint32_t handle, std::int64_t cpu_milli, Attributes attributes = {}) {
    AgentAdded added;
    added.agent = {handle};
    added.text = AgentText(
        {.id = "agent-" + std::to_string(handle), .hostname = "host", .http_address = {}});
    added.total = cpus(cpu_milli);
    added.attributes = std::move(attributes);
    take(added);
  }

  State state_;
  std::vector<Action> actions_;
};

TEST_F(AllocatorMemory, OneAgentStaysWithinItsBudget) {
  EXPECT_LE(sizeof(Agent), 40U);
  EXPECT_LE(sizeof(FreeColumn), 48U);
}

TEST_F(AllocatorMemory, AgentsOfOneKindShareItWhateverComesInBetween) {
  for (std::uint32_t i = 0; i < 10; ++i) add_agent(i, i % 2 == 0 ? 4'000 : 8'000);
  add_agent(10, 4'000, {{"rack", "a"}});
  EXPECT_EQ(state_.kinds.size(), 3U);
  EXPECT_EQ(state_.agents[0].kind, state_.agents[8].kind);
  EXPECT_EQ(state_.cluster[StandardScalar::kCpus], 5 * 4'000 + 5 * 8'000 + 4'000);

  take(AgentChanged{.agent = {10}, .total = cpus(8'000), .attributes = {}});
  EXPECT_EQ(state_.kinds.size(), 2U) << "the last one of its kind has become another";
  EXPECT_EQ(state_.agents[10].kind, state_.agents[1].kind);
  for (std::uint32_t i = 0; i < 11; ++i) take(AgentRemoved{{i}});
  EXPECT_EQ(state_.kinds.size(), 0U);
  EXPECT_TRUE(state_.cluster.is_zero());
}

TEST_F(AllocatorMemory, AnAgentsTextIsThatOfWhoAddedIt) {
  AgentAdded added;
  added.agent = {0};
  added.text = AgentText({.id = "agent-0", .hostname = "host", .http_address = "10.0.0.1:80"});
  added.total = cpus(4'000);
  take(added);
  EXPECT_TRUE(state_.agents[0].text.is_shared_with(added.text));
}

TEST_F(AllocatorMemory, OnlyAnAgentInUseHasARecordOfIt) {
  take(FrameworkAdded{.framework = {0}, .id = {"f"}, .roles = {{"r"}}});
  add_agent(0, 4'000);
  ASSERT_EQ(actions_.size(), 1U) << "all of it is offered";
  OfferId offer = std::get<MakeOffer>(actions_[0]).offer;
  ASSERT_NE(state_.agents[0].use, nullptr);
  EXPECT_TRUE(state_.agents[0].free().is_zero());

  take(OfferResolved{.offer = offer, .used = cpus(1'000), .refuse_for = seconds(1'000)});
  ASSERT_NE(state_.agents[0].use, nullptr);
  EXPECT_EQ(state_.agents[0].free(), cpus(3'000));

  take(RolesSuppressed{.framework = {0}, .roles = {{"r"}}});
  take(HoldingFreed{.agent = {0}, .holding = {{0}, {"r"}, cpus(1'000)}});
  EXPECT_EQ(state_.agents[0].use, nullptr);
  EXPECT_EQ(state_.agents[0].free(), cpus(4'000));
}

}  // namespace
}  // namespace fairlead::allocation
