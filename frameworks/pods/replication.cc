#include "frameworks/pods/replication.h"

#include <algorithm>
#include <tuple>

namespace fairlead::pods {
namespace {

using Pointers = std::vector<const Replica*>;

/// 0 goes first: what costs least to lose.
int value_of(const Replica& replica) {
  if (!replica.is_launched()) {
    return replica.state == ReplicaState::kBackoff ? 0 : 1;
  }
  if (replica.returned) {
    return 2;
  }
  return replica.ready ? 4 : 3;
}

/// Takes the one to lose next out of `from`: least value, then fullest agent, then youngest.
const Replica* take_cheapest(Pointers& from) {
  std::map<AgentId, int> load;
  for (const Replica* replica : from) {
    load[replica->agent] += replica->is_launched() ? 1 : 0;
  }
  const auto rank = [&](const Replica* replica) {
    return std::tuple(value_of(*replica), -load[replica->agent], ~replica->number);
  };
  const auto found =
      std::min_element(from.begin(), from.end(),
                       [&](const Replica* a, const Replica* b) { return rank(a) < rank(b); });
  const Replica* cheapest = *found;
  from.erase(found);
  return cheapest;
}

std::int64_t count_ready(const Pointers& replicas) {
  return std::count_if(replicas.begin(), replicas.end(),
                       [](const Replica* replica) { return replica->ready; });
}

/// Old replicas that may go now: those that serve nobody, and ready ones within the budget.
void stop_old(const ServiceSpec& spec, Pointers& old, const Pointers& current, Plan& plan) {
  std::int64_t budget = count_ready(old) + count_ready(current) -
                        (std::int64_t{spec.replicas} - std::int64_t{spec.max_unavailable});
  while (!old.empty()) {
    Pointers rest = old;
    const Replica* next = take_cheapest(rest);
    if (next->ready && budget <= 0) {
      return;
    }
    budget -= next->ready ? 1 : 0;
    plan.stop.push_back(next->number);
    old = std::move(rest);
  }
}

void restart_current(const ServiceSpec& spec, const Pointers& current, Instant now, Plan& plan) {
  for (const Replica* replica : current) {
    if (replica->state != ReplicaState::kBackoff) {
      continue;
    }
    const Instant due = replica->since + restart_pause(spec, *replica);
    if (due <= now) {
      plan.restart.push_back(replica->number);
    } else {
      plan.next_check = std::min(plan.next_check, due);
    }
  }
}

}  // namespace

Plan plan_replicas(const Desired& desired, const std::map<std::uint64_t, Replica>& observed,
                   Instant now) {
  Plan plan;
  Pointers old;
  Pointers current;
  for (const auto& [number, replica] : observed) {
    if (desired.removing && replica.state != ReplicaState::kStopping) {
      plan.stop.push_back(number);
    } else if (replica.is_live()) {
      const bool stays = replica.generation == desired.generation && !replica.is_leaving();
      (stays ? current : old).push_back(&replica);
    }
  }
  if (desired.removing) {
    return plan;
  }
  const ServiceSpec& spec = desired.spec;
  while (current.size() > spec.replicas) {
    plan.stop.push_back(take_cheapest(current)->number);
  }
  const bool rolling = !old.empty();
  stop_old(spec, old, current, plan);
  const std::int64_t missing =
      std::int64_t{spec.replicas} - static_cast<std::int64_t>(current.size());
  const std::int64_t room = std::int64_t{spec.replicas} + (rolling ? spec.max_surge : 0) -
                            static_cast<std::int64_t>(current.size() + old.size());
  plan.create = static_cast<std::uint32_t>(std::max<std::int64_t>(std::min(missing, room), 0));
  restart_current(spec, current, now, plan);
  return plan;
}

}  // namespace fairlead::pods
