// Operators' requests: allowed, durable, then done, then answered; all of it audited.
#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

struct Subject {
  std::string operator()(const SetWeight& r) const {
    return "role " + shortened(r.role.text) + " weight_milli " + std::to_string(r.weight_milli);
  }
  std::string operator()(const SetQuota& r) const { return shown_change(r.change); }
  std::string operator()(const DeactivateAgent& r) const {
    return "agent " + shortened(r.agent.text) + " deactivate";
  }
  std::string operator()(const ReactivateAgent& r) const {
    return "agent " + shortened(r.agent.text) + " reactivate";
  }
  std::string operator()(const MarkAgentGone& r) const {
    return "agent " + shortened(r.agent.text) + " gone";
  }
  std::string operator()(const DrainAgent& r) const {
    std::string text = "agent " + shortened(r.agent.text) + " drain deadline_ms " +
                       std::to_string(r.deadline.ms());
    if (r.grace) text += " grace_ms " + std::to_string(r.grace->ms());
    return r.mark_gone ? text + " mark_gone" : text;
  }
  std::string operator()(const ScheduleWindow& r) const {
    std::string text = "window of";
    const std::size_t named = std::min(r.agents.size(), limits::kWindowAgentsMax);
    for (std::size_t i = 0; i < named; ++i) text += " " + shortened(r.agents[i].text);
    if (named < r.agents.size()) text += " …";
    text += " start_unix_ms " + std::to_string(r.start.unix_ms) + " duration_ms " +
            std::to_string(r.duration.ms()) + " deadline_ms " + std::to_string(r.deadline.ms());
    if (r.grace) text += " grace_ms " + std::to_string(r.grace->ms());
    return text;
  }
  std::string operator()(const ConvertResources& r) const {
    return "agent " + shortened(r.agent.text) + " " +
           shortened(fairlead::to_string(r.operation), 512);
  }
  std::string operator()(const CancelWindow& r) const {
    return "window " + shortened(r.window.text) + " cancel";
  }
  std::string operator()(const TeardownFramework& r) const {
    return "framework " + shortened(r.framework.text);
  }
  std::string operator()(const OperatorKill& r) const {
    return "task " + shortened(r.framework.text) + "/" + shortened(r.task.text);
  }
};

DrainRecord drain_record(const DrainAgent& r, WallTime asked) {
  return {.agent = r.agent,
          .started = asked,
          .deadline = r.deadline,
          .grace = r.grace,
          .mark_gone = r.mark_gone,
          .drained = {},
          .window = {}};
}

Status check_drain(const DrainAgent& r) {
  auto is_in_range = [](Duration one) {
    return one >= Duration{} && one <= limits::kTaskDurationMax;
  };
  if (is_in_range(r.deadline) && is_in_range(r.grace.value_or(Duration{}))) return {};
  return invalid({.what = "drain",
                  .where = "agent '" + r.agent.text + "'",
                  .expected = "deadline and grace of 0..365 days",
                  .got = std::to_string(r.deadline.ms()) + " ms and " +
                         std::to_string(r.grace.value_or(Duration{}).ms()) + " ms",
                  .hint = {}});
}

/// The slot of the agent, unless its first record is still being written: that may be refused.
std::uint32_t find_recorded(const MasterState& state, const AgentId& id) {
  std::uint32_t slot = find_agent(state, id);
  bool is_recorded = slot != kNoSlot && state.agents[slot].phase != AgentPhase::kAdmitting;
  return is_recorded ? slot : kNoSlot;
}

/// How a record of the agent says that it stands, when an operator changes something else about it.
AgentStanding standing_of(const AgentEntry& agent) {
  bool is_cut_off = !agent.registering && (agent.phase == AgentPhase::kUnreachable ||
                                           agent.phase == AgentPhase::kExpiring);
  return is_cut_off ? AgentStanding::kUnreachable : AgentStanding::kAdmitted;
}

/// An error changes nothing.
struct Plan {
  const Context& c;
  WallTime asked;
  const Principal& who;
  using Records = Result<RegistryChange>;

