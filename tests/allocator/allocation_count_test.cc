// How often the allocator asks for memory once it is warm: not at all for an offer of all that is
// free on an agent and comes back. (Roles with names of up to 15 characters: the message about an
// offer brings the name.)
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "allocator/allocator.h"

namespace {

std::uint64_t allocations = 0;  // of the process: the test has one thread

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  void* place = std::malloc(size == 0 ? 1 : size);
  if (place == nullptr) throw std::bad_alloc();
  return place;
}
void operator delete(void* place) noexcept {
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}

namespace fairlead::allocation {
namespace {

constexpr std::uint32_t kAgents = 20;
constexpr std::uint32_t kFrameworks = 5;
constexpr int kWarmUps = 100;
constexpr int kRounds = 50;

Resources machine() {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = 8'000;
  amounts.scalars[StandardScalar::kMem] = 8 << 20;
  amounts.ranges.push_back({"ports", {{31'000, 31'099}, {31'200, 31'299}}});
  return plain(amounts);
}

/// Agents whose resources go around between frameworks that take whole agents.
class AllocationCount : public testing::Test {
 protected:
  AllocationCount() {
    actions_.reserve(1'000);
    offers_.reserve(1'000);
    for (std::uint32_t i = 0; i < kFrameworks; ++i) {
      take(FrameworkAdded{.framework = {i}, .id = {"f" + std::to_string(i)}, .roles = {role({i})}});
    }
    for (std::uint32_t i = 0; i < kAgents; ++i) {
      AgentAdded added;
      added.agent = {i};
      added.text = AgentText({.id = "a", .hostname = "h", .http_address = {}});
      added.total = machine();
      take(added);
    }
  }

  static RoleName role(FrameworkHandle framework) {
    return {"r" + std::to_string(framework.index)};
  }
  /// Counts what the allocator asks for, not what its caller does.
  void take(const Event& event) {
    std::uint64_t before = allocations;
    core_.step(now_, event, actions_);
    counted_ += allocations - before;
    for (Action& action : actions_) {
      ASSERT_TRUE(std::holds_alternative<MakeOffer>(action));
      offers_.push_back(std::get<MakeOffer>(action));
    }
    actions_.clear();
  }
  std::vector<MakeOffer> take_offers() {
    std::vector<MakeOffer> offers = offers_;
    offers_.clear();
    return offers;
  }
  void return_all(const OfferResolved& how) {
    for (const MakeOffer& offer : take_offers()) {
      OfferResolved resolved = how;
      resolved.offer = offer.offer;
      take(resolved);
    }
  }

  AllocatorCore core_{AllocatorConfig{}};
  Instant now_;
  std::vector<Action> actions_;
  std::vector<MakeOffer> offers_;
  std::uint64_t counted_ = 0;
};

TEST_F(AllocationCount, AnOfferThatComesBackAndTheNextOneTakeNoMemory) {
  for (int i = 0; i < kWarmUps; ++i) return_all({});
  counted_ = 0;
  for (int i = 0; i < kRounds; ++i) {
    ASSERT_EQ(offers_.size(), kAgents);
    return_all({});
  }
  EXPECT_EQ(counted_, 0U);
}

}  // namespace
}  // namespace fairlead::allocation
