// Gangs in two phases, presumed aborted: agents prepare (durably, and never give up by themselves),
// then the decision to run is durable here before the first agent hears of it. A gang of which no
// record is found after a takeover never ran anywhere: its tasks are dropped.
// The algorithm: Mohan, Lindsay, Obermarck, "Transaction management in the R* distributed database
// management system", TODS 1986.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "common/limits.h"
#include "master/handlers.h"
#include "master/launch_steps.h"

namespace fairlead::master {
namespace {

constexpr const char* kForgotten = "the gang was given up before all of it was prepared";

std::string key_of_gang(const GangId& gang) {
  return "gang/" + gang.text;
}

void tell(Context& c, std::uint32_t agent, const GangId& id, const DecideGang& decision) {
  if (agent == kNoSlot || c.state.agents[agent].phase != AgentPhase::kActive) return;
  DecideGang order = decision;
  order.gang = id;
  send_to_agent(c, agent, std::move(order));
}

/// What becomes of its tasks is no matter of the gang any more.
void let_go_of_tasks(GangTable& table, Gang& gang) {
  for (std::uint32_t task : gang.tasks) table.by_task.erase(task);
  gang.tasks.clear();
}

/// What waits on agents that are not here is dropped when they return and ask.
void give_up(Context& c, const GangId& id, const std::string& why) {
  auto found = c.state.gangs.gangs.find(id);
  Gang gang = std::move(found->second);
  c.state.gangs.gangs.erase(found);
  let_go_of_tasks(c.state.gangs, gang);
  publish(c, "gang_aborted", id.text, why);
  for (const AgentId& agent : gang.agents) {
    tell(c, find_agent(c.state, agent), id, {gang.framework, {}, false, why});
  }
}

void decide(Context& c, const GangId& id, Gang& gang) {
  gang.phase = GangPhase::kDeciding;
  let_go_of_tasks(c.state.gangs, gang);
  GangRecord record{id, gang.framework, {gang.agents.begin(), gang.agents.end()}};
  write_registry(c, {std::move(record)}, {}, {CommitGang{id}});
}

/// All its agents know: nobody will ask again.
void settle(Context& c, std::map<GangId, Gang>::iterator gang, const AgentId& agent) {
  gang->second.agents.erase(agent);
  if (!gang->second.agents.empty()) return;
  write_registry(c, {}, {key_of_gang(gang->first)}, {Housekeeping{}});
  c.state.gangs.gangs.erase(gang);
}

/// One accept of several agents, on its way.
struct Part {
  const AcceptOffers* message;
  Bundle bundle;
};

/// What stands against the gang as a whole: nothing has been looked at launch by launch.
Unusable why_not_together(const Context& c, std::uint32_t framework,
                          const std::vector<Part>& parts) {
  std::set<OfferId> offers;
  std::set<TaskId> tasks;
  std::size_t launches = 0;
  for (const Part& part : parts) {
    Unusable problem = why_unusable(c, part.bundle, *part.message);
    if (!problem.why.empty()) return problem;
    for (OfferId offer : part.bundle.offers) {
      if (!offers.insert(offer).second) {
        return {TaskReason::kInvalidOffers,
                "gang: offer " + std::to_string(offer.number) + " is in two of its parts"};
      }
    }
    for (const TaskLaunch& launch : part.message->launches) {
      if (!tasks.insert(launch.spec.id).second) {
        return {TaskReason::kTaskInvalid,
                "gang: task '" + shortened(launch.spec.id.text) + "' is launched twice"};
      }
    }
    launches += part.message->launches.size();
  }
  if (launches > limits::kLaunchesPerAcceptMax) {
    return {TaskReason::kInvalidOffers, "gang: " + std::to_string(launches) +
                                            " launches, at most " +
                                            std::to_string(limits::kLaunchesPerAcceptMax)};
  }
  std::size_t has = c.state.tasks.count_of(FrameworkHandle{framework});
  if (has + launches > c.config.tasks_per_framework_max) {
    return {TaskReason::kAgentOverloaded, "gang: the framework would have more than " +
                                              std::to_string(c.config.tasks_per_framework_max) +
                                              " tasks, its limit"};
  }
  const FrameworkId& id = c.state.frameworks[framework].info.id;
  auto is_open = [&](const auto& one) {
    return one.second.framework == id && one.second.phase != GangPhase::kCommitted;
  };
  auto open = std::ranges::count_if(c.state.gangs.gangs, is_open);
  if (static_cast<std::size_t>(open) < limits::kGangsOpenMax) return {};
  return {TaskReason::kAgentOverloaded,
          "gang: " + std::to_string(open) + " of the framework are not decided yet, its limit"};
}

struct Impossible {
  const TaskLaunch* launch = nullptr;  ///< null: all can be
  Error error;
};

/// `tasks` of the gang are on the agent, in one part or several.
Status check_room_for(const Context& c, std::uint32_t agent, std::size_t tasks) {
  const std::size_t has = c.state.tasks.count_of(AgentHandle{agent});
  const std::size_t most = c.config.tasks_per_agent_max;
  if (has + tasks <= most) return {};
  return Error{ErrorCode::kExhausted, "gang: the agent would have more than " +
                                          std::to_string(most) + " tasks, its limit"};
}

/// The first launch that cannot be, on copies of what the bundles have left, beside those before
/// it.
Impossible find_impossible(const Context& c, std::uint32_t framework,
                           const std::vector<Part>& parts) {
  std::map<std::uint32_t, std::size_t> tasks;  // of the gang, by agent
  for (const Part& part : parts) {
    Bundle bundle = part.bundle;
    for (const TaskLaunch& launch : part.message->launches) {
      Status checked = check_launch(c, framework, bundle, launch);
      if (checked) checked = check_room_for(c, bundle.agent, ++tasks[bundle.agent]);
      if (!checked) return {&launch, checked.error()};
      take_from(bundle, launch.spec.resources);
    }
  }
  return {};
}

/// What cannot be comes back with its error; all others are dropped for `problem`.
void refuse_gang(Context& c, std::uint32_t framework, const std::vector<Part>& parts,
                 const Unusable& problem, const Impossible& culprit) {
  for (const Part& part : parts) give_back(c, part.bundle);
  if (culprit.launch == nullptr) count_reject(c, reject::kOfferUnknown);
  for (const Part& part : parts) {
    for (const TaskLaunch& launch : part.message->launches) {
      if (&launch == culprit.launch) {
        refuse_launch(c, framework, part.bundle, launch, culprit.error);
      } else {
        drop_launch(c, framework, part.bundle, launch, problem);
      }
    }
  }
}

void prepare(Context& c, std::uint32_t framework, std::vector<Part>& parts) {
  GangTable& table = c.state.gangs;
  const GangId id{"g-" + std::to_string(c.state.epoch.number) + "-" +
                  std::to_string(++table.numbered)};
  Gang gang{.framework = c.state.frameworks[framework].info.id,
            .give_up_at = c.now + c.config.gang_prepare_max};
  for (Part& part : parts) {
    gang.agents.insert(c.state.agents[part.bundle.agent].id());
    for (const TaskLaunch& launch : part.message->launches) {
      std::uint32_t slot = launch_task(c, framework, part.bundle, launch, id);
      gang.waiting.insert(slot);
      gang.tasks.push_back(slot);
      table.by_task[slot] = id;
    }
    resolve(c, part.bundle, part.message->refuse_for);
  }
  c.state.deadlines.add({gang.give_up_at, DeadlineKind::kGangs, 0, 0});
  table.gangs.emplace(id, std::move(gang));
}

/// kNoSlot unless that agent has it.
std::uint32_t find_task(const Context& c, std::uint32_t agent, const TaskPrepared& message) {
  std::uint32_t framework = find_framework(c.state, message.framework);
  if (framework == kNoSlot) return kNoSlot;
  std::uint32_t task =
      c.state.tasks.find(FrameworkHandle{framework}, message.task.text, message.attempt);
  bool is_there = task != kNoSlot && c.state.tasks[task].agent.index == agent;
  return is_there ? task : kNoSlot;
}

}  // namespace

void on_accept_gang(Context& c, std::uint32_t framework, const AcceptGang& message) {
  std::vector<Part> parts;
  for (const AcceptOffers& part : message.parts) {
    parts.push_back({&part, gather(c, framework, part.offers)});
  }
  const Unusable problem = why_not_together(c, framework, parts);
  if (!problem.why.empty()) return refuse_gang(c, framework, parts, problem, {});
  const Impossible culprit = find_impossible(c, framework, parts);
  if (culprit.launch != nullptr) {
    return refuse_gang(c, framework, parts, {TaskReason::kGangAborted, culprit.error.message},
                       culprit);
  }
  auto is_empty = [](const Part& part) { return part.message->launches.empty(); };
  for (Part& part : parts) {
    if (is_empty(part)) resolve(c, part.bundle, part.message->refuse_for);
  }
  std::erase_if(parts, is_empty);
  if (!parts.empty()) prepare(c, framework, parts);
}

void on_task_prepared(Context& c, std::uint32_t agent, const TaskPrepared& message) {
  auto found = c.state.gangs.gangs.find(message.gang);
  if (found == c.state.gangs.gangs.end()) {
    return tell(c, agent, message.gang, {message.framework, {}, false, kForgotten});
  }
  Gang& gang = found->second;
  if (gang.phase == GangPhase::kCommitted) {
    return tell(c, agent, message.gang, {message.framework, {}, true, {}});
  }
  std::uint32_t task = find_task(c, agent, message);
  if (gang.phase == GangPhase::kDeciding || !gang.waiting.contains(task)) return;
  gang.waiting.erase(task);
  if (gang.waiting.empty()) decide(c, message.gang, gang);
}

void on_gang_written(Context& c, const CommitGang& write, const std::string& refused) {
  auto found = c.state.gangs.gangs.find(write.gang);
  if (found == c.state.gangs.gangs.end()) return;
  if (!refused.empty()) return give_up(c, write.gang, refused);
  Gang& gang = found->second;
  gang.phase = GangPhase::kCommitted;
  publish(c, "gang_committed", write.gang.text, gang.framework.text);
  const std::set<AgentId> agents = gang.agents;
  for (const AgentId& agent : agents) {
    std::uint32_t slot = find_agent(c.state, agent);
    if (slot == kNoSlot || c.state.agents[slot].phase == AgentPhase::kGone) {
      leave_gangs(c, agent);
    } else {
      tell(c, slot, write.gang, {gang.framework, {}, true, {}});
    }
  }
}

void on_gang_settled(Context& c, std::uint32_t agent, const GangSettled& message) {
  auto found = c.state.gangs.gangs.find(message.gang);
  bool is_awaited =
      found != c.state.gangs.gangs.end() && found->second.phase == GangPhase::kCommitted;
  if (is_awaited) settle(c, found, c.state.agents[agent].id());
}

void load_gang(Context& c, const GangRecord& record) {
  Gang gang{.framework = record.framework, .phase = GangPhase::kCommitted};
  for (const AgentId& agent : record.agents) {
    std::uint32_t slot = find_agent(c.state, agent);
    bool may_return = slot != kNoSlot && c.state.agents[slot].phase != AgentPhase::kGone;
    if (may_return) gang.agents.insert(agent);
  }
  if (gang.agents.empty()) {
    return write_registry(c, {}, {key_of_gang(record.id)}, {Housekeeping{}});
  }
  c.state.gangs.gangs.emplace(record.id, std::move(gang));
}

void repeat_decisions(Context& c, std::uint32_t agent) {
  const AgentId id = c.state.agents[agent].id();
  for (const auto& [name, gang] : c.state.gangs.gangs) {
    bool is_due = gang.phase == GangPhase::kCommitted && gang.agents.contains(id);
    if (is_due) tell(c, agent, name, {gang.framework, {}, true, {}});
  }
}

void leave_gangs(Context& c, const AgentId& agent) {
  for (auto at = c.state.gangs.gangs.begin(); at != c.state.gangs.gangs.end();) {
    auto gang = at++;
    bool is_settled = gang->second.phase == GangPhase::kCommitted;
    if (is_settled && gang->second.agents.contains(agent)) settle(c, gang, agent);
  }
}

void on_task_of_gang_over(Context& c, std::uint32_t task) {
  auto found = c.state.gangs.by_task.find(task);
  if (found == c.state.gangs.by_task.end()) return;
  const GangId id = found->second;
  const TaskEntry& entry = c.state.tasks[task];
  give_up(c, id,
          "task '" + std::string(entry.text.id()) + "' of the gang is " + to_string(entry.state));
}

void on_gangs_due(Context& c) {
  std::vector<GangId> due;
  for (const auto& [id, gang] : c.state.gangs.gangs) {
    if (gang.phase == GangPhase::kPreparing && gang.give_up_at <= c.now) due.push_back(id);
  }
  for (const GangId& id : due) {
    give_up(c, id,
            "not all of it was prepared within " + std::to_string(c.config.gang_prepare_max.ms()) +
                " ms");
  }
}

}  // namespace fairlead::master
