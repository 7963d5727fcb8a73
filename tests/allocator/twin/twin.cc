#include "tests/allocator/twin/twin.h"

#include <algorithm>

namespace fairlead::twin {

Twin::Twin(AllocatorConfig config) {
  books_.config = config;
  books_.random.state = config.seed;
}

void Twin::step(Instant now, const allocation::Event& event, std::vector<allocation::Action>& out) {
  books_.now = now;
  expire_refusals(books_);
  expire_waits(books_);
  if (!apply(books_, event)) books_.out.push_back(allocation::RejectEvent{});
  while (std::optional<OfferId> offer = offer_beyond_limit(books_)) rescind(books_, {*offer});
  serve(books_);
  for (Offer& grant : books_.grants) {
    OfferId id{++books_.offers_made};
    const Client& client = books_.clients[grant.client];
    books_.out.push_back(allocation::MakeOffer{.offer = id,
                                               .framework = client.framework,
                                               .role = client.role,
                                               .agent = {grant.agent},
                                               .resources = grant.resources});
    grant.since = now;
    books_.offers.emplace(id, std::move(grant));
  }
  books_.grants.clear();
  out.insert(out.end(), books_.out.begin(), books_.out.end());
  books_.out.clear();
}

Instant Twin::next_deadline() const {
  Instant next = Instant::never();
  for (const Client& client : books_.clients) {
    if (client.wait_due) next = std::min(next, *client.wait_due);
    for (const auto& [agent, refusal] : client.refusals) next = std::min(next, refusal.due);
  }
  return next;
}

std::vector<std::string> Twin::order() const {
  std::set<ClientNumber> waiting;
  for (ClientNumber i = 0; i < books_.clients.size(); ++i) {
    if (wants(books_, i)) waiting.insert(i);
  }
  std::vector<std::string> names;
  while (!waiting.empty()) {
    ClientNumber first = first_of(books_, waiting);
    const Client& client = books_.clients[first];
    names.push_back(client.role.text + "/" + books_.frameworks.at(client.framework.index).id.text);
    waiting.erase(first);
  }
  return names;
}

}  // namespace fairlead::twin
