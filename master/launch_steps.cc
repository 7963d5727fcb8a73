#include "master/launch_steps.h"

#include <algorithm>
#include <utility>

#include "common/common_part.h"
#include "common/devices.h"
#include "common/limits.h"
#include "common/resource_operation.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

TaskStatus answer_for(const Context& c, std::uint32_t framework, const TaskLaunch& launch) {
  TaskStatus status;
  status.framework = c.state.frameworks[framework].info.id;
  status.task = {launch.spec.id.text.substr(0, limits::kIdCharsMax)};
  status.attempt = launch.attempt;
  status.source = StatusSource::kMaster;
  status.at = wall(c.state, c.now);
  return status;
}

Error wrong(const TaskSpec& spec, const std::string& text) {
  return {ErrorCode::kInvalid, "task '" + shortened(spec.id.text) + "': " + text};
}

Status check_attempt(const Context& c, std::uint32_t framework, const TaskLaunch& launch) {
  if (launch.attempt == 0) return wrong(launch.spec, "attempt: expected 1 or more, got 0");
  for (std::uint32_t slot :
       c.state.tasks.attempts(FrameworkHandle{framework}, launch.spec.id.text)) {
    const TaskEntry& other = c.state.tasks[slot];
    if (other.attempt >= launch.attempt) {
      return wrong(launch.spec, "attempt " + std::to_string(launch.attempt) + ": attempt " +
                                    std::to_string(other.attempt) +
                                    " was launched before; hint: use a higher attempt");
    }
    if (!is_terminal(other.state) && other.state != TaskState::kUnreachable) {
      return wrong(launch.spec, "attempt " + std::to_string(other.attempt) + " is still " +
                                    to_string(other.state) + "; hint: kill it first");
    }
  }
  return {};
}

AgentId agent_of(const Context& c, const Bundle& bundle) {
  return bundle.agent == kNoSlot ? AgentId{} : c.state.agents[bundle.agent].id();
}

/// What is shared comes with each offer of the agent, and is there once.
void add_offered(Resources& left, const Resources& offered) {
  if (!has_shared(offered)) return add(left, offered);
  Resources shared = shared_part(offered);
  subtract(shared, common_part(shared, left));
  add(left, divisible_part(offered));
  add(left, shared);
}

/// A volume is used as a whole: nobody else has the rest of it.
Status check_volumes_whole(const Resources& left, const TaskSpec& spec) {
  for (const Lot& lot : spec.resources.lots) {
    if (!lot.kind.volume) continue;
    auto there = std::find_if(left.lots.begin(), left.lots.end(),
                              [&](const Lot& one) { return one.kind == lot.kind; });
    if (there == left.lots.end() || there->amounts == lot.amounts) continue;
    return wrong(spec, to_string(volume_name_of(lot.kind)) + ": expected all of it (" +
                           to_string(there->amounts) + "), got \"" + to_string(lot.amounts) + "\"");
  }
  return {};
}

}  // namespace

Bundle gather(const Context& c, std::uint32_t framework, std::vector<OfferId> wanted) {
  Bundle bundle;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted.empty()) bundle.problem = "accept: no offer is named";
  for (OfferId id : wanted) {
    auto found = c.state.offers.find(id);
    if (found == c.state.offers.end() || found->second.framework.index != framework) {
      bundle.problem = "accept: offer " + std::to_string(id.number) +
                       " is not outstanding: it was used, taken back or expired after " +
                       std::to_string(c.config.offer_hold_max.ms()) + " ms";
      continue;
    }
    const OfferEntry& offer = found->second;
    if (bundle.agent == kNoSlot) {
      bundle.agent = offer.agent.index;
      bundle.role = offer.role;
    } else if (bundle.agent != offer.agent.index || bundle.role != offer.role) {
      bundle.problem = "accept: offer " + std::to_string(id.number) +
                       " is of another agent or role than the first one; hint: accept them apart";
    }
    bundle.offers.push_back(id);
    add_offered(bundle.left, offer.resources);
  }
  return bundle;
}

Status check_launch(const Context& c, std::uint32_t framework, const Bundle& bundle,
                    const TaskLaunch& launch) {
  const TaskSpec& spec = launch.spec;
  Status status = check_well_formed(spec.resources, "task '" + shortened(spec.id.text) + "'");
  if (!status) return status;
  status = validate(spec);
  if (!status) return status;
  status = check_attempt(c, framework, launch);
  if (!status) return status;
  Result<std::string> user =
      user_of_launch(c.config.acl, c.state.frameworks[framework].info.principal, spec.command.user);
  if (!user) return user.error();
  status = may_use_priority(c.config.acl, c.state.frameworks[framework].info.principal,
                            {.role = bundle.role, .priority = spec.priority});
  if (!status) return status;
  if (!contains(bundle.left, spec.resources)) {
    return wrong(spec, "resources: expected at most what is left of the offers (" +
                           to_string(bundle.left) + "), got \"" + to_string(spec.resources) + "\"");
  }
  if (divisible_part(spec.resources).is_zero()) {
    return wrong(spec, "resources: expected something of its own, got only what is shared (" +
                           to_string(spec.resources) + ")");
  }
  status = check_volumes_whole(bundle.left, spec);
  if (!status) return status;
  status = check_device_use(bundle.left, spec.resources, "task '" + shortened(spec.id.text) + "'");
  if (!status) return status;
  if (c.state.tasks.count_of(FrameworkHandle{framework}) >= c.config.tasks_per_framework_max) {
    return Error{ErrorCode::kExhausted, "the framework has " +
                                            std::to_string(c.config.tasks_per_framework_max) +
                                            " tasks, its limit"};
  }
  if (c.state.tasks.count_of(AgentHandle{bundle.agent}) >= c.config.tasks_per_agent_max) {
    return Error{
        ErrorCode::kExhausted,
        "the agent has " + std::to_string(c.config.tasks_per_agent_max) + " tasks, its limit"};
  }
  return {};
}

