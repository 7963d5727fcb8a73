// How long a large shape or a gang waits beside small tasks that take every piece that comes free:
// until what runs on the agents that are kept for it has ended, or, where others are told to give
// something back, until their deadline. Random clusters, from their numbers alone.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "allocator/random.h"
#include "tests/allocator/allocator_world.h"

namespace fairlead {
namespace {

constexpr std::uint32_t kSmall = 0;  ///< each framework is alone in a role of its name
constexpr std::uint32_t kFirst = 1;
constexpr std::uint32_t kSecond = 2;
const std::vector<std::string> kNames = {"small", "first", "second"};

constexpr std::uint64_t kClusters = 200;
constexpr Duration kLongest = seconds(900);  ///< that a task runs

AllocatorConfig config_of(std::uint64_t seed) {
  AllocatorConfig config{.seed = seed};
  config.accumulate_max = seconds(3600);
  return config;
}

struct Task {
  Instant end;
  std::uint32_t framework = 0;
  std::uint32_t agent = 0;
  Resources resources;
};

/// Everything that is offered is accepted at once, and runs for as long as it was drawn to.
class Cluster {
 public:
  Cluster(std::uint64_t seed, const AllocatorConfig& config) : random_{seed}, world_(config) {
    for (std::uint32_t i = 0; i < kNames.size(); ++i) {
      world_.step(allocation::FrameworkAdded{{i}, {kNames[i]}, {{kNames[i]}}, {}});
      world_.step(allocation::DemandSet{{i}, {kNames[i]}, {}});
    }
    agents_ = 3 + below(2);
    for (std::uint32_t i = 0; i < agents_; ++i) {
      allocation::AgentAdded added;
      added.agent = {i};
      added.text = agent_text("a" + std::to_string(i));
      added.total = cpus_and_mem(cpu_milli_each_, 1 << 20);
      world_.step(added);
    }
    world_.watch = [this](const allocation::Event&, const std::vector<allocation::Action>& given) {
      for (const allocation::Action& action : given) {
        const auto* reclaim = std::get_if<allocation::Reclaim>(&action);
        if (reclaim != nullptr) reclaims_.push_back(*reclaim);
      }
    };
    want(kSmall, shape_of("task", 1000, 1, 1'000'000));
    for (Instant end = world_.now + kLongest; world_.now < end;) pass();
  }

  void want(std::uint32_t framework, const DemandShape& shape) {
    world_.step(allocation::DemandSet{{framework}, {kNames[framework]}, {shape}});
    accept_all();
  }

  /// To the next moment at which something happens.
  void pass() {
    Instant next = world_.core.next_deadline();
    for (const Task& task : tasks_) next = std::min(next, task.end);
    for (const allocation::Reclaim& reclaim : reclaims_) next = std::min(next, reclaim.deadline);
    world_.now = std::max(world_.now, next);
    world_.step(allocation::TimePassed{});
    obey();
    for (std::size_t i = 0; i < tasks_.size();) {
      if (tasks_[i].end <= world_.now) {
        end_task(i);
      } else {
        ++i;
      }
    }
    accept_all();
  }

  Instant now() const { return world_.now; }
  std::uint32_t agents() const { return agents_; }
  std::int64_t cpu_milli_each() const { return cpu_milli_each_; }
  std::int64_t cpu_milli_all() const { return cpu_milli_each_ * agents_; }
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(random_.below(end)); }
  void set_quota(std::uint32_t framework, const Quota& quota) {
    world_.step(allocation::QuotaSet{{kNames[framework]}, quota});
    accept_all();
  }

  std::int64_t cpu_milli_of(std::uint32_t framework) const {
    std::int64_t sum = 0;
    for (const Task& task : tasks_) {
      if (task.framework == framework) sum += scalars(task.resources)[StandardScalar::kCpus];
    }
    return sum;
  }

  /// The agents that are kept for what the framework wants.
  std::set<std::uint32_t> kept_for(std::uint32_t framework) const {
    const std::string shape = framework == kSmall ? "task" : "large";
    const std::string names =
        world_.core.explain({framework}, {kNames[framework]}, shape, {.with_changes = false})
            ->accumulating_on;
    std::set<std::uint32_t> kept;
    for (std::uint32_t i = 0; i < agents_; ++i) {
      // Of more than three the text names three: they are all four.
      bool is_named = names.find("a" + std::to_string(i)) != std::string::npos ||
                      names.find("more") != std::string::npos;
      if (is_named) kept.insert(i);
    }
    return kept;
  }

