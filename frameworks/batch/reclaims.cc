// What the master wants back: which instances end for it. They are ready again at once, with their
// failures and losses as they were.
#include "frameworks/batch/batch_turn.h"

namespace fairlead::batch {
namespace {

struct Candidates {
  std::vector<InstanceRef> refs;
  std::vector<EndableTask> tasks;
};

/// On its way or running there. What ends already is not asked for by the master any more.
bool may_end(const Job& job, const Instance& instance, const ReclaimResources& reclaim) {
  return instance.phase == Phase::kLaunched && instance.agent == reclaim.agent &&
         job.spec.role == reclaim.role && !job.cancel_requested &&
         instance.state != TaskState::kKilling && instance.state != TaskState::kUnreachable &&
         (reclaim.kind != ReclaimKind::kPriority || job.spec.priority < reclaim.priority);
}

Candidates candidates_of(const Batch& batch, const ReclaimResources& reclaim) {
  Candidates all;
  for (const auto& [id, job] : batch.jobs) {
    if (job.is_over()) {
      continue;
    }
    for (std::uint32_t g = 0; g < job.groups.size(); ++g) {
      const auto& instances = job.groups[g].instances;
      for (std::uint32_t i = 0; i < instances.size(); ++i) {
        if (!may_end(job, instances[i], reclaim)) {
          continue;
        }
        all.refs.push_back({id, g, i});
        all.tasks.push_back({.priority = job.spec.priority,
                             .age = instances[i].launched_at.unix_ms,
                             .amounts = job.spec.tasks[g].resources.scalars.standard});
      }
    }
  }
  return all;
}

}  // namespace

void give_back(BatchTurn& turn, const ReclaimResources& reclaim) {
  const Candidates all = candidates_of(turn.batch, reclaim);
  for (const std::size_t chosen : choose_tasks_to_end(all.tasks, reclaim.need)) {
    const InstanceRef& ref = all.refs[chosen];
    const Job& job = job_of(turn, ref.job);
    turn.actions.preempt(task_id(ref.job, job.spec.tasks[ref.group].name, ref.index),
                         instance_of(turn, ref).attempt);
  }
}

}  // namespace fairlead::batch
