#include "allocator/explain.h"

#include <algorithm>

#include "allocator/demand.h"
#include "allocator/explain_parts.h"
#include "allocator/explain_state.h"
#include "allocator/gangs.h"
#include "allocator/quota.h"
#include "allocator/roles.h"

namespace fairlead::allocation {
namespace {

std::string gate_of(const State& state, const Client& client, const WantedShape& wanted) {
  if (!framework_of(state, client.framework).active) return "the framework is not connected";
  if (client.suppressed) return "the framework suppressed this role";
  if (wanted.shape.count == 0) return "no task of this shape is wanted";
  if (wanted.unmet() == 0 && wanted.shape.count > wanted.offered) {
    return "of a gang of " + std::to_string(wanted.shape.gang_size) + " only " +
           std::to_string(wanted.shape.count - wanted.offered) +
           " could be offered: it waits until offers come back or the demand changes";
  }
  if (wanted.unmet() == 0) return "offers for all of it are out and not answered yet";
  const StandardAmounts need = needed_at_once(wanted.shape);
  if (wanted.shape.revocable) return "";
  std::optional<RoleIndex> limiting = limiting_role(state, client.role, need);
  if (limiting) return limit_text(state, *limiting);
  return "";
}

Error unknown(const State& state, FrameworkHandle framework, const std::string& what) {
  return Error{ErrorCode::kNotFound,
               "framework " + framework_of(state, framework).id.text + " " + what};
}

}  // namespace

std::string limit_text(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  return "role " + role.path.text + " may have at most " +
         to_string(role.quota->quota.limits, Quota{}.limits) + " and consumes " +
         to_string(consumption(state, index), StandardAmounts{});
}

Result<Explanation> explain(const State& state, const Subject& subject,
                            const ExplainOptions& options) {
  const RoleName& role = subject.role;
  if (!is_known(state, subject.framework)) {
    return Error{ErrorCode::kNotFound,
                 "framework " + std::to_string(subject.framework.index) + " is not known"};
  }
  auto member = framework_of(state, subject.framework).clients.find(role);
  if (member == framework_of(state, subject.framework).clients.end()) {
    return unknown(state, subject.framework, "is not in role " + role.text);
  }
  const Client& client = client_of(state, member->second);
  const WantedShape* wanted = find_shape(client, subject.shape);
  if (wanted == nullptr) {
    return unknown(state, subject.framework,
                   "demands no shape '" + subject.shape + "' in role " + role.text);
  }
  Explanation explanation;
  explanation.shape = subject.shape;
  explanation.gate = gate_of(state, client, *wanted);
  explanation.wanted = wanted->shape.count;
  explanation.offered = wanted->offered;
  explanation.debt = client.usage.debt;
  auto kept = state.accumulations.find(member->second);
  if (kept != state.accumulations.end() && kept->second.shape == subject.shape) {
    explanation.accumulating_on = names_of(state, kept->second.agents);
  }
  for (ClientIndex other : wanting_in_order(state)) {
    if (other == member->second) break;
    explanation.before.push_back(name_of(state, other));
  }
  Instant now = options.now ? std::max(*options.now, state.now) : state.now;
  const Question question{
      .state = state, .client = member->second, .shape = wanted->shape, .role = role};
  Survey survey;
  survey_agents(question, options, survey, explanation);
  count_gang(question, explanation);
  find_holders(question, survey, now, explanation);
  if (options.with_changes) find_changes(question, survey, now, explanation);
  find_outlook(question, survey, options, explanation);
  return explanation;
}

}  // namespace fairlead::allocation
