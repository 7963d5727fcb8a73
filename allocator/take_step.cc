#include "allocator/take_step.h"

#include <utility>

#include "allocator/accumulate.h"
#include "allocator/agents.h"
#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/frameworks.h"
#include "allocator/offers.h"
#include "allocator/quota.h"
#include "allocator/roles.h"
#include "allocator/serve.h"

namespace fairlead::allocation {
namespace {

struct Apply {
  Context& context;

  Status operator()(const AgentAdded& event) const { return on_agent_added(context, event); }
  Status operator()(const AgentChanged& event) const { return on_agent_changed(context, event); }
  Status operator()(const AgentRemoved& event) const { return on_agent_removed(context, event); }
  Status operator()(const AgentPaused& event) const { return on_agent_paused(context, event); }
  Status operator()(const AgentResumed& event) const { return on_agent_resumed(context, event); }
  Status operator()(const FrameworkAdded& event) const {
    return on_framework_added(context, event);
  }
  Status operator()(const FrameworkChanged& event) const {
    return on_framework_changed(context, event);
  }
  Status operator()(const FrameworkActivated& event) const {
    return on_framework_activated(context, event);
  }
  Status operator()(const FrameworkRemoved& event) const {
    return on_framework_removed(context, event);
  }
  Status operator()(const DemandSet& event) const { return on_demand_set(context, event); }
  Status operator()(const OfferResolved& event) const { return on_offer_resolved(context, event); }
  Status operator()(const HoldingFreed& event) const { return on_holding_freed(context, event); }
  Status operator()(const RolesSuppressed& event) const {
    return on_roles_suppressed(context, event);
  }
  Status operator()(const RolesRevived& event) const { return on_roles_revived(context, event); }
  Status operator()(const WeightSet& event) const { return on_weight_set(context, event); }
  Status operator()(const QuotaSet& event) const { return on_quota_set(context, event); }
  /// What time brings is applied before every event.
  Status operator()(const TimePassed&) const { return {}; }
};

}  // namespace

void take_step(Context& context, const Event& event) {
  context.state.now = context.now;
  std::swap(context.touched, context.state.touched_room);
  context.grants.offers_before = context.state.offers_made;
  expire_refusals(context);
  expire_waits(context);
  Status applied = std::visit(Apply{context}, event);
  if (!applied) context.out.push_back(RejectEvent{applied.error()});
  enforce_limits(context);
  serve(context);
  make_offers(context);
  std::swap(context.touched, context.state.touched_room);
}

}  // namespace fairlead::allocation
