#include "frameworks/sdk/sdk_state.h"

namespace fairlead::sdk {

void forget_offer(SdkState& state, OfferId offer) {
  const auto found = state.offers.find(offer);
  if (found == state.offers.end()) {
    return;
  }
  state.offer_expiry.erase({found->second.expires, offer});
  state.offers.erase(found);
}

void on_offers(Turn& turn, const Offers& offers) {
  SdkState& state = turn.state;
  for (const Offer& offer : offers.offers) {
    const bool expires = offer.hold_max > Duration{};
    const Instant when = expires ? turn.now + offer.hold_max : Instant::never();
    forget_offer(state, offer.id);
    state.offers[offer.id] = {.role = offer.role, .agent = offer.agent, .expires = when};
    state.offer_expiry.insert({when, offer.id});
  }
  state.counters.offers += offers.offers.size();
  SchedulerActions actions;
  state.scheduler.on_offers(turn.now, offers.offers, actions);
  take_orders(turn, actions);
}

void on_inverse_offers(Turn& turn, const InverseOffers& inverse) {
  SchedulerActions actions;
  turn.state.scheduler.on_inverse_offers(turn.now, inverse.offers, actions);
  take_orders(turn, actions);
}

void on_rescind(Turn& turn, const std::vector<OfferId>& offers) {
  std::vector<OfferId> held;
  for (const OfferId offer : offers) {
    if (turn.state.offers.contains(offer)) {
      held.push_back(offer);
      forget_offer(turn.state, offer);
    }
  }
  if (held.empty()) {
    return;
  }
  SchedulerActions actions;
  turn.state.scheduler.on_offers_rescinded(turn.now, held, actions);
  take_orders(turn, actions);
}

void expire_offers(Turn& turn) {
  std::vector<OfferId> expired;
  for (const auto& [when, offer] : turn.state.offer_expiry) {
    if (when > turn.now || when.is_never()) {
      break;
    }
    expired.push_back(offer);
  }
  if (!expired.empty()) {
    on_rescind(turn, expired);
  }
}

}  // namespace fairlead::sdk
