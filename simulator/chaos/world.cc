#include "simulator/chaos/world.h"

#include <algorithm>
#include <utility>

#include "simulator/chaos/nemesis.h"
#include "simulator/chaos/operator.h"

namespace fairlead::chaos {
namespace {

constexpr std::uint64_t kEventsPerMinuteMax = 5'000'000;  // more is a loop without progress
constexpr std::size_t kOpenTasksPerAgent = 6;             // what can drain in the quiet time
constexpr Duration kLookEvery = seconds(1);
constexpr Duration kQuietMin = seconds(120);  // the longest task and the longest back-offs

/// At the end of a run, without faults.
Duration quiet_time(const RunOptions& options) {
  return std::max(kQuietMin, seconds(60) * options.minutes / 5);
}

}  // namespace

World::World(const RunOptions& options, Trace::Reader read)
    : options_(options),
      heal_at_{(seconds(60) * options.minutes - quiet_time(options)).ns},
      tasks_until_(heal_at_ + seconds(10)),
      end_at_{(seconds(60) * options.minutes).ns},
      stage_(options.seed, {.without = options.without, .swarm = options.swarm}, options.plant,
             std::move(read)),
      coordination_(stage_, HostId{options.masters}),
      network_(stage_, options.masters + 1 + options.agents + options.frameworks,
               [this] { return coordination_.look_up(Network::kNobody); }),
      drains_(stage_, coordination_),
      ledger_(stage_, drains_),
      epochs_(stage_) {
  for (std::size_t i = 0; i < options.masters; ++i) {
    masters_.push_back(std::make_unique<MasterNode>(
        MasterNode::World{stage_, coordination_, network_, epochs_, drains_, ledger_.gangs(),
                          options_.watch_allocator},
        i));
    network_.add_master(masters_.back()->process(), *masters_.back());
  }
  std::size_t host = options.masters + 1;
  for (std::size_t i = 0; i < options.agents; ++i, ++host) {
    agents_.push_back(
        std::make_unique<AgentNode>(AgentNode::World{stage_, network_, ledger_}, i, HostId{host}));
  }
  for (std::size_t i = 0; i < options.frameworks; ++i, ++host) {
    frameworks_.push_back(std::make_unique<FrameworkNode>(
        FrameworkNode::World{stage_, network_, ledger_}, i, HostId{host},
        FrameworkNode::Wish{tasks_until_,
                            options.agents * kOpenTasksPerAgent / options.frameworks + 1}));
  }
}

void World::start() {
  for (auto& master : masters_) master->start();
  for (auto& agent : agents_) agent->start();
  for (auto& framework : frameworks_) framework->start();
  plan_faults(*this);
  stage_.queue.at(heal_at_, [this] { heal(); });
}

void World::heal() {
  stage_.faults.heal();
  network_.heal();
  stage_.note("nemesis", "everything heals");
  reactivate_all(*this);
  if (stage_.plant != Plant::kDeafAgent) return;
  for (auto& master : masters_) {
    network_.cut(master->process().host(), agents_.front()->process().host(), end_at_);
  }
}

RunReport World::run() {
  start();
  Instant look_at = tasks_until_;
  const std::uint64_t events_max =
      kEventsPerMinuteMax * static_cast<std::uint64_t>(options_.minutes);
  while (!stage_.queue.empty() && stage_.queue.next_at() < end_at_) {
    if (stage_.queue.next_at() >= look_at) {
      look_at = look_at + kLookEvery;
      if (not_converged().empty()) {
        converged_at_ = stage_.now();
        break;
      }
    }
    stage_.queue.run_next();
    stage_.graveyard.clear();
    if (stage_.checkers.violation()) return report();
    if (++events_ > events_max) break;
  }
  std::string missing = converged_at_.is_never() ? not_converged() : "";
  // Tasks that nobody will ever end are forgotten; anything else is late.
  bool is_forgotten = missing.starts_with("task");
  stage_.expect(Promise::kNothingForgotten, !is_forgotten, [&] { return missing; });
  stage_.expect(Promise::kConverges, missing.empty(), [&] { return missing; });
  return report();
}

MasterNode* World::leader() {
  for (auto& master : masters_) {
    if (master->is_leading() && master->session() == coordination_.elected()) return master.get();
  }
  return nullptr;
}

std::string World::not_converged() {
  MasterNode* leads = leader();
  if (leads == nullptr) return "no master leads";
  for (auto& agent : agents_) {
    const std::string& name = agent->process().name();
    if (agent->core() == nullptr) return name + " does not run";
    std::uint32_t slot = find_agent(leads->core().state(), agent->id());
    bool is_active = slot != master::kNoSlot &&
                     leads->core().state().agents[slot].phase == master::AgentPhase::kActive;
    if (!is_active) return name + " is not active at " + leads->process().name();
    bool is_drained = leads->core().state().agents[slot].drain() != nullptr;
    if (is_drained) return name + " is still drained at " + leads->process().name();
  }
  for (auto& framework : frameworks_) {
    const std::string& name = framework->process().name();
    if (framework->core() == nullptr) return name + " does not run";
    if (!framework->core()->is_subscribed()) return name + " is not subscribed";
    if (framework->workload()->open() > 0) {
      return "task " + framework->workload()->any_open() + " of " + name + " is open";
    }
  }
  if (ledger_.running() > 0) return "container " + ledger_.any_running() + " runs for nobody";
  for (auto& agent : agents_) {
    const auto& tasks = agent->core()->state().tasks;
    if (tasks.empty()) continue;
    return agent->process().name() + " still answers for " + tasks.begin()->second.record.container;
  }
  return "";
}

RunReport World::report() {
  RunReport report{.seed = options_.seed,
                   .hash = stage_.trace.hash(),
                   .events = events_,
                   .containers = ledger_.started(),
                   .epochs = coordination_.epoch().number,
                   .faults = stage_.faults.counts(),
                   .evaluations = stage_.checkers.evaluations(),
                   .violation = stage_.checkers.violation()};
  for (auto& framework : frameworks_) {
    if (framework->workload() != nullptr) report.tasks += framework->workload()->tasks();
  }
  if (!converged_at_.is_never()) report.converged_after = converged_at_ - heal_at_;
  return report;
}

RunReport run(const RunOptions& options, Trace::Reader read) {
  World world(options, std::move(read));
  return world.run();
}

}  // namespace fairlead::chaos
