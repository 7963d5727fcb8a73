// The allocator against its dumb twin, decision by decision, on random histories: as many as
// FAIRLEAD_TWIN_HISTORIES says, 10,000 without it.
#include <gtest/gtest.h>

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

/// One history: numbers that follow from its number alone, longer for later ones. Every second one
/// has quotas.
Draw history(std::uint64_t number) {
  allocation::Random random{number};
  Draw draw;
  draw.with_quotas = number % 2 == 1;
  draw.numbers.resize(100 + 50 * (number % 10));
  for (std::uint32_t& one : draw.numbers) one = static_cast<std::uint32_t>(random.next() >> 32);
  return draw;
}

/// "" when both did the same all the way, else what happened until they did not.
std::string difference_in(std::uint64_t number) {
  AllocatorConfig config{.seed = number};
  if (number % 3 == 0) {  // debts that are forgiven, and patience that ends, while it lasts
    config.lease_half_life = seconds(2);
    config.lease_unanswered_max = 1;
  }
  AllocatorWorld world(config);
  twin::Twin dumb(config);
  std::string difference;
  std::size_t events = 0;
  world.watch = [&](const allocation::Event& event, const std::vector<allocation::Action>& given) {
    ++events;
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
  return difference.empty() ? "" : difference + "after\n" + world.history;
}

std::uint64_t histories() {
  const char* text = std::getenv("FAIRLEAD_TWIN_HISTORIES");
  std::uint64_t count = 10'000;
  if (text != nullptr) std::from_chars(text, text + std::strlen(text), count);
  return count;
}

TEST(Twin, DoesTheSameAsTheAllocatorInEveryHistory) {
  for (std::uint64_t i = 0; i < histories(); ++i) {
    std::string difference = difference_in(i);
    ASSERT_EQ(difference, "");
  }
}

}  // namespace
}  // namespace fairlead