  Records operator()(const SetWeight& r) const {
    if (Status checked = check_weight(r); !checked) return checked.error();
    return RegistryChange{{WeightRecord{r.role, r.weight_milli}}};
  }
  Records operator()(const SetQuota& r) const {
    if (Status checked = check_quota_change(c.state, c.allocator, r.change); !checked)
      return checked.error();
    RegistryChange change;
    for (const QuotaSetting& one : r.change.settings) {
      if (one.quota.is_none()) {
        change.erase.push_back(quota_key_of(one.role));
      } else {
        change.put.emplace_back(QuotaRecord{one.role, one.quota});
      }
    }
    return change;
  }
  Records operator()(const DeactivateAgent& r) const { return with_activity(r.agent, true); }
  Records operator()(const ReactivateAgent& r) const { return with_activity(r.agent, false); }
  Records operator()(const MarkAgentGone& r) const {
    std::uint32_t slot = find_recorded(c.state, r.agent);
    if (slot == kNoSlot) return unknown_agent(r.agent);
    return RegistryChange{{record_of(c, slot, AgentStanding::kGone)}};
  }
  Records operator()(const DrainAgent& r) const {
    std::uint32_t slot = find_recorded(c.state, r.agent);
    if (slot == kNoSlot) return unknown_agent(r.agent);
    if (c.state.agents[slot].phase == AgentPhase::kGone) return gone_agent(r.agent);
    if (Status checked = check_drain(r); !checked) return checked.error();
    return RegistryChange{{drain_record(r, asked)}};
  }
  Records operator()(const ConvertResources& r) const {
    Result<ReservationsRecord> after =
        converted_after(c, find_recorded(c.state, r.agent),
                        {.agent = r.agent, .who = who, .operations = {r.operation}, .offered = {}});
    if (!after) return after.error();
    return change_of(*after);
  }
  Records operator()(const ScheduleWindow& r) const {
    if (Status checked = check_window(c, r, asked); !checked) return checked.error();
    return RegistryChange{{window_of(c.state, r)}};
  }
  Records operator()(const CancelWindow& r) const {
    Result<std::vector<std::string>> erased = keys_of_end(c, r.window);
    if (!erased) return erased.error();
    return RegistryChange{{}, std::move(*erased)};
  }
  Records operator()(const TeardownFramework& r) const {
    std::uint32_t slot = find_framework(c.state, r.framework);
    if (slot == kNoSlot) return unknown_framework(r.framework);
    return RegistryChange{{tombstone_of(c, slot)}};
  }
  Records operator()(const OperatorKill& r) const {
    std::uint32_t slot = find_framework(c.state, r.framework);
    if (slot == kNoSlot) return unknown_framework(r.framework);
    if (c.state.tasks.attempts(FrameworkHandle{slot}, r.task.text).empty()) {
      return Error{ErrorCode::kNotFound, "kill: framework '" + r.framework.text +
                                             "' has no active task '" + shortened(r.task.text) +
                                             "'"};
    }
    return RegistryChange{};
  }

  Records with_activity(const AgentId& id, bool deactivated) const {
    std::uint32_t slot = find_recorded(c.state, id);
    if (slot == kNoSlot) return unknown_agent(id);
    const AgentEntry& agent = c.state.agents[slot];
    if (agent.phase == AgentPhase::kGone) return gone_agent(id);
    AgentRecord record = record_of(c, slot, standing_of(agent));
    record.deactivated = deactivated;
    record.since = agent.since;
    return RegistryChange{{record}, deactivated ? std::vector<std::string>{} : drain_keys(slot)};
  }
  std::vector<std::string> drain_keys(std::uint32_t slot) const {
    const AgentEntry& agent = c.state.agents[slot];
    if (agent.drain() == nullptr) return {};
    return {drain_key_of(agent.id())};
  }
  static Error unknown_framework(const FrameworkId& id) {
    return {ErrorCode::kNotFound, "framework '" + shortened(id.text) + "' is not known"};
  }
};

/// What the request does once it is durable.
struct Apply {
  Context& c;
  const OperatorWrite& write;

