#include "tests/allocator/twin/twin.h"

#include <algorithm>

namespace fairlead::twin {

Twin::Twin(AllocatorConfig config, WrongRule wrong) {
  books_.wrong = wrong;
  books_.config = config;
  books_.random.state = config.seed;
}

void make_offers(Books& books) {
  for (Offer& grant : books.grants) {
    OfferId id{++books.offers_made};
    const Client& client = books.clients[grant.client];
    books.out.emplace_back(allocation::MakeOffer{.offer = id,
                                                 .framework = client.framework,
                                                 .role = client.role,
                                                 .agent = {grant.agent},
                                                 .resources = with_shared(books, grant)});
    grant.since = books.now;
    books.offers.emplace(id, std::move(grant));
  }
  books.grants.clear();
}

void Twin::step(Instant now, const allocation::Event& event, std::vector<allocation::Action>& out) {
  if (is_batch(books_)) run_what_is_due(books_, now, event);
  books_.now = now;
  books_.turns_left = books_.config.turns_per_step_max;
  expire_refusals(books_);
  expire_waits(books_);
  const auto* quota = std::get_if<allocation::QuotaSet>(&event);
  bool is_whole =
      quota == nullptr || !quota->more_follow || books_.wrong == WrongRule::kDecidesInBetween;
  std::optional<std::set<AgentNumber>> asked = run_asked_by(books_, event);
  bool is_valid = apply(books_, event);
  if (!is_valid) books_.out.emplace_back(allocation::RejectEvent{});
  judge(books_);
  if (is_whole) {
    while (std::optional<OfferId> offer = offer_beyond_limit(books_)) rescind(books_, {*offer});
  }
  if (is_batch(books_) && is_valid) ask_for_run(books_, asked);
  if (is_batch(books_) || !is_whole) {
    // A run looks everywhere, and the last of a change touches everybody.
    books_.touched_agents.clear();
    books_.touched_clients.clear();
    books_.touched_pairs.clear();
  } else {
    serve(books_);
    make_offers(books_);
  }
  out.insert(out.end(), books_.out.begin(), books_.out.end());
  books_.out.clear();
}

Instant Twin::next_deadline() const {
  if (books_.unserved) return books_.now;
  Instant next = std::min(books_.batch.asked.value_or(Instant::never()), books_.batch.timer_due);
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
