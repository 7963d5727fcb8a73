// The allocator against its dumb twin, decision by decision, on random histories: as many as
// FAIRLEAD_TWIN_HISTORIES says, 10,000 without it.
#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "allocator/random.h"
#include "tests/allocator/random_history.h"
#include "tests/allocator/twin/twin.h"

namespace fairlead {
namespace {

std::string to_text(const allocation::Action& action) {
  if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
    return "offer " + std::to_string(made->offer.number) + " f" +
           std::to_string(made->framework.index) + " " + made->role.text + " a" +
           std::to_string(made->agent.index) + " " + to_string(made->resources) + "\n";
  }
  if (const auto* reclaim = std::get_if<allocation::Reclaim>(&action)) {
    return "reclaim " + std::to_string(reclaim->id.number) + " " + to_string(reclaim->kind) + " f" +
           std::to_string(reclaim->victim.index) + " " + reclaim->victim_role.text + " a" +
           std::to_string(reclaim->agent.index) + " " +
           to_string(reclaim->amounts, StandardAmounts{}) + " for f" +
           std::to_string(reclaim->beneficiary.index) + " " + reclaim->beneficiary_role.text + " " +
           reclaim->shape + "\n";
  }
  if (const auto* ended = std::get_if<allocation::ReclaimEnded>(&action)) {
    return "reclaim " + std::to_string(ended->id.number) + " ended\n";
  }
  if (const auto* told = std::get_if<allocation::DemandImpossible>(&action)) {
    return (told->why.empty() ? "possible f" : "impossible f") +
           std::to_string(told->framework.index) + " " + told->role.text + " " + told->shape + "\n";
  }
  const auto* rescinded = std::get_if<allocation::RescindOffer>(&action);
  return rescinded == nullptr ? "reject\n"
                              : "rescind " + std::to_string(rescinded->offer.number) + " f" +
                                    std::to_string(rescinded->framework.index) + "\n";
}

std::string to_text(const std::vector<allocation::Action>& actions) {
  std::string text;
  for (const allocation::Action& action : actions) text += to_text(action);
  return text;
}

/// Every fifth has GPUs; of these three in four have another placement than the others.
bool has_devices_in(std::uint64_t number) {
  return number % 5 == 4;
}

Placement placement_in(std::uint64_t number) {
  return has_devices_in(number) ? static_cast<Placement>(number / 10 % 4) : Placement::kBestFit;
}

/// Every fourth has debts that are forgiven, and patience that ends, while it lasts. Every sixth is
/// in the batch mode; one in eleven gives little in a step; in every seventh CPUs do not count in
/// shares. Every third one has a region of its own; four in nine have reclaims for what waited a
/// moment, of one kind more often than of all.
AllocatorConfig config_of(std::uint64_t number) {
  AllocatorConfig config{.seed = number};
  config.placement = placement_in(number);
  if (number % 3 == 0) config.region = "eu";
  if (number % 4 == 0) {
    config.lease_half_life = seconds(2);
    config.lease_unanswered_max = 1;
  }
  if (number % 6 == 5) config.mode = AllocationMode::kBatch;
  if (number % 11 == 3) config.turns_per_step_max = 1 + static_cast<std::int64_t>(number % 4);
  if (number % 7 == 6) config.fair_share_excluded = {"cpus"};
  if (number % 3 != 1 && number % 9 != 0) return config;
  config.accumulate_after = milliseconds(1 + 300 * static_cast<std::int64_t>(number % 4));
  config.reclaim_after = milliseconds(1 + 250 * static_cast<std::int64_t>(number % 5));
  config.reclaim_deadline = milliseconds(1500);
  config.accumulate_max = seconds(5);
  config.reclaims_for_fairness = number % 2 == 0;
  config.reclaims_for_priorities = number % 5 != 0;
  config.reclaims_per_role_max = number % 7 == 0 ? 1 : 60;
  return config;
}

/// One history: numbers that follow from its number alone, longer for later ones. Every second one
/// has quotas; every fifth has many gangs, another fifth reservations that change.
Draw history(std::uint64_t number) {
  allocation::Random random{number};
  Draw draw;
  draw.in_batches = config_of(number).mode == AllocationMode::kBatch;
  draw.with_quotas = number % 2 == 1;
  draw.with_devices = has_devices_in(number);
  draw.with_gangs = number % 5 == 2;
  draw.with_operations = number % 5 == 4;
  draw.numbers.resize(100 + 50 * (number % 10));
  for (std::uint32_t& one : draw.numbers) one = static_cast<std::uint32_t>(random.next() >> 32);
  return draw;
}

struct Comparison {
  std::string difference;  ///< "": both did the same all the way, else what happened until then
  std::uint64_t reclaims = 0;
};

Comparison compare(std::uint64_t number, twin::WrongRule wrong = twin::WrongRule::kNone) {
  AllocatorConfig config = config_of(number);
  AllocatorWorld world(config);
  twin::Twin dumb(config, wrong);
  Comparison found;
  std::string& difference = found.difference;
  std::size_t events = 0;
  world.watch = [&](const allocation::Event& event, const std::vector<allocation::Action>& given) {
    ++events;
    found.reclaims += static_cast<std::uint64_t>(
        std::count_if(given.begin(), given.end(), [](const allocation::Action& action) {
          return std::holds_alternative<allocation::Reclaim>(action);
        }));
    if (!difference.empty()) return;
    std::vector<allocation::Action> expected;
    dumb.step(world.now, event, expected);
    std::string where = "history " + std::to_string(number) + ", event " + std::to_string(events) +
                        " (kind " + std::to_string(event.index()) + "): ";
    if (to_text(given) != to_text(expected)) {
      difference = where + "expected\n" + to_text(expected) + "got\n" + to_text(given);
    } else if (world.core.next_deadline() != dumb.next_deadline()) {
      difference = where + "another deadline";
    } else if (world.core.order() != dumb.order()) {
      difference = where + "another order";
    }
  };
  Draw draw = history(number);
  begin(world, draw);
  while (!draw.is_empty() && difference.empty()) any_event(world, draw);
  if (!difference.empty()) difference += "after\n" + world.history;
  return found;
}

std::uint64_t histories() {
  const char* text = std::getenv("FAIRLEAD_TWIN_HISTORIES");
  std::uint64_t count = 10'000;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), count);
  return count;
}

TEST(Twin, DoesTheSameAsTheAllocatorInEveryHistory) {
  std::uint64_t reclaims = 0;
  for (std::uint64_t i = 0; i < histories(); ++i) {
    const Comparison found = compare(i);
    ASSERT_EQ(found.difference, "");
    reclaims += found.reclaims;
  }
  EXPECT_GE(reclaims, histories() / 100) << "too rare to be compared";
}

struct Planted {
  const char* name;
  twin::WrongRule rule;
};

class WrongRule : public ::testing::TestWithParam<Planted> {};

TEST_P(WrongRule, IsFoundByOneOfTheFirstHistories) {
  constexpr std::uint64_t kFirst = 5'000;  // half of what CI runs
  std::uint64_t number = 0;
  while (number < kFirst && compare(number, GetParam().rule).difference.empty()) ++number;
  EXPECT_LT(number, kFirst);
  RecordProperty("history", std::to_string(number));
}

INSTANTIATE_TEST_SUITE_P(
    Gangs, WrongRule,
    ::testing::Values(Planted{"InParts", twin::WrongRule::kGangsInParts},
                      Planted{"WhereTouched", twin::WrongRule::kGangsWhereTouched},
                      Planted{"BundlesComeApart", twin::WrongRule::kBundlesComeApart},
                      Planted{"JudgedAlone", twin::WrongRule::kGangsJudgedAlone},
                      Planted{"KeepTogether", twin::WrongRule::kGangsKeepTogether},
                      Planted{"KeepForEver", twin::WrongRule::kGangsKeepForEver}),
    [](const ::testing::TestParamInfo<Planted>& planted) { return planted.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Twin, WrongRule,
    ::testing::Values(Planted{"LimitsOfTheRoleAlone", twin::WrongRule::kLimitsOfTheRoleAlone},
                      Planted{"OffersBeyondLimitStay", twin::WrongRule::kOffersBeyondLimitStay},
                      Planted{"IdleReservedIsFree", twin::WrongRule::kIdleReservedIsFree},
                      Planted{"NobodyFirst", twin::WrongRule::kNobodyFirst},
                      Planted{"NothingHeld", twin::WrongRule::kNothingHeld},
                      Planted{"SumsHeldAlone", twin::WrongRule::kSumsHeldAlone},
                      Planted{"DecidesInBetween", twin::WrongRule::kDecidesInBetween},
                      Planted{"FreedQuotaIsUnseen", twin::WrongRule::kFreedQuotaIsUnseen},
                      Planted{"KeptFromGuarantees", twin::WrongRule::kKeptFromGuarantees}),
    [](const ::testing::TestParamInfo<Planted>& planted) { return planted.param.name; });

}  // namespace
}  // namespace fairlead
