#include <algorithm>
#include <utility>

#include "allocator/explain_finder.h"
#include "allocator/explain_words.h"
#include "allocator/roles.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

void try_offers(const Survey& survey, Finder& finder) {
  const Question& question = finder.question();
  for (const Near& near : survey.short_of) {
    const Agent& agent = agent_of(question.state, near.agent);
    for (OfferId id : agent.offers()) {
      const Offered& offer = question.state.offers.at(id);
      if (offer.client == question.client) continue;
      Resources together = agent.free();
      add(together, offer.resources);
      if (!take(together, question.shape.amounts, question.role)) continue;
      bool admits = finder.try_events(
          ChangeKind::kReturnOffer,
          "offer " + std::to_string(id.number) + " on " + agent.id().text + ", which " +
              name_of(question.state, offer.client) + " has held for " +
              span_text(finder.now() - offer.since) + ", comes back unused",
          {OfferResolved{.offer = id, .used = {}, .refuse_for = {}, .declined = true}});
      if (admits) return;
      break;  // the oldest of them: others are alike
    }
  }
}

void try_resuming(const Survey& survey, Finder& finder) {
  const Question& question = finder.question();
  if (!survey.paused) return;
  auto why = question.state.pause_reasons.find(*survey.paused);
  std::string reason = why == question.state.pause_reasons.end() || why->second.empty()
                           ? ""
                           : " (" + why->second + ")";
  finder.try_events(ChangeKind::kResumeAgent,
                    "resume " + agent_of(question.state, *survey.paused).id().text + reason,
                    {AgentResumed{*survey.paused}});
}

/// Of what the agent lacks as much as the holder has there, cut to `missing`, which shrinks by it.
Resources freed_part(const Question& question, const Resources& held, StandardAmounts& missing) {
  Quantities have = usable_scalars(held, question.role);
  Amounts part;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    part.scalars.standard[i] = std::min(missing[i], have.standard[i]);
    missing[i] -= part.scalars.standard[i];
  }
  if (part.is_zero()) return {};
  std::optional<Resources> taken = take(held, part, question.role);
  return taken ? *taken : Resources{};
}

/// Those that have most of what is missing first.
std::vector<const ClientHolding*> largest_first(const Agent& agent,
                                                const StandardAmounts& missing) {
  std::vector<const ClientHolding*> holdings;
  for (const ClientHolding& holding : agent.holdings()) holdings.push_back(&holding);
  auto first = std::find_if(missing.begin(), missing.end(), [](auto one) { return one > 0; });
  auto place = static_cast<std::size_t>(first - missing.begin());
  if (first == missing.end()) return holdings;
  std::stable_sort(
      holdings.begin(), holdings.end(), [place](const ClientHolding* a, const ClientHolding* b) {
        return scalars(a->resources).standard[place] > scalars(b->resources).standard[place];
      });
  return holdings;
}

/// Frees on one agent exactly what it lacks, from as few as have it.
bool try_freeing_on(const Near& near, Finder& finder) {
  const Question& question = finder.question();
  const Agent& agent = agent_of(question.state, near.agent);
  StandardAmounts missing = near.answer.missing.standard;
  std::vector<Event> events;
  std::string whose;
  for (const ClientHolding* holding : largest_first(agent, missing)) {
    Resources part = freed_part(question, holding->resources, missing);
    if (part.is_zero()) continue;
    const Client& holder = client_of(question.state, holding->client);
    whose += (whose.empty() ? "" : " and ") + name_of(question.state, holding->client);
    events.push_back(HoldingFreed{
        near.agent, {holder.framework, role_of(question.state, holder.role).path, part}});
  }
  if (missing != StandardAmounts{}) return false;
  return finder.try_events(ChangeKind::kFree,
                           "free " + to_string(near.answer.missing) + " on " + agent.id().text +
                               ", which " + whose + (events.size() > 1 ? " hold" : " holds"),
                           events);
}

void try_freeing(const Survey& survey, Finder& finder) {
  for (const Near& near : survey.short_of) {
    bool is_scalar = near.answer.missing.custom.empty() && near.answer.missing_other.empty();
    if (is_scalar && try_freeing_on(near, finder)) return;
  }
}

void try_more_agents(const Survey& survey, Finder& finder) {
  const Question& question = finder.question();
  if (!survey.roomy || finder.is_done()) return;
  const Agent& agent = agent_of(question.state, *survey.roomy);
  std::vector<Event> events;
  for (std::uint32_t i = 0; i < limits::kExplainAgentsMax; ++i) {
    AgentAdded added;
    added.agent = {static_cast<std::uint32_t>(question.state.agents.size()) + i};
    const std::string name = "like-" + agent.id().text + "-" + std::to_string(i + 1);
    added.text = AgentText({.id = name, .hostname = name, .http_address = {}});
    added.total = agent.total();
    added.attributes = agent.attributes();
    events.push_back(std::move(added));
  }
  std::optional<std::size_t> needed = finder.needed_of(events, {});
  if (!needed) return;
  events.resize(*needed);
  finder.try_events(ChangeKind::kAddAgents,
                    counted(*needed, "more agent") + " like " + agent.id().text + " (" +
                        to_string(agent.total()) + ")",
                    std::move(events));
}

}  // namespace

void try_making_room(const Survey& survey, Finder& finder) {
  try_offers(survey, finder);
  try_resuming(survey, finder);
  try_freeing(survey, finder);
  try_more_agents(survey, finder);
}

}  // namespace fairlead::allocation