void refuse_launch(Context& c, std::uint32_t framework, const Bundle& bundle,
                   const TaskLaunch& launch, const Error& error) {
  bool is_denied = error.code == ErrorCode::kDenied;
  bool is_limit = error.code == ErrorCode::kExhausted;
  count_reject(c, is_denied ? reject::kDenied : is_limit ? reject::kLimit : reject::kTaskInvalid);
  TaskStatus status = answer_for(c, framework, launch);
  status.agent = c.state.agents[bundle.agent].id();
  // A reached bound is not the description's fault: the task may be launched again later.
  status.state = is_limit ? TaskState::kDropped : TaskState::kError;
  status.reason = is_denied  ? TaskReason::kTaskUnauthorized
                  : is_limit ? TaskReason::kAgentOverloaded
                             : TaskReason::kTaskInvalid;
  status.message = shortened(error.message, limits::kStatusMessageCharsMax - 8);
  forward_status(c, framework, std::move(status));
}

void take_from(Bundle& bundle, const Resources& resources) {
  if (!has_shared(resources)) return subtract(bundle.left, resources);
  subtract(bundle.left, divisible_part(resources));
}

std::uint32_t launch_task(Context& c, std::uint32_t framework, Bundle& bundle,
                          const TaskLaunch& launch, const GangId& gang) {
  const FrameworkEntry& owner = c.state.frameworks[framework];
  take_from(bundle, launch.spec.resources);
  TaskEntry task;
  task.attempt = launch.attempt;
  task.agent = {bundle.agent};
  task.framework = {framework};
  task.shape = c.state.shapes.acquire(launch.spec.resources);
  task.role = c.state.roles.acquire(bundle.role);
  task.priority = launch.spec.priority;
  if (task.priority != 0) {
    bundle.priorities.push_back({task.priority, reclaimable(launch.spec.resources)});
  }
  task.since = wall(c.state, c.now);
  std::uint32_t slot = c.state.tasks.insert(
      task,
      {.id = launch.spec.id.text, .name = launch.spec.name, .container_path = {}, .message = {}});
  ++c.state.launches_total;
  LaunchTask order;
  order.token = {owner.info.id, launch.spec.id, launch.attempt, c.state.agents[bundle.agent].id()};
  order.role = bundle.role;
  order.framework_name = owner.info.name;
  order.spec = launch.spec;
  order.spec.command.user =
      user_of_launch(c.config.acl, owner.info.principal, launch.spec.command.user).value();
  TaskStatus staging = answer_for(c, framework, launch);
  staging.agent = order.token.agent;
  std::string subject = owner.info.id.text + "/" + launch.spec.id.text;
  if (gang.empty()) {
    send_to_agent(c, bundle.agent, std::move(order));
  } else {
    send_to_agent(c, bundle.agent, PrepareTask{gang, std::move(order)});
  }
  c.out.push_back(PublishEvent{"task_launched", std::move(subject), {}, std::move(staging)});
  ask_on_launch(c, framework, bundle.agent);
  return slot;
}

void resolve(Context& c, Bundle& bundle, Duration refuse_for) {
  if (bundle.offers.size() == 1) {
    Resources used = c.state.offers.at(bundle.offers[0]).resources;
    subtract(used, bundle.left);
    resolve_offer(c, bundle.offers[0], std::move(used), refuse_for, false,
                  std::move(bundle.priorities));
    return;
  }
  Resources left = bundle.left;
  for (OfferId id : bundle.offers) {
    Resources used = c.state.offers.at(id).resources;
    Resources unused = common_part(used, left);
    set_gpus_of_shares(unused, used);
    subtract(used, unused);
    subtract(left, unused);
    // They are of one agent and one owner: it does not matter which one brings them.
    std::vector<HeldPriority> priorities;
    if (!divisible_part(used).is_zero()) priorities = std::exchange(bundle.priorities, {});
    resolve_offer(c, id, std::move(used), refuse_for, false, std::move(priorities));
  }
}

Unusable why_unusable(const Context& c, const Bundle& bundle, const AcceptOffers& message) {
  if (message.launches.size() > limits::kLaunchesPerAcceptMax) {
    return {TaskReason::kInvalidOffers, "accept: " + std::to_string(message.launches.size()) +
                                            " launches, at most " +
                                            std::to_string(limits::kLaunchesPerAcceptMax)};
  }
  if (!bundle.problem.empty()) return {TaskReason::kInvalidOffers, bundle.problem};
  const AgentEntry& agent = c.state.agents[bundle.agent];
  if (agent.phase == AgentPhase::kActive) return {};
  return {TaskReason::kAgentUnknown, "accept: agent '" + agent.id().text + "' is not connected"};
}

void drop_launch(Context& c, std::uint32_t framework, const Bundle& bundle,
                 const TaskLaunch& launch, const Unusable& problem) {
  TaskStatus status = answer_for(c, framework, launch);
  status.agent = agent_of(c, bundle);
  status.state = TaskState::kDropped;
  status.reason = problem.reason;
  status.message = shortened(problem.why, limits::kStatusMessageCharsMax - 8);
  forward_status(c, framework, std::move(status));
}

void give_back(Context& c, const Bundle& bundle) {
  for (OfferId id : bundle.offers) resolve_offer(c, id, {}, Duration{}, false);
}

}  // namespace fairlead::master
