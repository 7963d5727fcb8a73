#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/demand.h"
#include "allocator/explain_parts.h"
#include "allocator/explain_words.h"
#include "allocator/filters.h"
#include "allocator/roles.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

const std::string& id_of(const Question& question, AgentHandle agent, std::string& room) {
  return room = agent_of(question.state, agent).id().text;
}

void add_refusal(const Question& question, const Survey& survey, Instant now,
                 std::vector<Outlook>& outlook) {
  if (!survey.hidden) return;
  Duration in =
      std::max(refusal_end(question.state, question.client, *survey.hidden) - now, Duration{});
  std::string agent;
  outlook.push_back({in, "in " + span_text(in) + " what it declined on " +
                             id_of(question, *survey.hidden, agent) +
                             " is offered again, unless others take it"});
}

void add_accumulation(const Question& question, const Survey& survey, Instant now,
                      std::vector<Outlook>& outlook) {
  const State& state = question.state;
  const Client& client = client_of(state, question.client);
  auto kept = state.accumulations.find(question.client);
  if (kept != state.accumulations.end() && kept->second.shape == question.shape.name) {
    Duration in = std::max(kept->second.until - now, Duration{});
    const std::vector<AgentHandle>& agents = kept->second.agents;
    outlook.push_back({std::nullopt, names_of(state, agents) +
                                         (agents.size() == 1 ? " is" : " are") +
                                         " kept free for it, for " + span_text(in) +
                                         " more; it is offered as soon as enough has ended there"});
    return;
  }
  bool may_be_kept =
      !survey.short_of.empty() && client.wait_due && is_below_fair_share(state, client.role);
  if (!may_be_kept) return;
  Duration in = std::max(*client.wait_due - now, Duration{});
  outlook.push_back({std::nullopt, "in " + span_text(in) +
                                       " it is looked at again whether an agent is kept free for "
                                       "it: its role is below its fair share"});
}

void add_offers(const Question& question, const Survey& survey, Instant now, Duration hold_max,
                std::vector<Outlook>& outlook) {
  for (const Near& near : survey.short_of) {
    const Agent& agent = agent_of(question.state, near.agent);
    for (OfferId id : agent.offers()) {
      const Offered& offer = question.state.offers.at(id);
      if (offer.client == question.client) continue;
      std::string text = "offer " + std::to_string(id.number) + " on " + agent.id().text +
                         " is with " + name_of(question.state, offer.client) + " for " +
                         span_text(now - offer.since);
      if (hold_max.ns == 0) {
        outlook.push_back({std::nullopt, text + ", unanswered"});
        return;
      }
      Duration in = std::max(offer.since + hold_max - now, Duration{});
      outlook.push_back({in, text + "; it is answered or taken back within " + span_text(in)});
      return;
    }
  }
}

/// How long it takes until as much as one task needs has ended, of what is short.
void add_turnover(const Question& question, const Survey& survey, Instant now, std::size_t before,
                  std::vector<Outlook>& outlook) {
  Turnover::Sum sum = question.state.turnover.sum(now);
  if (sum.times == 0) {
    outlook.push_back({std::nullopt, "no estimate from what ends: nothing has ended in the last " +
                                         std::to_string(Turnover::kMinutes) + " min"});
    return;
  }
  std::string ended = to_string(sum.freed, {}) + " ended in the last " +
                      std::to_string(sum.minutes) + " min (" + counted(sum.times, "end") + ")";
  if (survey.short_of.empty()) return;
  const StandardAmounts& missing = survey.short_of.front().answer.missing.standard;
  Duration longest;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (missing[i] == 0) continue;
    if (sum.freed[i] == 0) {
      outlook.push_back({std::nullopt, "no estimate from what ends: " + ended +
                                           ", and nothing of what is short"});
      return;
    }
    __int128 ns = static_cast<__int128>(sum.minutes) * seconds(60).ns *
                  question.shape.amounts.scalars.standard[i] / sum.freed[i];
    longest = std::max(
        longest,
        Duration{static_cast<std::int64_t>(std::min<__int128>(ns, limits::kDurationNsMax))});
  }
  std::string text =
      "about every " + span_text(longest) + " as much ends somewhere as one task needs: " + ended;
  if (before > 0) text += "; " + counted(before, "other") + " come first";
  outlook.push_back({std::nullopt, text});
}

}  // namespace

std::string names_of(const State& state, const std::vector<AgentHandle>& agents) {
  std::string text;
  for (std::size_t i = 0; i < std::min(agents.size(), Survey::kNearMax); ++i) {
    text += (i == 0 ? "" : ", ") + agent_of(state, agents[i]).id().text;
  }
  std::size_t others = agents.size() - std::min(agents.size(), Survey::kNearMax);
  return others == 0 ? text : text + " and " + std::to_string(others) + " more";
}

void find_outlook(const Question& question, const Survey& survey, const ExplainOptions& options,
                  Explanation& explanation) {
  const Client& client = client_of(question.state, question.client);
  if (!client.wants || !explanation.gate.empty()) {
    if (!explanation.gate.empty()) {
      explanation.outlook.push_back({std::nullopt, "no estimate: " + explanation.gate});
    }
    return;
  }
  Instant now = options.now ? std::max(*options.now, question.state.now) : question.state.now;
  std::vector<Outlook>& outlook = explanation.outlook;
  if (!survey.roomy) {
    outlook.push_back({std::nullopt,
                       "not as the cluster is: no agent that matches is ever large "
                       "enough for it"});
    return;
  }
  add_refusal(question, survey, now, outlook);
  add_accumulation(question, survey, now, outlook);
  add_offers(question, survey, now, options.offer_hold_max, outlook);
  add_turnover(question, survey, now, explanation.before.size(), outlook);
  std::stable_sort(outlook.begin(), outlook.end(), [](const Outlook& a, const Outlook& b) {
    return a.in && (!b.in || *a.in < *b.in);
  });
}

}  // namespace fairlead::allocation
