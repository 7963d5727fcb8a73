#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

std::set<AgentNumber> listed(const Books& books) {
  std::set<AgentNumber> agents;
  for (const auto& [number, agent] : books.agents) {
    if (!books.whitelist || books.whitelist->contains(agent.hostname)) agents.insert(number);
  }
  return agents;
}

void take_off(Books& books, AgentNumber agent) {
  std::optional<ClientNumber> keeper = keeper_of(books, agent);
  if (keeper) stop_keeping(books, *keeper);
  std::vector<OfferId> offers;
  for (const auto& [id, offer] : books.offers) {
    if (offer.agent == agent) offers.push_back(id);
  }
  rescind(books, offers);
}

}  // namespace

void set_whitelist(Books& books, const allocation::WhitelistSet& event) {
  std::set<AgentNumber> before = listed(books);
  books.whitelist.reset();
  if (event.hostnames) books.whitelist.emplace(event.hostnames->begin(), event.hostnames->end());
  std::set<AgentNumber> now = listed(books);
  for (const auto& [number, agent] : books.agents) {
    if (now.contains(number) && !before.contains(number)) books.touched_agents.insert(number);
    if (before.contains(number) && !now.contains(number)) take_off(books, number);
  }
}

}  // namespace fairlead::twin
