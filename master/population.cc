// How many agents, tasks and frameworks there are, told to each agent and framework: after a change
// of the leader they return as one, and each waits by it for a slot (common/return_window.h). Who
// was welcomed long ago hears of it again with a heartbeat.
#include <bit>

#include "master/handlers.h"

namespace fairlead::master {
namespace {

/// Fewer peers do not wait for each other: what their number is need not be told again.
constexpr std::uint64_t kFew = 64;

/// 0 for few, then one more with every doubling.
int steps_of(std::uint64_t number) {
  return static_cast<int>(std::bit_width(number / kFew));
}

std::uint64_t count_agents(const MasterState& state) {
  return state.agents.size() - state.agents_free.size();
}

ClusterSteps steps_of(const MasterState& state) {
  const int agents = steps_of(count_agents(state));
  if (agents == 0) return {};  // then it is all the same how many tasks there are
  return {.agents = static_cast<std::uint8_t>(agents),
          .tasks = static_cast<std::uint8_t>(steps_of(state.tasks.size()))};
}

}  // namespace

void say_welcome(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  agent.told = steps_of(c.state);
  send_to_agent(c, slot,
                AgentWelcome{.agent = agent.id(),
                             .cluster = c.state.cluster,
                             .epoch = c.state.epoch,
                             .heartbeat_every = c.config.heartbeat_every,
                             .unreachable_after = c.config.agent_lease,
                             .agents = count_agents(c.state),
                             .tasks = c.state.tasks.size()});
}

void renew_welcome(Context& c, std::uint32_t slot) {
  if (c.state.agents[slot].told != steps_of(c.state)) say_welcome(c, slot);
}

void say_subscribed(Context& c, std::uint32_t slot) {
  FrameworkEntry& framework = c.state.frameworks[slot];
  const std::uint64_t frameworks = c.state.frameworks_by_id.size();
  framework.told = steps_of(frameworks);
  send_to_framework(c, slot,
                    Subscribed{.framework = framework.info.id,
                               .cluster = c.state.cluster,
                               .epoch = c.state.epoch,
                               .heartbeat_every = c.config.heartbeat_every,
                               .frameworks = frameworks});
}

void renew_subscribed(Context& c, std::uint32_t slot) {
  const bool is_same = c.state.frameworks[slot].told == steps_of(c.state.frameworks_by_id.size());
  if (!is_same) say_subscribed(c, slot);
}

}  // namespace fairlead::master
