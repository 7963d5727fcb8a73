// Groups whose instances run all together or not at all: demanded as one, launched by one
// accept_gang, and tried again as a whole.
#include "frameworks/batch/placement.h"

namespace fairlead::batch {
namespace {

struct Seat {
  const Bundle* bundle = nullptr;
  Resources resources;
};

/// A seat for each instance, bundle after bundle; fewer when there is no room for all.
std::vector<Seat> seats_for(const Bundles& bundles, const RoleName& role, const TaskGroup& group) {
  std::vector<Seat> seats;
  for (const auto& [where, bundle] : bundles) {
    if (where.first != role || !satisfies_all(*bundle.agent, group)) {
      continue;
    }
    Resources left = bundle.left;
    auto taken = take(left, group.resources, role);
    while (taken && seats.size() < group.instances) {
      subtract(left, *taken);
      seats.push_back({&bundle, *std::move(taken)});
      taken = take(left, group.resources, role);
    }
  }
  return seats;
}

void launch(BatchTurn& turn, const GroupRank& rank, std::vector<Seat> seats) {
  std::vector<AcceptOffers> parts;
  const Bundle* last = nullptr;
  std::uint32_t index = 0;
  for (Seat& seat : seats) {
    if (seat.bundle != last) {
      parts.push_back({.offers = seat.bundle->offers, .launches = {}, .refuse_for = {}});
      last = seat.bundle;
    }
    const InstanceRef ref{rank.job, rank.group, index++};
    parts.back().launches.push_back(
        start(turn, ref, *seat.bundle->agent, std::move(seat.resources)));
  }
  turn.actions.accept_gang(std::move(parts));
}

/// Once: the SDK repeats it until it has ended.
void end(BatchTurn& turn, const InstanceRef& ref, bool for_good) {
  Instance& instance = instance_of(turn, ref);
  const TaskId task = task_id(ref.job, job_of(turn, ref.job).spec.tasks[ref.group].name, ref.index);
  if (for_good) {
    turn.actions.kill(task, instance.attempt);
  } else {
    turn.actions.preempt(task, instance.attempt);
  }
  if (instance.state != TaskState::kUnreachable) {
    instance.state = TaskState::kKilling;
    touch(turn, ref);
  }
}

/// What another instance does when one is missing, for a while or for good.
void follow(BatchTurn& turn, const InstanceRef& ref, bool for_good) {
  const Instance& instance = instance_of(turn, ref);
  switch (instance.phase) {
    case Phase::kLaunched:
      if (instance.state != TaskState::kKilling) {
        end(turn, ref, for_good);
      }
      return;
    case Phase::kFinished:
      if (!for_good) {
        make_ready(turn, ref);
      }
      return;
    case Phase::kReady:
    case Phase::kPausing:
      if (for_good) {
        move(turn, ref, Phase::kCancelled);
      }
      return;
    case Phase::kBlocked:
    case Phase::kFailed:
    case Phase::kCancelled:
      return;
  }
}

/// Some wait for an offer, or never will again.
bool is_broken(const GroupState& group) {
  return group.count(Phase::kReady) + group.count(Phase::kPausing) + group.count(Phase::kFailed) >
         0;
}

}  // namespace

bool is_complete(const Job& job, std::uint32_t group) {
  const TaskGroup& spec = job.spec.tasks[group];
  return !spec.gang || job.groups[group].ready.size() == spec.instances;
}

void place_gangs(BatchTurn& turn, Bundles& bundles) {
  for (const RoleName& role : turn.batch.options.roles) {
    for (const GroupRank& rank : demanded_in(turn.batch, role)) {
      const Job& job = job_of(turn, rank.job);
      const TaskGroup& group = job.spec.tasks[rank.group];
      if (!group.gang) {
        continue;
      }
      std::vector<Seat> seats = seats_for(bundles, role, group);
      if (seats.size() < group.instances) {
        continue;
      }
      std::vector<AgentId> agents;
      for (const Seat& seat : seats) {
        agents.push_back(seat.bundle->agent->agent);
      }
      launch(turn, rank, std::move(seats));
      for (const AgentId& agent : agents) {
        bundles.erase({role, agent});
      }
    }
  }
}

void settle_gang(BatchTurn& turn, const InstanceRef& ref) {
  const Job& job = job_of(turn, ref.job);
  const GroupState& group = job.groups[ref.group];
  const Instance& instance = group.instances[ref.index];
  const bool for_good = group.count(Phase::kFailed) > 0;
  // Of a gang that was not launched all are dropped, each with its own word.
  const bool is_dropped = instance.state == TaskState::kDropped && !for_good;
  if (!job.spec.tasks[ref.group].gang || job.cancel_requested || is_dropped ||
      instance.phase == Phase::kLaunched || instance.phase == Phase::kFinished) {
    return;
  }
  for (std::uint32_t i = 0; i < group.instances.size(); ++i) {
    follow(turn, {ref.job, ref.group, i}, for_good);
  }
  settle(turn, ref.job);
}

void resume_gangs(BatchTurn& turn, JobId id) {
  const Job& job = job_of(turn, id);
  for (std::uint32_t g = 0; g < job.groups.size() && !job.is_over(); ++g) {
    const GroupState& group = job.groups[g];
    if (!job.spec.tasks[g].gang || job.cancel_requested || !is_broken(group)) {
      continue;
    }
    for (std::uint32_t i = 0; i < group.instances.size(); ++i) {
      if (group.instances[i].phase == Phase::kLaunched) {
        end(turn, {id, g, i}, group.count(Phase::kFailed) > 0);
      }
    }
  }
}

}  // namespace fairlead::batch
