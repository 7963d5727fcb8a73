// The life of an offer: made from a grant, then resolved by its framework or rescinded here.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

Status on_offer_resolved(Context& context, const OfferResolved& event);
Status on_holding_freed(Context& context, const HoldingFreed& event);

/// Takes the offer back and tells so; of a bundle for gangs all that is out, since what is left is
/// no gang. Touches their agents and their client. What a framework returns of a bundle itself,
/// used or not, leaves it the rest.
void rescind(Context& context, OfferId offer, const std::string& reason);
void rescind_all(Context& context, const std::vector<OfferId>& offers, const std::string& reason);
void rescind_everything(Context& context, const std::string& reason);

/// What this step has granted the client on the agent; nullptr when there is nothing. O(offers that
/// this step has made there).
Offered* find_grant(const Context& context, ClientIndex client, AgentHandle agent);
/// A new offer, empty so far. REQUIRES find_grant() to be nullptr. O(1).
Offered& begin_offer(State& state, ClientIndex client, AgentHandle agent);
/// The inverse, of the offer that was begun last and is not told of. REQUIRES nothing in it.
void unmake_last_offer(State& state);
/// Tells of the step's grants.
void make_offers(Context& context);

}  // namespace fairlead::allocation
