// Who is in which role, as twin_events.cc changes it. Internal to the twin.
#pragma once

#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {

using Minimums = std::map<RoleName, OfferMinimum>;

template <class Condition>
std::vector<OfferId> offers_where(const Books& books, Condition condition) {
  std::vector<OfferId> found;
  for (const auto& [id, offer] : books.offers) {
    if (condition(offer)) found.push_back(id);
  }
  return found;
}

bool holds_anything(const Books& books, ClientNumber client);
/// Forgets how often roles were chosen that are in use no more.
void forget_times(Books& books);
ClientNumber ensure_client(Books& books, FrameworkHandle framework, const RoleName& role);
/// Forgets the client when nothing is left of it.
void prune(Books& books, ClientNumber number);
void subscribe(Books& books, FrameworkHandle framework, const RoleName& role, bool suppressed,
               const Minimums& minimums);
void unsubscribe(Books& books, ClientNumber number);
bool is_in(const std::vector<RoleName>& roles, const RoleName& role);
bool are_valid(const std::vector<RoleName>& roles, const std::vector<RoleName>& suppressed,
               const Minimums& minimums);
/// The subscribed clients that `roles` names, all when it is empty; nullopt when one is not.
std::optional<std::vector<ClientNumber>> named(const Books& books, FrameworkHandle framework,
                                               const std::vector<RoleName>& roles);

}  // namespace fairlead::twin
