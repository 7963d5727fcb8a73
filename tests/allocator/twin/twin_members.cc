#include "tests/allocator/twin/twin_members.h"

#include <algorithm>

#include "tests/allocator/twin/twin_refusals.h"

namespace fairlead::twin {

bool holds_anything(const Books& books, ClientNumber client) {
  return std::any_of(books.holdings.begin(), books.holdings.end(),
                     [&](const auto& one) { return one.first.first == client; });
}

void forget_times(Books& books) {
  std::set<RoleName> roles = roles_of(books);
  auto gone = [&](const auto& one) { return !roles.contains(one.first); };
  std::erase_if(books.own_times, gone);
  std::erase_if(books.subtree_times, gone);
}

void prune(Books& books, ClientNumber number) {
  const Client& client = books.clients[number];
  auto is_its = [&](const Offer& offer) { return offer.client == number; };
  bool is_needed =
      client.subscribed || holds_anything(books, number) || !offers_where(books, is_its).empty();
  if (is_needed) return;
  books.clients[number] = Client{};
  books.unused.push_back(number);
  forget_times(books);
}

ClientNumber ensure_client(Books& books, FrameworkHandle framework, const RoleName& role) {
  std::optional<ClientNumber> known = find_client(books, framework, role);
  if (known) return *known;
  if (books.unused.empty()) {
    books.unused.push_back(static_cast<ClientNumber>(books.clients.size()));
    books.clients.emplace_back();
  }
  ClientNumber made = books.unused.back();
  books.unused.pop_back();
  books.clients[made].present = true;
  books.clients[made].framework = framework;
  books.clients[made].role = role;
  return made;
}

void subscribe(Books& books, FrameworkHandle framework, const RoleName& role, bool suppressed,
               const Minimums& minimums) {
  ClientNumber number = ensure_client(books, framework, role);
  Client& client = books.clients[number];
  std::optional<OfferMinimum> minimum;
  if (minimums.contains(role)) minimum = minimums.at(role);
  bool is_new =
      !client.subscribed || (client.suppressed && !suppressed) || client.minimum != minimum;
  client.minimum = minimum;
  client.subscribed = true;
  client.suppressed = suppressed;
  stop_keeping_if_stale(books, number);
  if (is_new) books.touched_clients.insert(number);
}

void unsubscribe(Books& books, ClientNumber number) {
  Client& client = books.clients[number];
  client.subscribed = false;
  client.suppressed = false;
  rescind(books, offers_where(books, [&](const Offer& offer) { return offer.client == number; }));
  client.minimum.reset();
  forget_refusals(books, number);
  client.shapes.clear();
  client.has_demand = false;
  stop_keeping_if_stale(books, number);
  prune(books, number);
}

bool is_in(const std::vector<RoleName>& roles, const RoleName& role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

bool are_valid(const std::vector<RoleName>& roles, const std::vector<RoleName>& suppressed,
               const Minimums& minimums) {
  return std::all_of(roles.begin(), roles.end(),
                     [](const RoleName& role) { return check_role_name(role.text).ok(); }) &&
         std::all_of(suppressed.begin(), suppressed.end(),
                     [&](const RoleName& role) { return is_in(roles, role); }) &&
         std::all_of(minimums.begin(), minimums.end(),
                     [&](const auto& one) { return is_in(roles, one.first); });
}

std::optional<std::vector<ClientNumber>> named(const Books& books, FrameworkHandle framework,
                                               const std::vector<RoleName>& roles) {
  std::vector<ClientNumber> found;
  std::vector<RoleName> missing = roles;
  for (ClientNumber client : clients_of(books, framework)) {
    const RoleName& role = books.clients[client].role;
    if (!books.clients[client].subscribed || (!roles.empty() && !is_in(roles, role))) continue;
    found.push_back(client);
    std::erase(missing, role);
  }
  if (!books.frameworks.contains(framework.index) || !missing.empty()) return std::nullopt;
  return found;
}

}  // namespace fairlead::twin
