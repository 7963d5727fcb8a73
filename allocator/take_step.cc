#include "allocator/take_step.h"

#include <utility>

#include "allocator/accumulate.h"
#include "allocator/agents.h"
#include "allocator/batch.h"
#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/frameworks.h"
#include "allocator/headroom.h"
#include "allocator/impossible.h"
#include "allocator/leases.h"
#include "allocator/offers.h"
#include "allocator/quota.h"
#include "allocator/roles.h"
#include "allocator/serve.h"
#include "allocator/whitelist.h"

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
  Status operator()(const WhitelistSet& event) const { return on_whitelist_set(context, event); }
  Status operator()(const AgentsAwaited& event) const {
    set_agents_awaited(context, event.awaited);
    return {};
  }
};

/// Whether it was valid.
bool apply(Context& context, const Event& event) {
  Status applied = std::visit(Apply{context}, event);
  if (!applied) context.out.emplace_back(RejectEvent{applied.error()});
  judge_demand(context);
  return applied.ok();
}

/// False in the middle of a change of several roles' quotas.
bool is_whole(const Event& event) {
  const auto* quota = std::get_if<QuotaSet>(&event);
  return quota == nullptr || !quota->more_follow;
}

void begin_step(Context& context) {
  context.state.now = context.now;
  context.grants = {.offers_before = context.state.offers_made,
                    .turns_left = context.state.config.turns_per_step_max};
}

/// Some ask for a run that follows, the others wait for the next interval.
void take_batch_step(Context& context, const Event& event) {
  begin_step(context);
  run_what_is_due(context, event);
  const RunRequest request = run_asked_by(context.state, event);
  if (apply(context, event)) ask_for_run(context, request);
  if (is_whole(event)) enforce_limits(context);
  refresh_held(context.state);
}

}  // namespace

void take_step(Context& context, const Event& event) {
  if (context.state.batch != nullptr) return take_batch_step(context, event);
  std::swap(context.touched, context.state.touched_room);
  if (apply_event(context, event)) decide(context);
  context.touched.clear();
  std::swap(context.touched, context.state.touched_room);
}

bool apply_event(Context& context, const Event& event) {
  begin_step(context);
  halve_debts(context.state);
  expire_refusals(context);
  expire_waits(context);
  apply(context, event);
  return is_whole(event);
}

void decide(Context& context) {
  enforce_limits(context);
  serve(context);
  make_offers(context);
}

}  // namespace fairlead::allocation