  void operator()(const SetWeight& r) const {
    c.state.weights_milli[r.role] = r.weight_milli;
    tell_allocator(c, allocation::WeightSet{r.role, r.weight_milli});
  }
  void operator()(const SetQuota& r) const { apply_quota_change(c, r.change); }
  void operator()(const DeactivateAgent& r) const { set_activity(r.agent, true); }
  void operator()(const ReactivateAgent& r) const { set_activity(r.agent, false); }
  void operator()(const DrainAgent& r) const {
    std::uint32_t slot = find_agent(c.state, r.agent);
    if (slot != kNoSlot && c.state.agents[slot].phase != AgentPhase::kGone) {
      return start_drain(c, slot, drain_record(r, write.asked));
    }
    // It left while this was written: whoever comes under its id is not drained.
    write_registry(c, {}, {drain_key_of(r.agent)}, {Housekeeping{}});
  }
  void operator()(const MarkAgentGone& r) const {
    std::uint32_t slot = find_agent(c.state, r.agent);
    if (slot != kNoSlot) on_agent_gone(c, slot);
  }
  void operator()(const ScheduleWindow& r) const {
    WallTime clock{write.asked.unix_ms + (c.now - write.asked_at).ms()};
    const WindowRecord window = window_of(c.state, r);
    ++c.state.windows_numbered;
    add_window(c, window, clock);
    publish(c, "window_scheduled", window.id.text, "");
  }
  void operator()(const CancelWindow& r) const { on_window_ended(c, r.window); }
  void operator()(const ConvertResources& r) const {
    apply_conversion(c, r.agent, write.converted, fairlead::to_string(r.operation));
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
    if (deactivated) return update_pause(c, slot);
    end_drain(c, slot);
  }
};

/// The agent that a request is about, or null.
const AgentId* agent_of(const OperatorRequest& request) {
  if (const auto* one = std::get_if<DeactivateAgent>(&request)) return &one->agent;
  if (const auto* one = std::get_if<ReactivateAgent>(&request)) return &one->agent;
  if (const auto* one = std::get_if<MarkAgentGone>(&request)) return &one->agent;
  if (const auto* one = std::get_if<DrainAgent>(&request)) return &one->agent;
  if (const auto* one = std::get_if<ConvertResources>(&request)) return &one->agent;
  return nullptr;
}

bool is_about_windows(const OperatorRequest& request) {
  return std::holds_alternative<ScheduleWindow>(request) ||
         std::holds_alternative<CancelWindow>(request);
}

/// One of these is being written. O(pending writes).
template <class... Requests>
bool has_open_request(const MasterState& state) {
  return std::ranges::any_of(state.writes, [](const auto& one) {
    const auto* write = std::get_if<OperatorWrite>(&one.second.then);
    return write != nullptr && (std::holds_alternative<Requests>(write->body) || ...);
  });
}

/// Two changes of one agent at a time could overwrite each other in the registry; two windows at a
/// time could overlap, and two quotas could promise the same resources.
Result<RegistryChange> change_for(const Context& c, const OperatorWrite& write) {
  const AgentId* agent = agent_of(write.body);
  if (agent != nullptr && is_being_changed(c.state, *agent)) {
    return Error{ErrorCode::kUnavailable, "agent '" + shortened(agent->text) +
                                              "': another change of it is being written; hint: "
                                              "try again"};
  }
  if (is_about_windows(write.body) && has_open_request<ScheduleWindow, CancelWindow>(c.state)) {
    return Error{ErrorCode::kUnavailable,
                 "maintenance: another window is being written; hint: try again"};
  }
  if (std::holds_alternative<SetQuota>(write.body) && has_open_request<SetQuota>(c.state)) {
    return Error{ErrorCode::kUnavailable,
                 "quota: another change of quotas is being written; hint: try again"};
  }
  return std::visit(Plan{c, write.asked, write.principal}, write.body);
}

void order_write(Context& c, OperatorWrite write, RegistryChange change) {
  const AgentId* agent = agent_of(write.body);
  std::uint32_t slot = agent == nullptr ? kNoSlot : find_agent(c.state, *agent);
  if (slot != kNoSlot) write.standing = standing_of(c.state.agents[slot]);
  if (std::holds_alternative<ConvertResources>(write.body)) {
    for (const RegistryRecord& record : change.put) {
      write.converted = std::get<ReservationsRecord>(record);
    }
    begin_conversion(c, slot);
  }
  write_registry(c, std::move(change.put), std::move(change.erase), {std::move(write)});
}

