#include <algorithm>

#include "common/check.h"
#include "frameworks/batch/batch_turn.h"

namespace fairlead::batch {
namespace {

GroupRank rank_of(const Job& job, std::uint32_t group) {
  return {-job.spec.priority, job.id, -job.spec.tasks[group].priority, group};
}

bool has_finished(const GroupState& group) {
  return group.count(Phase::kFinished) == group.instances.size();
}

bool cannot_finish(const GroupState& group) {
  return group.count(Phase::kFailed) + group.count(Phase::kCancelled) > 0;
}

bool is_over(const GroupState& group) {
  return group.count(Phase::kFinished) + group.count(Phase::kFailed) +
             group.count(Phase::kCancelled) ==
         group.instances.size();
}

std::uint32_t group_index(const JobSpec& spec, const std::string& name) {
  const auto found = std::find_if(spec.tasks.begin(), spec.tasks.end(),
                                  [&](const TaskGroup& group) { return group.name == name; });
  check(found != spec.tasks.end(), "dependencies were validated");
  return static_cast<std::uint32_t>(found - spec.tasks.begin());
}

/// All instances of `group` in `from` go where `act` puts them.
template <class Act>
void for_each_in(const Job& job, std::uint32_t group, Phase from, Act act) {
  for (std::uint32_t i = 0; i < job.groups[group].instances.size(); ++i) {
    if (job.groups[group].instances[i].phase == from) {
      act(InstanceRef{job.id, group, i});
    }
  }
}

/// True when something moved.
bool settle_group(BatchTurn& turn, Job& job, std::uint32_t index) {
  if (job.groups[index].count(Phase::kBlocked) == 0) {
    return false;
  }
  bool free = true;
  for (const std::string& name : job.spec.tasks[index].depends_on) {
    const GroupState& other = job.groups[group_index(job.spec, name)];
    if (cannot_finish(other)) {
      for_each_in(job, index, Phase::kBlocked,
                  [&](const InstanceRef& ref) { move(turn, ref, Phase::kCancelled); });
      return true;
    }
    free = free && has_finished(other);
  }
  if (free) {
    for_each_in(job, index, Phase::kBlocked,
                [&](const InstanceRef& ref) { make_ready(turn, ref); });
  }
  return free;
}

/// The oldest jobs that are over make room: their rows go too.
void forget_oldest(BatchTurn& turn) {
  Batch& batch = turn.batch;
  while (batch.ended.size() > kEndedJobsMax) {
    const JobId id = *batch.ended.begin();
    const Job& job = batch.jobs.at(id);
    turn.writes.push_back({job_key(id), std::nullopt});
    for (std::uint32_t g = 0; g < job.groups.size(); ++g) {
      for (std::uint32_t i = 0; i < job.groups[g].instances.size(); ++i) {
        if (job.groups[g].instances[i].attempt > 0) {
          turn.writes.push_back({instance_key({id, g, i}), std::nullopt});
          turn.instances_changed.erase({id, g, i});
        }
      }
    }
    batch.jobs.erase(id);
    batch.ended.erase(id);
    turn.jobs_changed.erase(id);
    turn.jobs_touched.erase(id);
  }
}

void end_job(BatchTurn& turn, Job& job) {
  const bool all_finished = std::all_of(job.groups.begin(), job.groups.end(), has_finished);
  const bool any_failed =
      std::any_of(job.groups.begin(), job.groups.end(),
                  [](const GroupState& group) { return group.count(Phase::kFailed) > 0; });
  if (all_finished) {
    job.state = JobState::kFinished;
  } else {
    job.state = job.cancel_requested && !any_failed ? JobState::kCancelled : JobState::kFailed;
  }
  job.ended_at = turn.wall();
  turn.jobs_changed.insert(job.id);
  turn.batch.active_jobs -= 1;
  turn.batch.ended.insert(job.id);
}

}  // namespace

Job& job_of(BatchTurn& turn, JobId id) {
  return turn.batch.jobs.at(id);
}

Instance& instance_of(BatchTurn& turn, const InstanceRef& ref) {
  return job_of(turn, ref.job).groups[ref.group].instances[ref.index];
}

void touch(BatchTurn& turn, const InstanceRef& ref) {
  turn.jobs_touched.insert(ref.job);
  if (instance_of(turn, ref).attempt > 0) {
    turn.instances_changed.insert(ref);
  }
}

void move(BatchTurn& turn, const InstanceRef& ref, Phase phase) {
  Job& job = job_of(turn, ref.job);
  GroupState& group = job.groups[ref.group];
  const bool demanded = group.instances[ref.index].phase == Phase::kReady || phase == Phase::kReady;
  set_phase(group, ref.index, phase);
  touch(turn, ref);
  if (!demanded) {
    return;
  }
  turn.demand_changed.insert(job.spec.role);
  std::set<GroupRank>& ready = turn.batch.ready[job.spec.role];
  if (group.ready.empty()) {
    ready.erase(rank_of(job, ref.group));
  } else {
    ready.insert(rank_of(job, ref.group));
  }
}

void make_ready(BatchTurn& turn, const InstanceRef& ref) {
  instance_of(turn, ref).ready_at = turn.wall();
  move(turn, ref, Phase::kReady);
  turn.new_work.insert(job_of(turn, ref.job).spec.role);
}

void pause(BatchTurn& turn, const InstanceRef& ref, Duration pause) {
  if (pause <= Duration{}) {
    make_ready(turn, ref);
    return;
  }
  move(turn, ref, Phase::kPausing);
  turn.batch.pauses.insert({turn.now + pause, ref});
}

void settle(BatchTurn& turn, JobId id) {
  Job& job = job_of(turn, id);
  if (job.is_over()) {
    return;
  }
  for (bool moved = true; moved;) {
    moved = false;
    for (std::uint32_t i = 0; i < job.groups.size(); ++i) {
      moved = settle_group(turn, job, i) || moved;
    }
  }
  if (std::all_of(job.groups.begin(), job.groups.end(),
                  [](const GroupState& group) { return is_over(group); })) {
    end_job(turn, job);
    turn.jobs_touched.insert(id);
  }
}

void cancel_rest(BatchTurn& turn, Job& job) {
  for (std::uint32_t g = 0; g < job.groups.size(); ++g) {
    for (const Phase phase : {Phase::kBlocked, Phase::kReady, Phase::kPausing}) {
      for_each_in(job, g, phase, [&](const InstanceRef& ref) {
        // A relaunch that was planned is off; the attempt before it may come back still.
        const bool may_run = instance_of(turn, ref).state == TaskState::kUnreachable;
        move(turn, ref, may_run ? Phase::kLaunched : Phase::kCancelled);
      });
    }
    for_each_in(job, g, Phase::kLaunched, [&](const InstanceRef& ref) {
      turn.actions.kill(task_id(job.id, job.spec.tasks[g].name, ref.index),
                        instance_of(turn, ref).attempt);
    });
  }
}

void recover(BatchTurn& turn, const sdk::Recovered& recovered) {
  Batch& batch = turn.batch;
  std::vector<std::pair<InstanceRef, Instance>> instances;
  for (const sdk::StateRow& row : recovered.rows) {
    if (row.key == kNextKey) {
      const auto number = decode_number(row.value);
      batch.job_next = number.ok() ? number.value() : batch.job_next;
    } else if (row.key.starts_with(kJobPrefix)) {
      Result<Job> job = decode_job(row.value);
      if (!job.ok()) {
        turn.actions.stop({true, row.key + ": " + job.error().message});
        return;
      }
      const JobId id = job.value().id;
      batch.job_next = std::max(batch.job_next, id.number + 1);
      batch.jobs[id] = std::move(job).value();
    } else if (row.key.starts_with(kInstancePrefix)) {
      const auto ref = parse_instance_key(row.key);
      const auto instance = decode_instance(row.value);
      if (!ref.ok() || !instance.ok()) {
        turn.actions.stop({true, row.key + ": damaged row"});
        return;
      }
      instances.emplace_back(ref.value(), instance.value());
    }
  }
  for (auto& [id, job] : batch.jobs) {
    for (const TaskGroup& spec : job.spec.tasks) {
      GroupState group;
      group.instances.resize(spec.instances);
      const Phase phase = job.is_over() ? Phase::kCancelled : Phase::kBlocked;
      for (Instance& instance : group.instances) {
        instance.phase = phase;
      }
      group.counts[static_cast<std::size_t>(phase)] = spec.instances;
      job.groups.push_back(std::move(group));
    }
    if (job.is_over()) {
      batch.ended.insert(id);
    } else {
      batch.active_jobs += 1;
    }
  }
  for (auto& [ref, instance] : instances) {
    const auto job = batch.jobs.find(ref.job);
    if (job == batch.jobs.end() || ref.group >= job->second.groups.size() ||
        ref.index >= job->second.groups[ref.group].instances.size()) {
      continue;
    }
    GroupState& group = job->second.groups[ref.group];
    const Phase phase = instance.phase;
    instance.phase = group.instances[ref.index].phase;
    group.instances[ref.index] = instance;
    if (phase == Phase::kPausing) {
      const TaskGroup& spec = job->second.spec.tasks[ref.group];
      pause(turn, ref, retry_pause(spec.retry_min, spec.retry_max, instance.failures));
    } else {
      move(turn, ref, phase);
    }
    if (phase == Phase::kFinished && instance.started_at.unix_ms > 0) {
      group.run_ms_sum +=
          static_cast<std::uint64_t>(instance.ended_at.unix_ms - instance.started_at.unix_ms);
      group.run_count += 1;
    }
  }
  turn.instances_changed.clear();  // nothing new so far
  for (auto& [id, job] : batch.jobs) {
    if (job.cancel_requested && !job.is_over()) {
      cancel_rest(turn, job);
    }
    resume_gangs(turn, id);
    settle(turn, id);
  }
  for (const RoleName& role : batch.options.roles) {
    turn.demand_changed.insert(role);  // also an empty one: no whole-agent offers, please
  }
}

void finish(BatchTurn& turn, Ticket ticket) {
  Batch& batch = turn.batch;
  forget_oldest(turn);
  for (const JobId id : turn.jobs_changed) {
    turn.writes.push_back({job_key(id), encode_job(job_of(turn, id))});
    turn.jobs_touched.insert(id);
  }
  for (const InstanceRef& ref : turn.instances_changed) {
    turn.writes.push_back({instance_key(ref), encode_instance(instance_of(turn, ref))});
  }
  for (const JobId id : turn.jobs_touched) {
    job_of(turn, id).version = ++batch.version;
  }
  if (!turn.writes.empty() || ticket.number != 0) {
    turn.actions.persist(ticket, std::move(turn.writes));
  }
  for (const RoleName& role : turn.demand_changed) {
    turn.actions.set_demand(role, demand_of(batch, role));
  }
  for (const RoleName& role : turn.new_work) {
    if (batch.declined.erase(role) > 0) {
      turn.actions.revive({role});
    }
  }
}

}  // namespace fairlead::batch