  /// When the last task that runs on them ends.
  Instant last_end_on(const std::set<std::uint32_t>& agents) const {
    Instant last = world_.now;
    for (const Task& task : tasks_) {
      if (agents.contains(task.agent)) last = std::max(last, task.end);
    }
    return last;
  }

  /// Nobody holds or is offered it, on other agents than these.
  std::int64_t cpu_milli_idle_outside(const std::set<std::uint32_t>& agents) const {
    std::int64_t idle = 0;
    for (std::uint32_t i = 0; i < agents_; ++i) {
      if (!agents.contains(i)) idle += scalars(*world_.core.free({i}))[StandardScalar::kCpus];
    }
    return idle;
  }

 private:
  void accept_all() {
    while (!world_.offers.empty()) {
      const allocation::MakeOffer offer = world_.offers.begin()->second;
      Resources left = offer.resources;
      while (offer.framework.index == kSmall && !left.is_zero()) {
        Resources one = cpus_and_mem(1000, 1);
        subtract(left, one);
        start(offer, one);
      }
      if (!left.is_zero()) start(offer, left);
      world_.accept(offer.offer, offer.resources, Duration{});
    }
  }

  void start(const allocation::MakeOffer& offer, const Resources& resources) {
    Duration runs = seconds(1 + below(static_cast<std::uint32_t>(kLongest.ms() / 1000)));
    tasks_.push_back({world_.now + runs, offer.framework.index, offer.agent.index, resources});
  }

  void end_task(std::size_t at) {
    const Task task = tasks_[at];
    tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(at));
    world_.step(allocation::HoldingFreed{
        {task.agent}, {{task.framework}, {kNames[task.framework]}, task.resources}});
  }

  /// Those who were told end tasks at the deadline, and not before.
  void obey() {
    for (const allocation::Reclaim& reclaim : std::vector(reclaims_)) {
      if (reclaim.deadline > world_.now) continue;
      for (std::size_t i = 0; i < tasks_.size();) {
        std::optional<ReclaimNeed> need = world_.core.reclaim_need(reclaim.id);
        if (!need || need->lacking == StandardAmounts{}) break;
        bool is_of_it =
            tasks_[i].agent == reclaim.agent.index && tasks_[i].framework == reclaim.victim.index;
        if (is_of_it) {
          end_task(i);
        } else {
          ++i;
        }
      }
    }
    std::erase_if(reclaims_, [&](const auto& reclaim) { return reclaim.deadline <= world_.now; });
  }

  allocation::Random random_;
  AllocatorWorld world_;
  std::uint32_t agents_ = 0;
  std::int64_t cpu_milli_each_ = 4000;
  std::vector<Task> tasks_;
  std::vector<allocation::Reclaim> reclaims_;
};

/// Several tasks of `cpus` at once, or one.
DemandShape large(std::int64_t cpus, std::uint32_t gang, std::uint32_t gangs = 1) {
  DemandShape shape = shape_of("large", 1000 * cpus, 1, std::max(1U, gang) * gangs);
  shape.gang_size = gang;
  return shape;
}

/// Passes until the framework has something. What is asserted holds at every moment until then.
/// Returns whether agents were kept for it.
bool wait_for_room(Cluster& cluster, std::uint32_t framework) {
  const Instant wanted = cluster.now();
  Instant bound = Instant::never();
  while (cluster.cpu_milli_of(framework) == 0) {
    const std::set<std::uint32_t> kept = cluster.kept_for(framework);
    if (kept.empty()) {
      EXPECT_LT(cluster.now(), wanted + seconds(1)) << "nothing is kept after accumulate_after";
    } else if (bound.is_never()) {
      bound = cluster.last_end_on(kept);
    }
    EXPECT_EQ(cluster.cpu_milli_idle_outside(kept), 0) << "others go on everywhere else";
    EXPECT_LT(cluster.now(), bound);
    if (::testing::Test::HasFailure()) return false;
    cluster.pass();
  }
  EXPECT_LE(cluster.now(), bound);
  return !bound.is_never();
}

