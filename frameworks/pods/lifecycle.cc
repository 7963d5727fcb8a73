#include <algorithm>

#include "frameworks/pods/pods_turn.h"
#include "frameworks/pods/replication.h"

namespace fairlead::pods {
namespace {

bool may_be_killed(TaskState state) {
  return !is_terminal(state) && state != TaskState::kUnreachable && state != TaskState::kUnknown;
}

std::string replica_key(const std::string& service, std::uint64_t number) {
  return kReplicaPrefix + task_id(service, number).text;
}

/// Nothing of it runs any more and nobody wants it back.
bool is_unwanted(const Service& service, const Replica& replica) {
  return service.removing || !replica.is_live() || replica.is_leaving() ||
         replica.generation != service.generation;
}

void on_ended(PodsTurn& turn, Service& service, Replica& replica, TaskState state) {
  if (is_unwanted(service, replica)) {
    forget(turn, service, replica.number);
    return;
  }
  const Duration ran =
      replica.state == ReplicaState::kRunning ? turn.now - replica.since : Duration{};
  if (state == TaskState::kDropped) {
    replica.drops += 1;
    enter(turn, replica, ReplicaState::kBackoff);
  } else if (state == TaskState::kGone || state == TaskState::kGoneByOperator ||
             replica.reason == TaskReason::kPreempted) {
    replica.restarts += 1;  // not its own fault: no pause
    enter(turn, replica, ReplicaState::kPending);
  } else {
    note_end(replica, service.spec, ran);
    enter(turn, replica, ReplicaState::kBackoff);
  }
}

void on_running(PodsTurn& turn, const Service& service, Replica& replica) {
  if (replica.state == ReplicaState::kRunning || replica.state == ReplicaState::kStopping) {
    return;
  }
  enter(turn, replica, ReplicaState::kRunning);
  replica.ready = !service.spec.readiness.has_value();
  replica.drops = 0;
  replica.probe_failures = 0;
}

void on_state(PodsTurn& turn, Service& service, Replica& replica, TaskState state) {
  if (is_terminal(state)) {
    on_ended(turn, service, replica, state);
    return;
  }
  const bool was_cut_off = replica.state == ReplicaState::kUnreachable;
  replica.returned = was_cut_off && state != TaskState::kUnreachable;
  switch (state) {
    case TaskState::kRunning:
      on_running(turn, service, replica);
      return;
    case TaskState::kUnreachable:
      if (service.removing) {
        forget(turn, service, replica.number);  // the SDK keeps the kill until its agent is back
      } else if (replica.is_live()) {
        enter(turn, replica, ReplicaState::kUnreachable);
      }
      return;
    case TaskState::kKilling:
      if (replica.state != ReplicaState::kStopping) {
        enter(turn, replica, ReplicaState::kStopping);
      }
      return;
    default:
      if (was_cut_off) {
        enter(turn, replica, ReplicaState::kStarting);
      }
      return;
  }
}

void stop(PodsTurn& turn, Service& service, std::uint64_t number) {
  Replica& replica = touch(turn, service, number);
  if (replica.is_launched()) {
    turn.actions.kill(task_id(service.spec.name, number), replica.attempt);
  }
  // Nobody can wait for what is cut off: the SDK keeps the kill until its agent speaks again.
  if (!replica.is_launched() || replica.state == ReplicaState::kUnreachable) {
    forget(turn, service, number);
  } else {
    enter(turn, replica, ReplicaState::kStopping);
  }
}

void create(PodsTurn& turn, Service& service) {
  Replica replica;
  replica.number = turn.pods.replica_next++;
  replica.generation = service.generation;
  service.replicas[replica.number] = replica;
  enter(turn, touch(turn, service, replica.number), ReplicaState::kPending);
  turn.new_work.insert(service.spec.role);
}

void apply_plan(PodsTurn& turn, Service& service) {
  const Plan plan = plan_replicas(
      {.spec = service.spec, .generation = service.generation, .removing = service.removing},
      service.replicas, turn.now);
  for (const std::uint64_t number : plan.stop) {
    stop(turn, service, number);
  }
  for (const std::uint64_t number : plan.restart) {
    enter(turn, touch(turn, service, number), ReplicaState::kPending);
    turn.new_work.insert(service.spec.role);
  }
  for (std::uint32_t i = 0; i < plan.create; ++i) {
    create(turn, service);
  }
  if (plan.create > 0) {
    turn.writes.push_back({kNextKey, encode_number(turn.pods.replica_next)});
  }
  for (auto& [number, replica] : service.replicas) {
    replica.returned = false;
  }
  service.next_check = plan.next_check;
}

bool read_row(PodsTurn& turn, const sdk::StateRow& row) {
  Pods& pods = turn.pods;
  if (row.key == kNextKey) {
    const auto next = decode_number(row.value);
    pods.replica_next = next.ok() ? std::max(pods.replica_next, next.value()) : pods.replica_next;
    return next.ok();
  }
  if (row.key.starts_with(kServicePrefix)) {
    auto service = decode_service(row.value);
    if (service.ok()) {
      auto& into = pods.services[service.value().spec.name];
      service.value().replicas = std::move(into.replicas);
      into = std::move(service).value();
    }
    return service.ok();
  }
  if (row.key.starts_with(kReplicaPrefix)) {
    const auto name = parse_task_id({row.key.substr(std::string(kReplicaPrefix).size())});
    const auto replica = decode_replica(row.value, {turn.now, turn.wall()});
    if (!name.ok() || !replica.ok()) {
      return false;
    }
    pods.services[name.value().service].replicas[name.value().number] = replica.value();
    pods.replica_next = std::max(pods.replica_next, name.value().number + 1);
  }
  return true;
}

void write_service(PodsTurn& turn, const std::string& name) {
  const auto found = turn.pods.services.find(name);
  if (found == turn.pods.services.end()) {
    turn.writes.push_back({kServicePrefix + name, std::nullopt});
  } else {
    turn.writes.push_back({kServicePrefix + name, encode_service(found->second)});
  }
}

void write_replica(PodsTurn& turn, const std::string& name, std::uint64_t number) {
  const auto service = turn.pods.services.find(name);
  if (service != turn.pods.services.end()) {
    const auto replica = service->second.replicas.find(number);
    if (replica != service->second.replicas.end()) {
      turn.writes.push_back(
          {replica_key(name, number), encode_replica(replica->second, {turn.now, turn.wall()})});
      return;
    }
  }
  turn.writes.push_back({replica_key(name, number), std::nullopt});
}

}  // namespace

Replica& touch(PodsTurn& turn, Service& service, std::uint64_t number) {
  turn.touched.insert(service.spec.name);
  turn.replicas_changed.insert({service.spec.name, number});
  return service.replicas.at(number);
}

void enter(PodsTurn& turn, Replica& replica, ReplicaState state) {
  replica.state = state;
  replica.since = turn.now;
  replica.ready = false;
}

void forget(PodsTurn& turn, Service& service, std::uint64_t number) {
  touch(turn, service, number);
  service.replicas.erase(number);
}

void take_status(PodsTurn& turn, const TaskStatus& status) {
  const auto name = parse_task_id(status.task);
  const auto service =
      name.ok() ? turn.pods.services.find(name.value().service) : turn.pods.services.end();
  if (service != turn.pods.services.end()) {
    const auto found = service->second.replicas.find(name.value().number);
    if (found != service->second.replicas.end() && found->second.attempt == status.attempt &&
        found->second.is_launched()) {
      Replica& replica = touch(turn, service->second, found->first);
      replica.reason = status.reason;
      replica.message = status.message;
      if (!status.container_path.empty()) {
        replica.container_path = status.container_path;
      }
      on_state(turn, service->second, replica, status.state);
      return;
    }
  }
  if (may_be_killed(status.state)) {
    // Nobody waits for it: its service was removed, or another one took its place.
    turn.actions.kill(status.task, status.attempt);
  }
}

void take_probe(PodsTurn& turn, const Probed& probed) {
  const auto service = turn.pods.services.find(probed.replica.service);
  if (service == turn.pods.services.end() || !service->second.spec.readiness) {
    return;
  }
  const auto found = service->second.replicas.find(probed.replica.number);
  if (found == service->second.replicas.end() || found->second.attempt != probed.replica.attempt ||
      found->second.state != ReplicaState::kRunning) {
    return;
  }
  Replica& replica = found->second;
  replica.probe_failures = probed.connected ? 0 : replica.probe_failures + 1;
  const bool ready =
      probed.connected ||
      (replica.ready && replica.probe_failures < service->second.spec.readiness->failure_threshold);
  if (ready != replica.ready) {
    touch(turn, service->second, replica.number).ready = ready;
  }
}

void recover(PodsTurn& turn, const sdk::Recovered& recovered) {
  for (const sdk::StateRow& row : recovered.rows) {
    if (!read_row(turn, row)) {
      turn.actions.stop({true, row.key + ": damaged row"});
      return;
    }
  }
  for (auto found = turn.pods.services.begin(); found != turn.pods.services.end();) {
    if (found->second.spec.name.empty()) {  // replicas without a service: nobody wants them
      found = turn.pods.services.erase(found);
    } else {
      turn.touched.insert(found->first);
      ++found;
    }
  }
}

void finish(PodsTurn& turn, Ticket ticket) {
  Pods& pods = turn.pods;
  std::set<RoleName> roles(turn.new_work);
  const std::set<std::string> touched = turn.touched;
  for (const std::string& name : touched) {
    const auto found = pods.services.find(name);
    if (found == pods.services.end()) {
      continue;
    }
    apply_plan(turn, found->second);
    found->second.version = ++pods.version;
    roles.insert(found->second.spec.role);
    if (found->second.removing && found->second.replicas.empty()) {
      pods.services.erase(found);
      turn.services_changed.insert(name);
    }
  }
  for (const std::string& name : turn.services_changed) {
    write_service(turn, name);
  }
  for (const auto& [name, number] : turn.replicas_changed) {
    write_replica(turn, name, number);
  }
  if (!turn.writes.empty() || ticket.number != 0) {
    turn.actions.persist(ticket, std::move(turn.writes));
  }
  for (const RoleName& role : roles) {
    turn.actions.set_demand(role, demand_of(pods, role));
  }
  for (const RoleName& role : turn.new_work) {
    if (pods.declined.erase(role) > 0) {
      turn.actions.revive({role});
    }
  }
}

}  // namespace fairlead::pods
