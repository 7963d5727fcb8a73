#include "tests/master/state_checks.h"

#include <gtest/gtest.h>

#include <map>

namespace fairlead {

void expect_no_overcommit(const master::MasterState& state) {
  std::map<std::uint32_t, Resources> offered;
  for (const auto& [id, offer] : state.offers) {
    add(offered[offer.agent.index], divisible_part(offer.resources));
  }
  for (std::uint32_t slot = 0; slot < state.agents.size(); ++slot) {
    const master::AgentEntry& agent = state.agents[slot];
    if (!agent.in_allocator) {
      ASSERT_FALSE(offered.contains(slot)) << agent.text.id() << " is offered";
      continue;
    }
    Quantities used = scalars(offered[slot]);
    for (std::uint32_t task : state.tasks.slots_of(AgentHandle{slot})) {
      const Resources& held = state.shapes[state.tasks[task].shape];
      if (state.tasks[task].holds) add(used, scalars(divisible_part(held)));
    }
    ASSERT_TRUE(contains(scalars(state.shapes[agent.total]), used)) << agent.text.id();
  }
}

bool expect_quota_rules(const master::MasterState& state) {
  if (state.quotas.empty()) return false;
  const auto& [role, quota] = *state.quotas.begin();
  Status kept = check_quotas(state.quotas, {.settings = {{role, quota}}, .force = true}, {});
  EXPECT_TRUE(kept.ok()) << kept.error().message;
  return true;
}

}  // namespace fairlead