TEST(Accumulation, ALargeTaskWaitsUntilWhatRunsOnItsAgentHasEnded) {
  std::uint64_t kept = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    SCOPED_TRACE("cluster " + std::to_string(seed));
    Cluster cluster(seed, config_of(seed));
    cluster.want(kFirst, large(3 + cluster.below(2), 0));
    if (wait_for_room(cluster, kFirst)) ++kept;
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(kept, kClusters / 2) << "most would have waited for ever";
}

TEST(Accumulation, AGangWaitsUntilWhatRunsOnItsAgentsHasEnded) {
  std::uint64_t kept = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    SCOPED_TRACE("cluster " + std::to_string(seed));
    Cluster cluster(seed, config_of(seed));
    const std::int64_t cpus = 2 + cluster.below(3);  // 2 on an agent, or 1
    const std::uint32_t most = (cpus == 2 ? 2 : 1) * cluster.agents();
    cluster.want(kFirst, large(cpus, 2 + cluster.below(most - 1)));
    if (wait_for_room(cluster, kFirst)) ++kept;
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_GT(kept, kClusters / 2) << "most would have waited for ever";
}

TEST(Accumulation, NothingIsKeptForAGangOfARoleThatHasItsFairShare) {
  std::uint64_t moments = 0;
  for (std::uint64_t seed = 0; seed < kClusters / 10; ++seed) {
    SCOPED_TRACE("cluster " + std::to_string(seed));
    Cluster cluster(seed, config_of(seed));
    cluster.want(kFirst, large(4, 2, 1000));
    for (Instant end = cluster.now() + kLongest * 10; cluster.now() < end; cluster.pass()) {
      if (cluster.kept_for(kFirst).empty()) continue;
      ++moments;
      ASSERT_LT(cluster.cpu_milli_of(kFirst) * 2, cluster.cpu_milli_all());
    }
  }
  EXPECT_GT(moments, 100U);
}

TEST(Accumulation, TwoGangsHaveRoomKeptOneAfterTheOther) {
  std::uint64_t kept = 0;
  for (std::uint64_t seed = 0; seed < kClusters / 4; ++seed) {
    SCOPED_TRACE("cluster " + std::to_string(seed));
    Cluster cluster(seed, config_of(seed));
    // Both need more than half of all agents.
    const std::uint32_t gang = cluster.agents() - cluster.below(2);
    const Instant wanted = cluster.now();
    cluster.want(kFirst, large(4, gang));
    cluster.want(kSecond, large(4, gang));
    std::set<std::uint32_t> served;
    while (served.size() < 2) {
      for (std::uint32_t one : {kFirst, kSecond}) {
        if (cluster.cpu_milli_of(one) > 0) served.insert(one);
      }
      bool is_first = !cluster.kept_for(kFirst).empty();
      bool is_second = !cluster.kept_for(kSecond).empty();
      if (is_first || is_second) ++kept;
      ASSERT_FALSE(is_first && is_second);
      ASSERT_LE(cluster.now(), wanted + (kLongest + seconds(1)) * 2);
      cluster.pass();
    }
  }
  EXPECT_GT(kept, kClusters);
}

TEST(Accumulation, WhatAGuaranteeCoversWaitsUntilTheReclaimsDeadline) {
  std::uint64_t reclaimed = 0;
  for (std::uint64_t seed = 0; seed < kClusters; ++seed) {
    SCOPED_TRACE("cluster " + std::to_string(seed));
    const AllocatorConfig config = config_of(seed);
    Cluster cluster(seed, config);
    const std::int64_t cpus = 3 + cluster.below(2);
    Quota quota;
    quota.guarantees[0] = 1000 * cpus;
    cluster.set_quota(kFirst, quota);
    const Instant wanted = cluster.now();
    cluster.want(kFirst, large(cpus, 0));
    while (cluster.cpu_milli_of(kFirst) == 0) {
      ASSERT_LT(cluster.now(), wanted + config.reclaim_after + config.reclaim_deadline);
      cluster.pass();
    }
    if (cluster.now() >= wanted + config.reclaim_after) ++reclaimed;
  }
  EXPECT_GT(reclaimed, kClusters / 2) << "most would have waited longer";
}

}  // namespace
}  // namespace fairlead
