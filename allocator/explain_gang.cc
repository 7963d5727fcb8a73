#include <algorithm>

#include "allocator/clone.h"
#include "allocator/demand.h"
#include "allocator/explain_parts.h"
#include "allocator/explain_words.h"
#include "allocator/gangs.h"
#include "common/gang.h"

namespace fairlead {

std::string gang_text(const Explanation& explanation) {
  if (explanation.gang_size == 0) return "";
  std::string text = "gang of " + std::to_string(explanation.gang_size) + ": ";
  text += explanation.gang_fits == 0 ? "none" : std::to_string(explanation.gang_fits);
  text += explanation.gang_fits == 1 ? " fits now" : " fit now";
  std::size_t named = 0;
  for (const GangFit& one : explanation.gang_on) {
    text += (named == 0 ? ", " : " and ") + std::to_string(one.tasks) + " on " + one.agent.text;
    named += one.tasks;
  }
  std::size_t others = explanation.gang_fits - named;
  return others == 0 ? text : text + " and " + std::to_string(others) + " elsewhere";
}

namespace allocation {

void count_gang(const Question& question, Explanation& explanation) {
  if (!is_gang(question.shape)) return;
  State copy = clone(question.state);
  std::vector<Action> actions;
  Context context{.state = copy,
                  .now = copy.now,
                  .out = actions,
                  .touched = {},
                  .grants = {.offers_before = copy.offers_made}};
  context.may_use_kept = is_covered(question);
  WantedShape* wanted = find_shape(client_of(copy, question.client), question.shape.name);
  std::vector<GangFit> fits;
  for (AgentHandle agent : place_what_fits(context, question.client, *wanted)) {
    ++explanation.gang_fits;
    const AgentId id = agent_of(question.state, agent).id();
    auto known =
        std::find_if(fits.begin(), fits.end(), [&](const GangFit& one) { return one.agent == id; });
    if (known == fits.end()) known = fits.insert(known, {.agent = id, .tasks = 0});
    ++known->tasks;
  }
  std::stable_sort(fits.begin(), fits.end(),
                   [](const GangFit& a, const GangFit& b) { return a.tasks > b.tasks; });
  if (fits.size() > Survey::kNearMax) fits.resize(Survey::kNearMax);
  explanation.gang_size = question.shape.gang_size;
  explanation.gang_on = std::move(fits);
}

}  // namespace allocation
}  // namespace fairlead
