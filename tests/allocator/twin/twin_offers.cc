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

void rescind(Books& books, const std::vector<OfferId>& offers) {
  for (OfferId id : offers) {
    Offer offer = books.offers.extract(id).mapped();
    books.touched_agents.insert(offer.agent);
    charge_lease(books, offer);
    settle(books, offer, {});
    books.out.emplace_back(allocation::RescindOffer{
        .offer = id, .framework = books.clients[offer.client].framework, .reason = ""});
  }
}

}  // namespace fairlead::twin