/// What was written does not say how the agent stands: a write that was ordered meanwhile replaces
/// it, or its return, which was being written when this was ordered, was refused.
bool is_outdated(const Context& c, std::uint32_t slot, const OperatorWrite& write) {
  bool has_its_own_record = std::holds_alternative<DrainAgent>(write.body) ||
                            std::holds_alternative<ConvertResources>(write.body);
  if (has_its_own_record) return false;
  if (is_overwritten(c.state, slot)) return true;
  bool is_gone = std::holds_alternative<MarkAgentGone>(write.body);
  return !is_gone && write.standing != standing_of(c.state.agents[slot]);
}

/// `made`: the id of what the request made, if that has one.
void conclude(Context& c, const OperatorWrite& write, const Status& outcome,
              const std::string& made = "") {
  std::string text = outcome ? "ok" : outcome.error().message;
  if (!made.empty()) text += ", " + made;
  c.out.push_back(RecordAudit{write.principal, to_string(verb_of(write.body)),
                              std::visit(Subject{}, write.body), std::move(text)});
  c.out.push_back(AnswerOperator{write.request, outcome, made});
}

}  // namespace

void on_operator_asked(Context& c, const OperatorAsked& event) {
  OperatorWrite write{event.request, event.principal, event.body, event.at, c.now};
  Status allowed = may_ask(c.config.acl, event.principal, event.body);
  if (!allowed) {
    count_reject(c, reject::kDenied);
    return conclude(c, write, allowed);
  }
  Result<RegistryChange> change = change_for(c, write);
  if (!change) {
    count_reject(c, reject::kOperatorRequest);
    conclude(c, write, change.error());
  } else if (change->put.empty() && change->erase.empty()) {
    on_operator_written(c, write, {});
  } else {
    order_write(c, std::move(write), std::move(*change));
  }
}

void on_operator_written(Context& c, const OperatorWrite& write, const Status& outcome) {
  const AgentId* agent = agent_of(write.body);
  std::uint32_t slot = agent == nullptr ? kNoSlot : find_agent(c.state, *agent);
  // Neither done nor answered before it is what the registry holds.
  if (outcome && slot != kNoSlot && is_outdated(c, slot, write)) {
    // What a reactivation erased is gone, whatever becomes of the rest.
    if (std::holds_alternative<ReactivateAgent>(write.body)) end_drain(c, slot);
    Result<RegistryChange> again = std::visit(Plan{c, write.asked, write.principal}, write.body);
    if (!again) return conclude(c, write, again.error());
    return order_write(c, write, std::move(*again));
  }
  const auto* window = std::get_if<ScheduleWindow>(&write.body);
  std::string made = outcome && window != nullptr ? window_of(c.state, *window).id.text : "";
  if (outcome) std::visit(Apply{c, write}, write.body);
  if (slot != kNoSlot) end_conversion(c, slot);
  conclude(c, write, outcome, made);
  if (slot != kNoSlot) c.state.drains_to_settle.push_back(slot);
}

Error gone_agent(const AgentId& id) {
  return {ErrorCode::kConflict, "agent '" + id.text + "' was declared gone"};
}

Error unknown_agent(const AgentId& id) {
  return {ErrorCode::kNotFound, "agent '" + shortened(id.text) + "' is not known"};
}

bool is_being_changed(const MasterState& state, const AgentId& id) {
  std::uint32_t slot = find_agent(state, id);
  const Drain* drain = slot == kNoSlot ? nullptr : state.agents[slot].drain();
  if (drain != nullptr && drain->is_finishing) return true;
  return std::ranges::any_of(state.writes, [&](const auto& one) {
    if (is_changed_by_window(state, one.second, id)) return true;
    const auto* offered = std::get_if<ConvertOffered>(&one.second.then);
    if (offered != nullptr && offered->agent == id) return true;
    const auto* destroyed = std::get_if<FinishDestruction>(&one.second.then);
    if (destroyed != nullptr && destroyed->converted.agent == id) return true;
    const auto* write = std::get_if<OperatorWrite>(&one.second.then);
    const AgentId* agent = write == nullptr ? nullptr : agent_of(write->body);
    return agent != nullptr && *agent == id;
  });
}

}  // namespace fairlead::master
