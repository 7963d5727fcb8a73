#include "allocator/lots.h"

#include <algorithm>

#include "common/devices.h"

namespace fairlead::allocation {
namespace {

const FrameworkCapabilities& capabilities_of(const State& state, ClientIndex client) {
  return framework_of(state, client_of(state, client).framework).capabilities;
}

const RoleName& role_name_of(const State& state, ClientIndex client) {
  return role_of(state, client_of(state, client).role).path;
}

}  // namespace

Resources offerable(const State& state, ClientIndex client, const Resources& resources) {
  bool takes_revocable = capabilities_of(state, client).revocable;
  Resources usable = usable_by(resources, role_name_of(state, client));
  std::erase_if(usable.lots,
                [&](const Lot& lot) { return lot.kind.revocable && !takes_revocable; });
  // An agent that shrank may have more shares of devices than gpus.
  for (Lot& lot : usable.lots) cut_shares_to_gpus(lot.amounts);
  return usable;
}

SharedResources offerable(const State& state, ClientIndex client, AgentHandle handle) {
  const Agent& agent = agent_of(state, handle);
  if (!state.columns[handle.index].plain) return offerable(state, client, agent.free());
  return agent.use ? agent.use->free : agent.kind->divisible;
}

SharedResources with_shared(const State& state, ClientIndex client, AgentHandle handle,
                            const SharedResources& offered) {
  const AgentKind& kind = *agent_of(state, handle).kind;
  if (kind.divisible.is_shared_with(kind.total)) return offered;  // nearly always
  if (!capabilities_of(state, client).shared) return offered;
  Resources all = usable_by(shared_part(*kind.total), role_name_of(state, client));
  add(all, *offered);
  return all;
}

Resources cuttable(const State& state, ClientIndex client, const Resources& resources,
                   const DemandShape& shape) {
  bool may = !shape.revocable || capabilities_of(state, client).revocable;
  Resources usable = usable_by(resources, role_name_of(state, client));
  std::erase_if(usable.lots, [&](const Lot& lot) {
    return !may || lot.kind.volume || lot.kind.shared || lot.kind.revocable != shape.revocable;
  });
  return usable;
}

std::optional<Resources> cut_out(const State& state, ClientIndex client, const Resources& resources,
                                 const DemandShape& shape) {
  const RoleName& role = role_name_of(state, client);
  if (!shape.revocable) return take(resources, shape.amounts, role);
  if (!capabilities_of(state, client).revocable) return std::nullopt;
  std::optional<Resources> taken = take(revocable_part(resources), shape.amounts, role);
  if (taken) taken = as_revocable(std::move(*taken));
  return taken;
}

bool takes_all(const State& state, ClientIndex client, const Resources& resources) {
  return capabilities_of(state, client).revocable ||
         std::none_of(resources.lots.begin(), resources.lots.end(),
                      [](const Lot& lot) { return lot.kind.revocable; });
}

}  // namespace fairlead::allocation
