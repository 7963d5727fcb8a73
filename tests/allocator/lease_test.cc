// A framework that holds what it is offered and does not answer, beside one that does: how much of
// the cluster the quick one has, with and without the price of holding.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "tests/allocator/allocator_world.h"

namespace fairlead {
namespace {

constexpr std::uint32_t kQuick = 0;
constexpr std::uint32_t kSilent = 1;
constexpr std::int64_t kAgentsHere = 10;
constexpr std::int64_t kCpusEach = 4;

/// Ten agents of 4 CPUs. quick runs tasks of 1 CPU for 10 s, as many as it can; silent takes whole
/// agents and never answers, so that its offers expire after 30 s and are hidden for 5 s, as a
/// master does it.
class TwoFrameworks {
 public:
  explicit TwoFrameworks(AllocatorConfig config) : world_(config) {
    world_.step(allocation::FrameworkAdded{{kQuick}, {"quick"}, {{"quick"}}, {{"quick"}}});
    world_.step(allocation::FrameworkAdded{{kSilent}, {"silent"}, {{"silent"}}, {}});
    for (std::uint32_t i = 0; i < kAgentsHere; ++i) {
      allocation::AgentAdded added;
      added.agent = {i};
      added.text = agent_text("agent" + std::to_string(i));
      added.total = cpus_and_mem(1000 * kCpusEach, 4096);
      world_.step(added);
    }
    world_.step(allocation::DemandSet{{kQuick}, {"quick"}, {shape_of("task", 1000, 256, 100'000)}});
    world_.step(allocation::RolesRevived{{kQuick}, {}});
  }

  void pass_second() {
    world_.now = world_.now + seconds(1);
    world_.step(allocation::TimePassed{});
    for (const auto& [offer, made] : std::map(world_.offers)) {
      if (made.framework.index == kSilent && world_.now - since_[offer] >= seconds(30)) {
        world_.expire(offer, seconds(5));
      }
    }
    end_tasks();
    take_offers();
  }

  /// CPU seconds that quick's tasks ran, in thousandths of all there are.
  std::int64_t quick_per_mille_of(int span) {
    std::int64_t ran = 0;
    for (int i = 0; i < span; ++i) {
      pass_second();
      for (const Task& task : tasks_) ran += scalars(task.resources)[StandardScalar::kCpus];
    }
    return ran / (kAgentsHere * kCpusEach * span);
  }

 private:
  struct Task {
    std::uint32_t agent;
    Resources resources;
    Instant ends;
  };

  void take_offers() {
    // What is accepted can bring another offer.
    for (bool is_new = true; is_new;) {
      is_new = false;
      for (const auto& [offer, made] : std::map(world_.offers)) {
        since_.try_emplace(offer, world_.now);
        if (made.framework.index != kQuick) continue;
        tasks_.push_back({made.agent.index, made.resources, world_.now + seconds(10)});
        world_.accept(offer, made.resources, {});
        is_new = true;
      }
    }
  }

  void end_tasks() {
    std::vector<Task> left;
    for (Task& task : tasks_) {
      if (task.ends > world_.now) {
        left.push_back(std::move(task));
        continue;
      }
      world_.step(allocation::HoldingFreed{{task.agent}, {{kQuick}, {"quick"}, task.resources}});
    }
    tasks_ = std::move(left);
  }

  AllocatorWorld world_;
  std::map<OfferId, Instant> since_;
  std::vector<Task> tasks_;
};

TEST(Leases, WhoNeverAnswersIsLeftWithLittle) {
  TwoFrameworks priced(AllocatorConfig{});
  priced.quick_per_mille_of(300);
  EXPECT_GE(priced.quick_per_mille_of(600), 900);

  TwoFrameworks free_of_charge(
      AllocatorConfig{.lease_doubling = {}, .lease_unanswered_max = 1'000});
  free_of_charge.quick_per_mille_of(300);
  EXPECT_LE(free_of_charge.quick_per_mille_of(600), 750)
      << "without a price silent would have what its share gives it";
}

}  // namespace
}  // namespace fairlead
