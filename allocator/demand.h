// What clients want. A demand is absolute at the moment when the framework sent it; from then on
// the allocator keeps it true by itself:
//   unmet = count - tasks' worth in outstanding offers, in whole gangs (gangs.h),
//   and what an accepted offer used of a shape is taken off its count at once.
// So between an accept and the DemandSet that follows it nothing is offered twice, and a framework
// that sends no new demand is not starved: what it declined or left over is unmet again. The next
// DemandSet replaces the counts; offers that are still out are subtracted from it by shape name.
// The SDK sends SetDemand in the same envelope after each Accept, so that both arrive in order.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

Status on_demand_set(Context& context, const DemandSet& event);

/// The offer is out no more: its parts count as unmet again, except what `used` covers.
/// Touches the client when it wants more than before.
void settle_demand(Context& context, const Offered& offer, const Resources& used);

/// Forgets the demand: the client is served whole agents again.
void forget_demand(Context& context, ClientIndex client);

/// Recomputes Client::wants: active, subscribed, not suppressed, and something is unmet or it
/// never sent a demand.
void refresh_wants(State& state, ClientIndex client);

/// With less than this of one of them the client cannot use anything; 0 without demand.
StandardAmounts least_need(const Client& client);

WantedShape* find_shape(Client& client, const std::string& name);
const WantedShape* find_shape(const Client& client, const std::string& name);

}  // namespace fairlead::allocation
