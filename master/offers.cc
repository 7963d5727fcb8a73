// Offers between the allocator and the frameworks: made, declined, expired, rescinded.
#include <algorithm>
#include <map>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

/// An expired offer stays away from its framework for so long: it is slow, others are not.
constexpr Duration kRefuseAfterExpiry = seconds(5);

struct Outgoing {
  Offers offers;
  std::map<std::string, std::vector<OfferId>> rescinds;  // by reason
};

Offer offer_of(const Context& c, OfferId id, const OfferEntry& entry) {
  const AgentEntry& agent = c.state.agents[entry.agent.index];
  Offer offer;
  offer.id = id;
  offer.framework = c.state.frameworks[entry.framework.index].info.id;
  offer.role = entry.role;
  offer.agent = agent.id();
  offer.hostname = agent.hostname();
  offer.http_address = agent.http_address();
  offer.resources = entry.resources;
  offer.attributes = c.state.attributes[agent.attributes];
  offer.hold_max = c.config.offer_hold_max;
  offer.unavailability = unavailability_of(c, offer.agent);
  return offer;
}

void forget(Context& c, std::map<OfferId, OfferEntry>::iterator found) {
  --c.state.frameworks[found->second.framework.index].offers;
  c.state.offers.erase(found);
}

struct Translate {
  Context& c;
  std::map<std::uint32_t, Outgoing>& outgoing;

  void operator()(allocation::MakeOffer& made) const {
    FrameworkEntry& framework = c.state.frameworks[made.framework.index];
    bool is_wanted = framework.phase == FrameworkPhase::kConnected &&
                     framework.offers < limits::kOffersPerFrameworkMax;
    if (!is_wanted) {
      if (is_rescinded_later(made.offer)) return;
      tell_allocator(c, allocation::OfferResolved{made.offer, {}, kRefuseAfterExpiry, false});
      return;
    }
    OfferEntry entry{made.framework, made.agent, made.role, std::move(made.resources), c.now};
    outgoing[made.framework.index].offers.offers.push_back(offer_of(c, made.offer, entry));
    c.state.offers.emplace(made.offer, std::move(entry));
    ++framework.offers;
    ++c.state.offers_total;
  }

  /// Rare: only offers that cannot be sent ask.
  bool is_rescinded_later(OfferId offer) const {
    return std::any_of(c.allocated.begin(), c.allocated.end(), [&](const allocation::Action& one) {
      const auto* rescind = std::get_if<allocation::RescindOffer>(&one);
      return rescind != nullptr && rescind->offer == offer;
    });
  }

  void operator()(allocation::RescindOffer& rescinded) const {
    auto found = c.state.offers.find(rescinded.offer);
    if (found == c.state.offers.end()) return;
    Outgoing& out = outgoing[found->second.framework.index];
    forget(c, found);
    std::size_t unsent = std::erase_if(out.offers.offers,
                                       [&](const Offer& one) { return one.id == rescinded.offer; });
    if (unsent == 0) out.rescinds[rescinded.reason].push_back(rescinded.offer);
  }

  void operator()(allocation::Reclaim& reclaim) const { begin_reclaim(c, std::move(reclaim)); }
  void operator()(allocation::ReclaimEnded& ended) const { end_reclaim(c, ended); }

  void operator()(allocation::DemandImpossible& told) const {
    send_to_framework(c, told.framework.index,
                      DemandImpossible{told.role, told.shape, std::move(told.why)});
  }

  void operator()(allocation::RejectEvent& rejected) const {
    count_reject(c, reject::kAllocator);
    publish(c, "allocator_reject", "", rejected.error.message);
  }
};

}  // namespace

void translate_allocations(Context& c) {
  std::map<std::uint32_t, Outgoing> outgoing;
  // Grows while it is read: an offer that cannot be sent is resolved at once.
  for (std::size_t i = 0; i < c.allocated.size(); ++i) {
    allocation::Action action = std::move(c.allocated[i]);
    std::visit(Translate{c, outgoing}, action);
  }
  c.allocated.clear();
  for (auto& [framework, out] : outgoing) {
    for (auto& [reason, offers] : out.rescinds) {
      send_to_framework(c, framework, Rescind{offers, reason});
    }
    if (!out.offers.offers.empty()) send_to_framework(c, framework, std::move(out.offers));
  }
}

Instant next_offer_expiry(const MasterState& state, const MasterConfig& config) {
  if (state.offers.empty()) return Instant::never();
  return state.offers.begin()->second.made_at + config.offer_hold_max;
}

void expire_offers(Context& c) {
  while (next_offer_expiry(c.state, c.config) <= c.now) {
    OfferId id = c.state.offers.begin()->first;
    FrameworkHandle framework = c.state.offers.begin()->second.framework;
    forget(c, c.state.offers.begin());
    send_to_framework(
        c, framework.index,
        Rescind{{id}, "held longer than " + std::to_string(c.config.offer_hold_max.ms()) + " ms"});
    tell_allocator(c,
                   allocation::OfferResolved{
                       .offer = id, .used = {}, .refuse_for = kRefuseAfterExpiry, .expired = true});
  }
}

void on_decline(Context& c, std::uint32_t framework, const DeclineOffers& message) {
  for (OfferId id : message.offers) {
    auto found = c.state.offers.find(id);
    if (found == c.state.offers.end() || found->second.framework.index != framework) {
      count_reject(c, reject::kOfferUnknown);  // usually it crossed with a rescind: no answer
      continue;
    }
    resolve_offer(c, id, {}, message.refuse_for, true);
  }
}

void on_hosts_allowed(Context& c, const HostsAllowed& event) {
  tell_allocator(c, allocation::WhitelistSet{event.hostnames});
}

void resolve_offer(Context& c, OfferId id, Resources used, Duration refuse_for, bool declined,
                   std::vector<HeldPriority> priorities) {
  auto found = c.state.offers.find(id);
  if (found == c.state.offers.end()) return;
  forget(c, found);
  Duration refuse = std::clamp(refuse_for, Duration{}, c.config.allocator.filter_max);
  tell_allocator(
      c, allocation::OfferResolved{id, std::move(used), refuse, declined, std::move(priorities)});
}

}  // namespace fairlead::master
