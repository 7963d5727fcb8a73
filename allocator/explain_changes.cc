#include <algorithm>

#include "allocator/demand.h"
#include "allocator/explain_finder.h"
#include "allocator/explain_words.h"
#include "allocator/filters.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// The demand of the client with another shape in the place of this one.
std::vector<Event> demand_with(const Question& question, const DemandShape& changed) {
  DemandSet set{client_of(question.state, question.client).framework, question.role, {}};
  for (const WantedShape& one : client_of(question.state, question.client).shapes) {
    set.shapes.push_back(one.shape.name == changed.name ? changed : one.shape);
  }
  return {set};
}

void try_waiting(const Survey& survey, Finder& finder) {
  const Question& question = finder.question();
  if (!survey.hidden) return;
  Instant end = refusal_end(question.state, question.client, *survey.hidden);
  if (end < finder.now()) return;
  finder.try_events(ChangeKind::kWait,
                    "wait " + span_text(end - finder.now()) + ": what it declined on " +
                        agent_of(question.state, *survey.hidden).id().text +
                        " is offered again (or revive role " + question.role.text + ")",
                    {TimePassed{}}, end - finder.now());
}

void try_spread(const Survey& survey, Finder& finder) {
  const Question& question = finder.question();
  if (!survey.spread) return;
  DemandShape changed = question.shape;
  ++changed.per_agent_max;
  finder.try_events(ChangeKind::kSpread,
                    "allow " + std::to_string(changed.per_agent_max) +
                        " tasks on one agent (per_agent_max), as on " +
                        agent_of(question.state, *survey.spread).id().text,
                    demand_with(question, changed));
}

void try_constraints(const Survey& survey, Finder& finder) {
  const Question& question = finder.question();
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < survey.unmatched.size(); ++i) {
    if (survey.unmatched[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return survey.unmatched[a] > survey.unmatched[b];
  });
  for (std::size_t i : order) {
    DemandShape changed = question.shape;
    changed.constraints.erase(changed.constraints.begin() + static_cast<std::ptrdiff_t>(i));
    bool admits =
        finder.try_events(ChangeKind::kDropConstraint,
                          "drop the constraint " + constraint_text(question.shape.constraints[i]) +
                              ": " + counted(survey.unmatched[i], "agent") + " would do",
                          demand_with(question, changed));
    if (admits) return;
  }
}

void try_smaller(const Survey& survey, Finder& finder) {
  const Question& question = finder.question();
  if (!survey.reducible) return;
  DemandShape changed = question.shape;
  const Agent& agent = agent_of(question.state, survey.reducible->agent);
  Quantities have = usable_scalars(agent.free(), question.role);
  StandardAmounts& amounts = changed.amounts.scalars.standard;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    amounts[i] = std::min(amounts[i], have.standard[i]);
  }
  finder.try_events(ChangeKind::kReduceShape,
                    "reduce the shape to " + to_string(changed.amounts) +
                        ", the largest that fits now (on " + agent.id().text + ")",
                    demand_with(question, changed));
}

}  // namespace

void find_changes(const Question& question, const Survey& survey, Instant now,
                  Explanation& explanation) {
  const WantedShape* wanted =
      find_shape(client_of(question.state, question.client), question.shape.name);
  if (wanted->unmet() == 0) {
    explanation.no_change = "nothing of it waits for an offer";
    return;
  }
  if (explanation.agents > limits::kExplainTrialAgentsMax) {
    explanation.no_change =
        "not tried with more than " + std::to_string(limits::kExplainTrialAgentsMax) + " agents";
    return;
  }
  Finder finder(question, now, opening_of(question), explanation);
  if (!finder.try_opening()) {
    try_waiting(survey, finder);
    try_spread(survey, finder);
    try_constraints(survey, finder);
    try_smaller(survey, finder);
    try_making_room(survey, finder);
  }
  if (explanation.changes.empty()) {
    explanation.no_change = explanation.before.empty()
                                ? "no single change that was tried would"
                                : "no single change that was tried would: others come first";
  }
}

}  // namespace fairlead::allocation
