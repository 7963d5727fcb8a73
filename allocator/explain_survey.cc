#include <algorithm>
#include <map>

#include "allocator/explain_parts.h"
#include "allocator/filters.h"
#include "allocator/match.h"
#include "allocator/shares.h"

namespace fairlead::allocation {
namespace {

constexpr const char* kNames[] = {"cpus", "mem", "disk", "gpus"};

/// Counts, for every resource, on how many agents it is missing; names the most frequent.
class Scarcity {
 public:
  void count(const Quantities& missing) {
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (missing.standard[i] > 0) ++agents_[kNames[i]];
    }
    for (const CustomScalar& one : missing.custom) ++agents_[one.name];
  }
  std::string most() const {
    std::string name;
    std::size_t count = 0;
    for (const auto& [resource, agents] : agents_) {
      if (agents <= count) continue;
      name = resource;
      count = agents;
    }
    return name;
  }

 private:
  std::map<std::string, std::size_t> agents_;
};

/// Keeps the few nearest, of equal ones those that came first.
void insert_near(std::vector<Near>& near, AgentHandle agent, const Answer& answer) {
  auto at = std::find_if(near.begin(), near.end(),
                         [&](const Near& one) { return is_nearer(answer, one.answer); });
  if (near.size() == Survey::kNearMax && at == near.end()) return;
  near.insert(at, {agent, answer});
  if (near.size() > Survey::kNearMax) near.pop_back();
}

/// Only scalars are missing, and there is some of each.
bool is_reducible(const Question& question, AgentHandle agent, const Answer& answer) {
  bool is_short =
      answer.reason == WaitReason::kNotEnough || answer.reason == WaitReason::kNeverFits;
  if (!is_short || !answer.missing_other.empty() || !answer.missing.custom.empty()) return false;
  Quantities have = usable_scalars(agent_of(question.state, agent).free(), question.role);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (question.shape.amounts.scalars.standard[i] > 0 && have.standard[i] == 0) return false;
  }
  return true;
}

/// By how much the shape has to shrink; by what is free, whatever the reason is.
Fraction shrinkage(const Question& question, AgentHandle agent) {
  const Quantities& need = question.shape.amounts.scalars;
  Quantities have = usable_scalars(agent_of(question.state, agent).free(), question.role);
  Quantities missing;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    missing.standard[i] = std::max<std::int64_t>(0, need.standard[i] - have.standard[i]);
  }
  return dominant_of(missing, need);
}

/// The only constraint that keeps the shape from fitting there.
std::optional<std::size_t> only_unmatched(const Question& question, AgentHandle agent) {
  for (std::size_t i = 0; i < question.shape.constraints.size(); ++i) {
    DemandShape without = question.shape;
    without.constraints.erase(without.constraints.begin() + static_cast<std::ptrdiff_t>(i));
    Question other{.state = question.state,
                   .client = question.client,
                   .shape = without,
                   .role = question.role};
    if (ask(other, agent).reason == WaitReason::kFits) return i;
  }
  return std::nullopt;
}

bool is_smaller(const Agent& a, const Agent& b) {
  return a.total_scalars().standard < b.total_scalars().standard;
}

class Surveyor {
 public:
  Surveyor(const Question& question, Survey& survey) : question_(question), survey_(survey) {
    survey_.unmatched.resize(question.shape.constraints.size());
  }

  void note(AgentHandle handle, const Answer& answer) {
    insert_near(survey_.nearest, handle, answer);
    switch (answer.reason) {
      case WaitReason::kNotEnough:
        scarcity_.count(answer.missing);
        insert_near(survey_.short_of, handle, answer);
        break;
      case WaitReason::kFiltered:
      case WaitReason::kBackedOff:
        note_hidden(handle);
        break;
      case WaitReason::kSpread:
        if (!survey_.spread) survey_.spread = handle;
        break;
      case WaitReason::kPaused:
        note_paused(handle);
        break;
      case WaitReason::kConstraint:
        if (auto at = only_unmatched(question_, handle)) ++survey_.unmatched[*at];
        break;
      default:
        break;
    }
    note_reducible(handle, answer);
    note_roomy(handle);
  }
  std::string scarcest() const { return scarcity_.most(); }

 private:
  void note_hidden(AgentHandle handle) {
    auto ends = [&](AgentHandle agent) {
      return refusal_end(question_.state, question_.client, agent);
    };
    if (!survey_.hidden || ends(handle) < ends(*survey_.hidden)) survey_.hidden = handle;
  }

  void note_paused(AgentHandle handle) {
    // Resuming does not put it on the whitelist.
    if (survey_.paused || agent_of(question_.state, handle).unlisted) return;
    Question resumed = question_;
    resumed.despite_pause = true;
    if (ask(resumed, handle).reason == WaitReason::kFits) survey_.paused = handle;
  }

  void note_reducible(AgentHandle handle, const Answer& answer) {
    if (!is_reducible(question_, handle, answer)) return;
    Near near{handle, answer};
    near.answer.lack = shrinkage(question_, handle);
    bool is_less =
        !survey_.reducible || compare(near.answer.lack, 1, survey_.reducible->answer.lack, 1) < 0;
    if (is_less) survey_.reducible = near;
  }

  void note_roomy(AgentHandle handle) {
    const Agent& agent = agent_of(question_.state, handle);
    if (survey_.roomy && !is_smaller(agent, agent_of(question_.state, *survey_.roomy))) return;
    bool can_take = satisfies_all(agent, question_.shape) &&
                    take(agent.total(), question_.shape.amounts, question_.role);
    if (can_take) survey_.roomy = handle;
  }

  const Question& question_;
  Survey& survey_;
  Scarcity scarcity_;
};

}  // namespace

std::optional<std::size_t> place_of_scalar(const std::string& resource) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (resource == kNames[i]) return i;
  }
  return std::nullopt;
}

void survey_agents(const Question& question, const ExplainOptions& options, Survey& survey,
                   Explanation& explanation) {
  Surveyor surveyor(question, survey);
  for (std::uint32_t i = 0; i < question.state.agents.size(); ++i) {
    if (!question.state.agents[i].present) continue;
    Answer answer = ask(question, {i});
    std::size_t place = explanation.agents++;
    ++explanation.counts[static_cast<std::size_t>(answer.reason)];
    bool is_listed =
        place >= options.agents_after && explanation.listed.size() < options.agents_max;
    if (is_listed) explanation.listed.push_back(verdict_of(question, {i}, answer));
    surveyor.note({i}, answer);
  }
  survey.scarcest = surveyor.scarcest();
  explanation.scarcest = survey.scarcest;
  for (const Near& near : survey.nearest) {
    explanation.nearest.push_back(verdict_of(question, near.agent, near.answer));
  }
}

}  // namespace fairlead::allocation
