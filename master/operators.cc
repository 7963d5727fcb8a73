// Operators' requests: allowed, durable, then done, then answered; all of it audited.
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

struct Subject {
  std::string operator()(const SetWeight& r) const {
    return "role " + shortened(r.role.text) + " weight_milli " + std::to_string(r.weight_milli);
  }
  std::string operator()(const DeactivateAgent& r) const {
    return "agent " + shortened(r.agent.text) + " deactivate";
  }
  std::string operator()(const ReactivateAgent& r) const {
    return "agent " + shortened(r.agent.text) + " reactivate";
  }
  std::string operator()(const MarkAgentGone& r) const {
    return "agent " + shortened(r.agent.text) + " gone";
  }
  std::string operator()(const TeardownFramework& r) const {
    return "framework " + shortened(r.framework.text);
  }
  std::string operator()(const OperatorKill& r) const {
    return "task " + shortened(r.framework.text) + "/" + shortened(r.task.text);
  }
};

/// The record that makes the request durable; nothing for a kill. An error changes nothing.
struct Plan {
  const Context& c;
  using Records = Result<std::vector<RegistryRecord>>;

  Records operator()(const SetWeight& r) const {
    Status named = check_role_name(r.role.text);
    if (!named) return named.error();
    if (r.weight_milli < limits::kWeightMilliMin || r.weight_milli > limits::kWeightMilliMax) {
      return invalid({.what = "set_weight",
                      .where = "role '" + r.role.text + "'",
                      .expected = "0.001..1048.576",
                      .got = std::to_string(r.weight_milli) + " thousandths",
                      .hint = {}});
    }
    return Records{{WeightRecord{r.role, r.weight_milli}}};
  }
  Records operator()(const DeactivateAgent& r) const { return with_activity(r.agent, true); }
  Records operator()(const ReactivateAgent& r) const { return with_activity(r.agent, false); }
  Records operator()(const MarkAgentGone& r) const {
    std::uint32_t slot = find_agent(c.state, r.agent);
    if (slot == kNoSlot) return unknown_agent(r.agent);
    return Records{{record_of(c, slot, AgentStanding::kGone)}};
  }
  Records operator()(const TeardownFramework& r) const {
    std::uint32_t slot = find_framework(c.state, r.framework);
    if (slot == kNoSlot) return unknown_framework(r.framework);
    return Records{{tombstone_of(c, slot)}};
  }
  Records operator()(const OperatorKill& r) const {
    std::uint32_t slot = find_framework(c.state, r.framework);
    if (slot == kNoSlot) return unknown_framework(r.framework);
    if (c.state.tasks.attempts(FrameworkHandle{slot}, r.task.text).empty()) {
      return Error{ErrorCode::kNotFound, "kill: framework '" + r.framework.text +
                                             "' has no active task '" + shortened(r.task.text) +
                                             "'"};
    }
    return Records{std::vector<RegistryRecord>{}};
  }

  Records with_activity(const AgentId& id, bool deactivated) const {
    std::uint32_t slot = find_agent(c.state, id);
    if (slot == kNoSlot) return unknown_agent(id);
    AgentStanding standing = AgentStanding::kAdmitted;
    AgentPhase phase = c.state.agents[slot].phase;
    if (phase == AgentPhase::kGone) {
      return Error{ErrorCode::kConflict, "agent '" + id.text + "' was declared gone"};
    }
    if (phase == AgentPhase::kUnreachable || phase == AgentPhase::kExpiring) {
      standing = AgentStanding::kUnreachable;
    }
    AgentRecord record = record_of(c, slot, standing);
    record.deactivated = deactivated;
    record.since = c.state.agents[slot].since;
    return Records{{record}};
  }
  static Error unknown_agent(const AgentId& id) {
    return {ErrorCode::kNotFound, "agent '" + shortened(id.text) + "' is not known"};
  }
  static Error unknown_framework(const FrameworkId& id) {
    return {ErrorCode::kNotFound, "framework '" + shortened(id.text) + "' is not known"};
  }
};

/// What the request does once it is durable.
struct Apply {
  Context& c;

  void operator()(const SetWeight& r) const {
    c.state.weights_milli[r.role] = r.weight_milli;
    tell_allocator(c, allocation::WeightSet{r.role, r.weight_milli});
  }
  void operator()(const DeactivateAgent& r) const { set_activity(r.agent, true); }
  void operator()(const ReactivateAgent& r) const { set_activity(r.agent, false); }
  void operator()(const MarkAgentGone& r) const {
    std::uint32_t slot = find_agent(c.state, r.agent);
    if (slot != kNoSlot) on_agent_gone(c, slot);
  }
  void operator()(const TeardownFramework& r) const {
    on_framework_removed(c, r.framework, "torn down by an operator");
  }
  void operator()(const OperatorKill& r) const {
    std::uint32_t slot = find_framework(c.state, r.framework);
    if (slot == kNoSlot) return;
    KillTask kill;
    kill.task = r.task;
    kill.reason = TaskReason::kKilledByOperator;
    kill_attempts(c, slot, kill);
  }
  void set_activity(const AgentId& id, bool deactivated) const {
    std::uint32_t slot = find_agent(c.state, id);
    if (slot == kNoSlot) return;
    c.state.agents[slot].deactivated = deactivated;
    update_pause(c, slot);
  }
};

void conclude(Context& c, RequestId request, const Principal& principal,
              const OperatorRequest& body, const Status& outcome) {
  std::string text = outcome ? "ok" : outcome.error().message;
  c.out.push_back(RecordAudit{principal, to_string(verb_of(body)), std::visit(Subject{}, body),
                              std::move(text)});
  c.out.push_back(AnswerOperator{request, outcome});
}

}  // namespace

void on_operator_asked(Context& c, const OperatorAsked& event) {
  Status allowed = may_operate(c.config.acl, event.principal, verb_of(event.body));
  if (!allowed) {
    count_reject(c, reject::kDenied);
    conclude(c, event.request, event.principal, event.body, allowed);
    return;
  }
  Result<std::vector<RegistryRecord>> plan = std::visit(Plan{c}, event.body);
  if (!plan) {
    count_reject(c, reject::kOperatorRequest);
    conclude(c, event.request, event.principal, event.body, plan.error());
    return;
  }
  OperatorWrite write{event.request, event.principal, event.body};
  if (plan->empty()) {
    on_operator_written(c, write, {});
    return;
  }
  write_registry(c, std::move(*plan), {}, {std::move(write)});
}

void on_operator_written(Context& c, const OperatorWrite& write, const Status& outcome) {
  if (outcome) std::visit(Apply{c}, write.body);
  conclude(c, write.request, write.principal, write.body, outcome);
}

}  // namespace fairlead::master
