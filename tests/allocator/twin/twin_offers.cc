#include <algorithm>

#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {

void settle(Books& books, const Offer& offer, const Resources& used) {
  Quantities left = scalars(used);
  bool more = false;
  for (const auto& [name, tasks] : offer.tasks) {
    for (Shape& shape : books.clients[offer.client].shapes) {
      if (shape.demand.name != name) continue;
      const Quantities& one = shape.demand.amounts.scalars;
      std::int64_t launched = used.is_zero() ? 0 : how_many_fit(left, one, tasks);
      subtract(left, times(one, launched));
      shape.demand.count -= std::min(shape.demand.count, static_cast<std::uint32_t>(launched));
      more = more || launched < tasks;
    }
  }
  if (more) books.touched_clients.insert(offer.client);
}

namespace {

Offer rescind_alone(Books& books, OfferId id) {
  Offer offer = books.offers.extract(id).mapped();
  books.touched_agents.insert(offer.agent);
  charge_lease(books, offer);
  settle(books, offer, {});
  books.out.emplace_back(allocation::RescindOffer{
      .offer = id, .framework = books.clients[offer.client].framework, .reason = ""});
  return offer;
}

}  // namespace

void rescind(Books& books, const std::vector<OfferId>& offers) {
  for (OfferId id : offers) {
    if (!books.offers.contains(id)) continue;
    const Offer lost = rescind_alone(books, id);
    if (lost.bundle == 0 || books.wrong == WrongRule::kBundlesComeApart) continue;
    std::vector<OfferId> rest;
    for (const auto& [number, offer] : books.offers) {
      if (offer.client == lost.client && offer.bundle == lost.bundle) rest.push_back(number);
    }
    for (OfferId one : rest) rescind_alone(books, one);
  }
}

}  // namespace fairlead::twin
