// What the master wants back: replicas leave as from an agent that is drained. Each is replaced
// first where there is room, so that its service stays whole; what has not left at the deadline is
// taken.
#include "common/standard_amounts.h"
#include "frameworks/pods/pods_turn.h"

namespace fairlead::pods {
namespace {

struct Candidates {
  std::vector<std::pair<Service*, Replica*>> replicas;
  std::vector<EndableTask> tasks;
};

bool is_there(const Service& service, const Replica& replica, const ReclaimResources& reclaim) {
  return service.spec.role == reclaim.role && replica.agent == reclaim.agent &&
         replica.is_launched() && replica.state != ReplicaState::kUnreachable;
}

/// What is lacking beyond those that leave already.
ReclaimNeed rest_of(ReclaimNeed need, const StandardAmounts& leaving) {
  subtract(need.lacking, least_of(need.lacking, leaving));
  subtract(need.most, least_of(need.most, leaving));
  return need;
}

}  // namespace

void give_back(PodsTurn& turn, const ReclaimResources& reclaim) {
  if (reclaim.kind == ReclaimKind::kPriority && reclaim.priority <= 0) {
    return;  // replicas have priority 0
  }
  Candidates all;
  ReclaimNeed need = reclaim.need;
  for (auto& [name, service] : turn.pods.services) {
    const StandardAmounts& amounts = service.spec.shape.resources.scalars.standard;
    for (auto& [number, replica] : service.replicas) {
      if (!is_there(service, replica, reclaim)) {
        continue;
      }
      if (replica.is_leaving() || replica.state == ReplicaState::kStopping) {
        need = rest_of(need, amounts);
        continue;
      }
      all.replicas.emplace_back(&service, &replica);
      all.tasks.push_back({.age = static_cast<std::int64_t>(number), .amounts = amounts});
    }
  }
  for (const std::size_t chosen : choose_tasks_to_end(all.tasks, need)) {
    const auto& [service, replica] = all.replicas[chosen];
    replica->leaving = true;
    turn.touched.insert(service->spec.name);
  }
}

}  // namespace fairlead::pods
