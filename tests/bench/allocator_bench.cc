// The allocator under load: one event of a full cluster, and a cycle that offers all that is free.
// Arguments: agents, frameworks. Run on a release build; every run prints how many offers it made.
#include <benchmark/benchmark.h>

#include "allocator/allocator.h"

namespace fairlead {
namespace {

Resources amounts(std::int64_t cpu_milli, std::int64_t mem_gib) {
  Amounts all;
  all.scalars[StandardScalar::kCpus] = cpu_milli;
  all.scalars[StandardScalar::kMem] = mem_gib << 20;
  return plain(all);
}

/// One role per framework, each with one shape, all suppressed; agents of 24 CPUs and 96 GiB.
struct Cluster {
  AllocatorCore core{AllocatorConfig{}};
  Instant now;
  std::uint32_t agents;
  std::uint32_t frameworks;
  std::vector<allocation::Action> actions;

  Cluster(std::uint32_t agent_count, std::uint32_t framework_count, bool demands)
      : agents(agent_count), frameworks(framework_count) {
    for (std::uint32_t i = 0; i < frameworks; ++i) {
      step(allocation::FrameworkAdded{{i}, {"f" + std::to_string(i)}, {role(i)}, {role(i)}});
      if (demands) demand(i);
    }
  }

  static RoleName role(std::uint32_t i) { return {"r" + std::to_string(i)}; }

  void step(const allocation::Event& event) { core.step(now, event, actions); }

  void demand(std::uint32_t i) {
    DemandShape shape{.name = "task"};
    shape.amounts = total(amounts(1000 + 500 * (i % 4), 1 + i % 5));
    shape.count = 1'000'000;
    step(allocation::DemandSet{{i}, role(i), {shape}});
  }

  void add_agents() {
    for (std::uint32_t i = 0; i < agents; ++i) {
      allocation::AgentAdded added{.agent = {i}, .id = {"a" + std::to_string(i)}};
      added.hostname = added.id.text;
      added.total = amounts(24'000, 96);
      step(added);
    }
  }

  void revive_all() {
    for (std::uint32_t i = 0; i < frameworks; ++i) step(allocation::RolesRevived{{i}, {}});
  }

  /// Takes every offer whole.
  std::vector<allocation::MakeOffer> accept_all() {
    std::vector<allocation::MakeOffer> made;
    while (!actions.empty()) {
      std::vector<allocation::Action> now_made = std::move(actions);
      actions.clear();
      for (const allocation::Action& action : now_made) {
        const auto* offer = std::get_if<allocation::MakeOffer>(&action);
        if (offer == nullptr) continue;
        made.push_back(*offer);
        step(allocation::OfferResolved{.offer = offer->offer, .used = offer->resources});
      }
    }
    return made;
  }
};

std::uint32_t argument(const benchmark::State& state, std::size_t i) {
  return static_cast<std::uint32_t>(state.range(i));
}

/// A task ends on a full cluster where every framework wants more: until its offer is decided.
void one_task_ends(benchmark::State& state) {
  Cluster cluster(argument(state, 0), argument(state, 1), true);
  cluster.revive_all();
  cluster.add_agents();
  std::vector<allocation::MakeOffer> held = cluster.accept_all();
  std::size_t next = 0;
  std::int64_t offers = 0;
  for (auto _ : state) {
    allocation::MakeOffer& task = held[next++ % held.size()];
    cluster.step(allocation::HoldingFreed{task.agent, {task.framework, task.role, task.resources}});
    state.PauseTiming();
    std::vector<allocation::MakeOffer> again = cluster.accept_all();
    offers += static_cast<std::int64_t>(again.size());
    task = again.front();
    held.insert(held.end(), again.begin() + 1, again.end());
    state.ResumeTiming();
  }
  state.counters["offers"] = static_cast<double>(offers);
}
BENCHMARK(one_task_ends)->Args({1000, 200})->Args({10000, 1000})->Iterations(2000);

/// Agents come back with everything free: all of it is offered once.
void cycle(benchmark::State& state, bool demands) {
  std::int64_t offers = 0;
  for (auto _ : state) {
    state.PauseTiming();
    auto cluster = std::make_unique<Cluster>(argument(state, 0), argument(state, 1), demands);
    cluster->revive_all();
    state.ResumeTiming();
    cluster->add_agents();
    state.PauseTiming();
    offers = static_cast<std::int64_t>(cluster->actions.size());
    cluster.reset();
    state.ResumeTiming();
  }
  state.counters["offers"] = static_cast<double>(offers);
}
BENCHMARK_CAPTURE(cycle, with_demand, true)->Args({1000, 200})->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(cycle, whole_agents, false)->Args({1000, 200})->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fairlead

BENCHMARK_MAIN();
