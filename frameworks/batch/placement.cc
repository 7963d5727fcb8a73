#include <algorithm>

#include "common/limits.h"
#include "frameworks/batch/placement.h"

namespace fairlead::batch {
namespace {

// Demand tells the master what fits, so what is declined is news to it: a short filter will do.
constexpr Duration kRefuseWithoutWork = seconds(5);
constexpr Duration kRefuseTooSmall = seconds(1);

std::string ports_text(const Resources& resources) {
  std::string text;
  const Amounts all = total(resources);
  if (const auto* ports = find_ranges(all, "ports")) {
    for (const Interval& interval : *ports) {
      for (std::uint64_t port = interval.begin; port <= interval.end; ++port) {
        text += (text.empty() ? "" : ",") + std::to_string(port);
      }
    }
  }
  return text;
}

void set_variable(Command& command, const std::string& name, std::string value) {
  std::erase_if(command.environment,
                [&](const EnvironmentVariable& variable) { return variable.name == name; });
  command.environment.push_back({name, std::move(value)});
}

TaskLaunch launch_for(const Job& job, const InstanceRef& ref, std::uint32_t attempt,
                      Resources resources) {
  const TaskGroup& group = job.spec.tasks[ref.group];
  TaskLaunch launch;
  launch.attempt = attempt;
  TaskSpec& spec = launch.spec;
  spec.id = task_id(job.id, group.name, ref.index);
  spec.name = job.spec.name + "." + group.name;
  spec.command = group.command;
  set_variable(spec.command, "FAIRLEAD_JOB_ID", to_string(job.id));
  set_variable(spec.command, "FAIRLEAD_JOB_NAME", job.spec.name);
  set_variable(spec.command, "FAIRLEAD_TASK_NAME", group.name);
  set_variable(spec.command, "FAIRLEAD_TASK_INDEX", std::to_string(ref.index));
  set_variable(spec.command, "FAIRLEAD_INSTANCES", std::to_string(group.instances));
  set_variable(spec.command, "FAIRLEAD_ATTEMPT", std::to_string(attempt));
  if (std::string ports = ports_text(resources); !ports.empty()) {
    set_variable(spec.command, "FAIRLEAD_PORTS", std::move(ports));
  }
  spec.resources = std::move(resources);
  spec.limits = group.limits;
  spec.kill_grace = group.kill_grace;
  spec.duration_max = group.timeout;
  spec.labels = job.spec.labels;
  spec.priority = job.spec.priority;
  return launch;
}

}  // namespace

bool satisfies_all(const Offer& offer, const TaskGroup& group) {
  return std::all_of(
      group.constraints.begin(), group.constraints.end(),
      [&](const Constraint& one) { return satisfies(offer.attributes, offer.hostname, one); });
}

std::vector<GroupRank> demanded_in(const Batch& batch, const RoleName& role) {
  std::vector<GroupRank> ranks;
  const auto ready = batch.ready.find(role);
  if (ready == batch.ready.end()) {
    return ranks;
  }
  for (const GroupRank& rank : ready->second) {
    if (ranks.size() == limits::kDemandShapesMax) {
      break;
    }
    if (is_complete(batch.jobs.at(rank.job), rank.group)) {
      ranks.push_back(rank);
    }
  }
  return ranks;
}

TaskLaunch start(BatchTurn& turn, const InstanceRef& ref, const Offer& offer, Resources taken) {
  move(turn, ref, Phase::kLaunched);
  Instance& instance = instance_of(turn, ref);
  instance.attempt += 1;
  instance.state = TaskState::kStaging;
  instance.reason = TaskReason::kNone;
  instance.agent = offer.agent;
  instance.hostname = offer.hostname;
  instance.agent_http = offer.http_address;
  instance.container_path.clear();
  instance.message.clear();
  instance.exit.reset();
  instance.launched_at = turn.wall();
  instance.started_at = instance.ended_at = {};
  instance.waited_ms += instance.launched_at.unix_ms - instance.ready_at.unix_ms;
  Job& job = job_of(turn, ref.job);
  if (job.state == JobState::kPending) {
    job.state = JobState::kRunning;
    turn.jobs_changed.insert(job.id);
  }
  touch(turn, ref);
  reconsider(turn, ref);
  return launch_for(job, ref, instance.attempt, std::move(taken));
}

namespace {

/// Fills the bundle from the role's list, no further down than the demand told.
std::vector<TaskLaunch> fill(BatchTurn& turn, const RoleName& role, Bundle& bundle) {
  std::vector<TaskLaunch> launches;
  for (const GroupRank& rank : demanded_in(turn.batch, role)) {
    const Job& job = job_of(turn, rank.job);
    const TaskGroup& group = job.spec.tasks[rank.group];
    if (group.gang || !satisfies_all(*bundle.agent, group)) {
      continue;
    }
    const std::set<std::uint32_t>& ready = job.groups[rank.group].ready;
    while (!ready.empty() && launches.size() < limits::kLaunchesPerAcceptMax) {
      auto taken = take(bundle.left, group.resources, role);
      if (!taken) {
        break;
      }
      subtract(bundle.left, *taken);
      const InstanceRef ref{rank.job, rank.group, *ready.begin()};
      launches.push_back(start(turn, ref, *bundle.agent, *std::move(taken)));
    }
  }
  return launches;
}

}  // namespace

void place(BatchTurn& turn, std::span<const Offer> offers) {
  Bundles bundles;
  for (const Offer& offer : offers) {
    Bundle& bundle = bundles[{offer.role, offer.agent}];
    bundle.offers.push_back(offer.id);
    add(bundle.left, offer.resources);
    bundle.agent = &offer;
  }
  place_gangs(turn, bundles);
  for (auto& [where, bundle] : bundles) {
    const RoleName& role = where.first;
    const bool has_work = !turn.batch.ready[role].empty();
    std::vector<TaskLaunch> launches = fill(turn, role, bundle);
    if (launches.empty()) {
      turn.batch.declined.insert(role);
      turn.actions.decline(bundle.offers, has_work ? kRefuseTooSmall : kRefuseWithoutWork,
                           has_work ? DeclineReason::kTooSmall : DeclineReason::kNoWork);
      continue;
    }
    turn.actions.accept(
        {.offers = bundle.offers, .launches = std::move(launches), .refuse_for = {}});
  }
}

std::vector<DemandShape> demand_of(const Batch& batch, const RoleName& role) {
  std::vector<DemandShape> shapes;
  for (const GroupRank& rank : demanded_in(batch, role)) {
    const Job& job = batch.jobs.at(rank.job);
    const TaskGroup& group = job.spec.tasks[rank.group];
    const auto count = static_cast<std::uint32_t>(job.groups[rank.group].ready.size());
    shapes.push_back({.name = to_string(rank.job) + "." + group.name,
                      .amounts = group.resources,
                      .count = std::min(count, limits::kDemandCountMax),
                      .constraints = group.constraints,
                      .priority = job.spec.priority,
                      .gang_size = group.gang ? group.instances : 0});
  }
  return shapes;
}

void note_impossible(BatchTurn& turn, const DemandImpossible& demand) {
  const std::size_t dot = demand.shape.find('.');
  const Result<JobId> id = parse_job_id(demand.shape.substr(0, dot));
  const auto job = id.ok() ? turn.batch.jobs.find(*id) : turn.batch.jobs.end();
  if (job == turn.batch.jobs.end() || dot == std::string::npos) {
    return;
  }
  const std::string group = demand.shape.substr(dot + 1);
  for (std::size_t g = 0; g < job->second.groups.size(); ++g) {
    GroupState& state = job->second.groups[g];
    if (job->second.spec.tasks[g].name == group && !state.ready.empty()) {
      state.impossible = demand.why;
      turn.jobs_touched.insert(*id);
    }
  }
}

Status check_placeable(const Batch& batch, const JobSpec& spec) {
  if (batch.agents.empty() || spec.allow_unplaceable) {
    return {};
  }
  for (const TaskGroup& group : spec.tasks) {
    const bool fits = std::any_of(
        batch.agents.begin(), batch.agents.end(),
        [&](const KnownAgent& agent) { return contains(agent.total, group.resources.scalars); });
    if (!fits) {
      return Error{ErrorCode::kConflict,
                   to_string(Complaint{
                       .what = "job '" + spec.name + "' cannot be placed",
                       .where = "task '" + group.name + "'",
                       .expected = "an agent that can hold " + to_string(group.resources),
                       .got = "none of " + std::to_string(batch.agents.size()) + " agents",
                       .hint = "ask for less, or allow_unplaceable to wait for such an agent"})};
    }
  }
  return {};
}

}  // namespace fairlead::batch
