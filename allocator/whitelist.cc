#include "allocator/whitelist.h"

#include "allocator/accumulate.h"
#include "allocator/inventory.h"
#include "allocator/offers.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

void refresh_listed(Context& context, AgentHandle handle) {
  State& state = context.state;
  Agent& agent = agent_of(state, handle);
  bool unlisted = !is_listed(state, agent.hostname());
  if (!agent.present || agent.unlisted == unlisted) return;
  agent.unlisted = unlisted;
  if (unlisted && agent.kept_for != kNoClient) drop_accumulation(context, agent.kept_for);
  refresh_open(state, handle);
  if (unlisted) {
    rescind_all(context, agent.offers(), "the agent is not on the whitelist");
  } else {
    context.touched.agents.push_back(handle);
  }
}

}  // namespace

Status on_whitelist_set(Context& context, const WhitelistSet& event) {
  State& state = context.state;
  if (event.hostnames && event.hostnames->size() > limits::kAgentsMax) {
    return Error{ErrorCode::kExhausted, "WhitelistSet: at most " +
                                            std::to_string(limits::kAgentsMax) + " hosts, got " +
                                            std::to_string(event.hostnames->size())};
  }
  state.whitelist.reset();
  if (event.hostnames) state.whitelist.emplace(event.hostnames->begin(), event.hostnames->end());
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) refresh_listed(context, AgentHandle{i});
  return {};
}

bool is_listed(const State& state, std::string_view hostname) {
  return !state.whitelist || state.whitelist->find(hostname) != state.whitelist->end();
}

}  // namespace fairlead::allocation
