#include "simulator/replay_log/open_offers.h"

#include "common/resources.h"

namespace fairlead::replay_log {
namespace {

void add_scalars(StandardAmounts& sum, const Resources& resources) {
  const Quantities more = scalars(resources);
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += more.standard[i];
}

}  // namespace

void OpenOffers::note(Instant now, const std::vector<allocation::Action>& actions) {
  for (const allocation::Action& action : actions) {
    if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
      OpenOffer offer{{made->framework, made->role, made->agent}, *made->resources, now};
      RoleTotals& totals = totals_[made->role];
      ++totals.offers;
      add_scalars(totals.offered, offer.resources);
      by_key_[offer.key].insert(made->offer);
      open_.insert_or_assign(made->offer, std::move(offer));
    } else if (const auto* rescinded = std::get_if<allocation::RescindOffer>(&action)) {
      if (const OpenOffer* offer = find(rescinded->offer)) {
        rescinded_.insert_or_assign(rescinded->offer, offer->key);
      }
      erase(rescinded->offer);
    }
  }
}

void OpenOffers::note_answer(const allocation::OfferResolved& answer) {
  const OpenOffer* offer = find(answer.offer);
  if (offer == nullptr) return;
  add_scalars(totals_[offer->key.role].used, answer.used);
  erase(answer.offer);
}

const OpenOffer* OpenOffers::find(OfferId offer) const {
  auto found = open_.find(offer);
  return found != open_.end() ? &found->second : nullptr;
}

std::optional<OfferId> OpenOffers::match(OfferId number, const OpenOffer& like,
                                         const Resources& used) const {
  auto found = by_key_.find(like.key);
  if (found == by_key_.end()) return std::nullopt;
  std::optional<OfferId> first;
  std::optional<OfferId> alike;
  for (OfferId id : found->second) {
    const OpenOffer& offer = open_.at(id);
    if (!contains(offer.resources, used)) continue;
    if (id == number) return id;
    if (!first) first = id;
    if (!alike && offer.resources == like.resources) alike = id;
  }
  return alike ? alike : first;
}

const OfferKey* OpenOffers::find_rescinded(OfferId offer) const {
  auto found = rescinded_.find(offer);
  return found != rescinded_.end() ? &found->second : nullptr;
}

void OpenOffers::erase(OfferId offer) {
  auto found = open_.find(offer);
  if (found == open_.end()) return;
  auto key = by_key_.find(found->second.key);
  key->second.erase(offer);
  if (key->second.empty()) by_key_.erase(key);
  open_.erase(found);
}

}  // namespace fairlead::replay_log
