// The life of an offer: made from a grant, then resolved by its framework or rescinded here.
#pragma once

#include "allocator/context.h"

namespace fairlead::allocation {

Status on_offer_resolved(Context& context, const OfferResolved& event);
Status on_holding_freed(Context& context, const HoldingFreed& event);

/// Takes the offer back and tells so. Touches its agent and its client.
void rescind(Context& context, OfferId offer, const std::string& reason);
void rescind_all(Context& context, const std::vector<OfferId>& offers, const std::string& reason);
void rescind_everything(Context& context, const std::string& reason);

/// Turns the step's grants into offers.
void make_offers(Context& context);

}  // namespace fairlead::allocation
