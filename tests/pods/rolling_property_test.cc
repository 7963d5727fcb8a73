// Rolling replacement in a simulated world whose replicas never fail by themselves: whatever the
// order of offers, starts, probes and kills, readiness holds and the rollout ends.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>

#include "frameworks/pods/replication.h"
#include "tests/pods/pods_world.h"

namespace fairlead::pods {
namespace {

std::uint32_t ready_of(const Service& service) {
  return static_cast<std::uint32_t>(
      std::count_if(service.replicas.begin(), service.replicas.end(),
                    [](const auto& each) { return each.second.ready; }));
}

std::uint32_t live_of(const Service& service) {
  return static_cast<std::uint32_t>(
      std::count_if(service.replicas.begin(), service.replicas.end(),
                    [](const auto& each) { return each.second.is_live(); }));
}

ServiceSpec any_spec() {
  ServiceSpec spec;
  spec.name = "web";
  spec.replicas = *rc::gen::inRange(1U, 6U);
  spec.max_unavailable = *rc::gen::inRange(0U, 3U);
  spec.max_surge = *rc::gen::inRange(spec.max_unavailable == 0 ? 1U : 0U, 3U);
  spec.shape.command.argv = {"v1"};
  spec.shape.resources = parse_amounts("cpus:1;ports:[1-1]").value();
  spec.readiness = Readiness{};
  return spec;
}

/// One thing that may happen to one replica now, if any may.
void happen(PodsWorld& world, std::uint64_t number) {
  const Replica replica = world.scheduler->find("web")->replicas.at(number);
  const std::string task = task_id("web", number).text;
  switch (replica.state) {
    case ReplicaState::kPending:
      world.offers({offer_of(number, "a" + std::to_string(number % 3), "cpus:1;ports:[1-1]")});
      world.advance(milliseconds(500));
      return;
    case ReplicaState::kStarting:
      world.status(task, replica.attempt, TaskState::kRunning);
      return;
    case ReplicaState::kRunning:
      world.probe("web", number, true);
      return;
    case ReplicaState::kStopping:
      world.status(task, replica.attempt, TaskState::kKilled);
      return;
    case ReplicaState::kBackoff:
    case ReplicaState::kUnreachable:
      return;
  }
}

bool is_settled(const Service& service) {
  return service.replicas.size() == service.spec.replicas &&
         ready_of(service) == service.spec.replicas &&
         std::all_of(service.replicas.begin(), service.replicas.end(), [&](const auto& each) {
           return each.second.generation == service.generation;
         });
}

/// Fair, unlike a generator that prefers small numbers: a replica that is never chosen never
/// starts. Knuth's MMIX constants.
std::uint64_t any_replica(const Service& service, std::uint64_t& random) {
  random = random * 6364136223846793005U + 1442695040888963407U;
  const std::uint64_t index = (random >> 33) % service.replicas.size();
  return std::next(service.replicas.begin(), static_cast<std::ptrdiff_t>(index))->first;
}

RC_GTEST_PROP(RollingReplacement, NeverLeavesFewerReadyOnesThanAllowedAndEnds, ()) {
  PodsWorld world;
  auto random = *rc::gen::arbitrary<std::uint64_t>();
  const ServiceSpec spec = any_spec();
  world.call([&](sdk::SchedulerActions& actions) {
    RC_ASSERT(world.scheduler->create(world.now, spec, {1}, actions).ok());
  });
  const Service* service = world.scheduler->find("web");
  for (int i = 0; i < 2'000 && !is_settled(*service); ++i) {
    happen(world, any_replica(*service, random));
  }
  RC_ASSERT(is_settled(*service));
  ServiceSpec next = service->spec;
  next.shape.command.argv = {"v2"};
  world.call([&](sdk::SchedulerActions& actions) {
    RC_ASSERT(world.scheduler->update(world.now, next, {1}, actions).ok());
  });
  const std::uint32_t floor = spec.replicas - std::min(spec.replicas, spec.max_unavailable);
  int steps = 0;
  for (; steps < 5'000 && !is_settled(*service); ++steps) {
    RC_ASSERT(ready_of(*service) >= floor);
    RC_ASSERT(live_of(*service) <= spec.replicas + spec.max_surge);
    happen(world, any_replica(*service, random));
  }
  RC_ASSERT(is_settled(*service));
}

RC_GTEST_PROP(Replication, AskingAgainAfterAPlanAsksForNothing, ()) {
  ServiceSpec spec = any_spec();
  std::map<std::uint64_t, Replica> observed;
  const auto count = *rc::gen::inRange<std::uint64_t>(0, 9);
  for (std::uint64_t number = 1; number <= count; ++number) {
    Replica replica;
    replica.number = number;
    replica.generation = *rc::gen::inRange<std::uint64_t>(1, 3);
    replica.state = static_cast<ReplicaState>(*rc::gen::inRange(0, 6));
    replica.ready = replica.state == ReplicaState::kRunning && *rc::gen::arbitrary<bool>();
    replica.agent = {"a" + std::to_string(*rc::gen::inRange(0, 3))};
    observed[number] = replica;
  }
  const Instant now = Instant{} + seconds(*rc::gen::inRange(0, 3));
  const Desired desired{.spec = spec, .generation = 2, .removing = false};
  const Plan plan = plan_replicas(desired, observed, now);
  for (const std::uint64_t number : plan.stop) {
    observed[number].state = ReplicaState::kStopping;
    observed[number].ready = false;
  }
  for (const std::uint64_t number : plan.restart) {
    observed[number].state = ReplicaState::kPending;
  }
  for (std::uint32_t i = 0; i < plan.create; ++i) {
    Replica replica;
    replica.number = 100 + i;
    replica.generation = 2;
    observed[replica.number] = replica;
  }
  const Plan again = plan_replicas(desired, observed, now);
  RC_ASSERT(again.stop.empty());
  RC_ASSERT(again.restart.empty());
  RC_ASSERT(again.create == 0U);
}

}  // namespace
}  // namespace fairlead::pods
