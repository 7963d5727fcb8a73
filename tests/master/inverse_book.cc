#include "tests/master/inverse_book.h"

#include <gtest/gtest.h>

#include <iterator>

namespace fairlead {

void InverseBook::take(const master::MasterState& state, const SendToFramework& said) {
  if (std::holds_alternative<Subscribed>(said.message)) sessions_[said.connection].clear();
  if (const auto* asked = std::get_if<InverseOffers>(&said.message)) {
    for (const InverseOffer& offer : asked->offers) take_question(state, said.connection, offer);
  }
  if (const auto* withdrawn = std::get_if<InverseOffersWithdrawn>(&said.message)) {
    std::erase_if(sessions_[said.connection],
                  [&](const auto& one) { return one.first.first == withdrawn->window; });
  }
}

void InverseBook::take_question(const master::MasterState& state, ConnectionId session,
                                const InverseOffer& offer) {
  ASSERT_TRUE(state.windows.contains(offer.window)) << offer.window.text;
  EXPECT_GE(offer.unavailability.begins_in, Duration{});
  auto [found, is_new] = sessions_[session].try_emplace({offer.window, offer.agent}, false);
  EXPECT_TRUE(is_new || found->second)
      << offer.window.text << " of " << offer.agent.text << " was asked twice";
  found->second = false;
  asked_ += 1;
  asked_again_ += is_new ? 0 : 1;
}

AnswerInverseOffer InverseBook::answer(ConnectionId session, std::uint32_t draw) {
  std::map<Question, bool>& questions = sessions_[session];
  if (questions.empty()) return {.window = {"w-9-9"}, .agent = {"a1"}, .reason = {}};
  auto one = std::next(questions.begin(), draw % static_cast<std::uint32_t>(questions.size()));
  AnswerInverseOffer answer{.window = one->first.first, .agent = one->first.second, .reason = {}};
  answer.accepts = draw % 3 == 0;
  answer.ask_again = seconds(draw % 5);
  one->second = !answer.accepts && answer.ask_again > Duration{};
  return answer;
}

void InverseBook::expect_complete(const master::MasterState& state) const {
  const master::InverseOfferBook& book = state.inverse_offers;
  for (const auto& [agent, windows] : state.windows_by_agent) {
    const std::uint32_t slot = master::find_agent(state, agent);
    if (slot == master::kNoSlot || !state.agents[slot].in_allocator) continue;
    for (std::uint32_t number : state.tasks.slots_of(AgentHandle{slot})) {
      const master::TaskEntry& task = state.tasks[number];
      const master::FrameworkEntry& holder = state.frameworks[task.framework.index];
      if (!task.holds || holder.phase == master::FrameworkPhase::kRemoving) continue;
      for (const WindowId& window : windows) {
        if (state.windows.at(window).record.has_begun) continue;
        ASSERT_TRUE(book.entries.contains({window, agent, holder.info.id}))
            << holder.info.id.text << " was not asked about " << window.text << " of "
            << agent.text;
      }
    }
  }
  std::size_t timers = 0;
  for (const auto& [key, entry] : book.entries) {
    ASSERT_TRUE(state.windows.contains(key.window)) << key.window.text << " is over";
    if (entry.ask_again.is_never()) continue;
    ASSERT_TRUE(book.again.contains({entry.ask_again, key}));
    ++timers;
  }
  ASSERT_EQ(book.again.size(), timers);
}

}  // namespace fairlead
