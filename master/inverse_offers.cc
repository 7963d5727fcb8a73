// Inverse offers: frameworks are asked to leave an agent before its maintenance window begins. What
// they answer is kept for operators; the window begins anyway. Who holds something there is asked
// once a window, again after a subscription and when a declined one wants to be.
#include <algorithm>
#include <set>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

/// By framework.
using Questions = std::map<std::uint32_t, std::vector<InverseOffer>>;

Unavailability until(const Context& c, const Window& window) {
  return {.begins_in = std::max(window.start - c.now, Duration{}),
          .length = window.record.duration};
}

InverseOffer inverse_offer_of(const Context& c, std::uint32_t slot, const Window& window) {
  const AgentEntry& agent = c.state.agents[slot];
  return {.window = window.record.id,
          .agent = agent.id(),
          .hostname = agent.hostname(),
          .unavailability = until(c, window),
          .stay_max = window.record.deadline,
          .reason = "maintenance window " + window.record.id.text};
}

/// Windows of the agent that have not begun.
std::vector<const Window*> windows_ahead(const MasterState& state, const AgentId& agent) {
  std::vector<const Window*> ahead;
  auto found = state.windows_by_agent.find(agent);
  if (found == state.windows_by_agent.end()) return ahead;
  for (const WindowId& id : found->second) {
    const Window& window = state.windows.at(id);
    if (!window.record.has_begun) ahead.push_back(&window);
  }
  return ahead;
}

std::set<std::uint32_t> holders_on(const MasterState& state, std::uint32_t agent) {
  std::set<std::uint32_t> holders;
  for (std::uint32_t slot : state.tasks.slots_of(AgentHandle{agent})) {
    const TaskEntry& task = state.tasks[slot];
    if (task.holds) holders.insert(task.framework.index);
  }
  return holders;
}

void set_timer(InverseOfferBook& book, const InverseOfferKey& key, InverseOfferEntry& entry,
               Instant ask_again) {
  book.again.erase({entry.ask_again, key});
  entry.ask_again = ask_again;
  if (!ask_again.is_never()) book.again.insert({ask_again, key});
}

template <class Matches>
void forget(InverseOfferBook& book, const Matches& matches) {
  std::erase_if(book.again, [&](const auto& timer) { return matches(timer.second); });
  std::erase_if(book.entries, [&](const auto& entry) { return matches(entry.first); });
}

/// Also when it was asked before, or has answered: a new session of it knows nothing of that.
void ask(Context& c, std::uint32_t framework, std::uint32_t agent, const Window& window,
         Questions& questions) {
  const FrameworkEntry& asked = c.state.frameworks[framework];
  if (asked.phase == FrameworkPhase::kRemoving) return;
  InverseOfferBook& book = c.state.inverse_offers;
  const InverseOfferKey key{window.record.id, c.state.agents[agent].id(), asked.info.id};
  auto found = book.entries.find(key);
  if (found == book.entries.end()) {
    if (book.entries.size() >= limits::kInverseOffersMax) return count_reject(c, reject::kLimit);
    found = book.entries.emplace(key, InverseOfferEntry{}).first;
  }
  set_timer(book, key, found->second, Instant::never());
  questions[framework].push_back(inverse_offer_of(c, agent, window));
}

void ask_if_new(Context& c, std::uint32_t framework, std::uint32_t agent, const Window& window,
                Questions& questions) {
  const InverseOfferKey key{window.record.id, c.state.agents[agent].id(),
                            c.state.frameworks[framework].info.id};
  if (!c.state.inverse_offers.entries.contains(key)) ask(c, framework, agent, window, questions);
}

void say(Context& c, Questions questions) {
  for (auto& [framework, offers] : questions) {
    while (!offers.empty()) {
      const std::size_t count = std::min(offers.size(), limits::kInverseOffersPerMessageMax);
      const auto end = offers.begin() + static_cast<std::ptrdiff_t>(count);
      send_to_framework(c, framework, InverseOffers{{offers.begin(), end}});
      offers.erase(offers.begin(), end);
    }
  }
}

/// A declined one whose time has come.
void ask_again(Context& c, const InverseOfferKey& key, Questions& questions) {
  InverseOfferBook& book = c.state.inverse_offers;
  const std::uint32_t framework = find_framework(c.state, key.framework);
  const std::uint32_t agent = find_agent(c.state, key.agent);
  const Window& window = c.state.windows.at(key.window);
  InverseOfferEntry& entry = book.entries.at(key);
  set_timer(book, key, entry, Instant::never());
  if (window.record.has_begun || framework == kNoSlot || agent == kNoSlot) return;
  if (holders_on(c.state, agent).contains(framework)) {
    ask(c, framework, agent, window, questions);
  } else {
    book.entries.erase(key);  // asked with its next task there
  }
}

}  // namespace

const char* to_string(InverseAnswer answer) {
  switch (answer) {
    case InverseAnswer::kNone:
      return "unanswered";
    case InverseAnswer::kAccepted:
      return "accepted";
    case InverseAnswer::kDeclined:
      return "declined";
  }
  unreachable("every InverseAnswer has a name");
}

void ask_about_window(Context& c, const Window& window) {
  Questions questions;
  for (const AgentId& id : window.record.agents) {
    const std::uint32_t agent = find_agent(c.state, id);
    if (agent == kNoSlot) continue;
    for (std::uint32_t framework : holders_on(c.state, agent)) {
      ask(c, framework, agent, window, questions);
    }
  }
  say(c, std::move(questions));
}

void ask_about_agent(Context& c, std::uint32_t agent) {
  const std::vector<const Window*> ahead = windows_ahead(c.state, c.state.agents[agent].id());
  if (ahead.empty()) return;
  Questions questions;
  for (std::uint32_t framework : holders_on(c.state, agent)) {
    for (const Window* window : ahead) ask_if_new(c, framework, agent, *window, questions);
  }
  say(c, std::move(questions));
}

void ask_on_launch(Context& c, std::uint32_t framework, std::uint32_t agent) {
  if (c.state.windows.empty()) return;
  Questions questions;
  for (const Window* window : windows_ahead(c.state, c.state.agents[agent].id())) {
    ask_if_new(c, framework, agent, *window, questions);
  }
  say(c, std::move(questions));
}

void tell_of_inverse_offers(Context& c, std::uint32_t framework) {
  if (c.state.windows.empty()) return;
  std::set<std::uint32_t> agents;
  for (std::uint32_t slot : c.state.tasks.slots_of(FrameworkHandle{framework})) {
    const TaskEntry& task = c.state.tasks[slot];
    if (task.holds) agents.insert(task.agent.index);
  }
  Questions questions;
  for (std::uint32_t agent : agents) {
    for (const Window* window : windows_ahead(c.state, c.state.agents[agent].id())) {
      ask(c, framework, agent, *window, questions);
    }
  }
  say(c, std::move(questions));
}

void on_inverse_answer(Context& c, std::uint32_t framework, const AnswerInverseOffer& message) {
  InverseOfferBook& book = c.state.inverse_offers;
  const FrameworkInfo& info = c.state.frameworks[framework].info;
  const InverseOfferKey key{message.window, message.agent, info.id};
  auto found = book.entries.find(key);
  if (found == book.entries.end() || c.state.windows.at(key.window).record.has_begun) {
    return count_reject(c, reject::kOfferUnknown);  // usually it crossed with the end: no answer
  }
  InverseOfferEntry& entry = found->second;
  const bool is_asked_again = !message.accepts && message.ask_again > Duration{};
  const Duration pause =
      std::clamp(message.ask_again, limits::kInverseAskAgainMin, limits::kTaskDurationMax);
  set_timer(book, key, entry, is_asked_again ? c.now + pause : Instant::never());
  const InverseAnswer answer =
      message.accepts ? InverseAnswer::kAccepted : InverseAnswer::kDeclined;
  std::string reason = shortened(message.reason, limits::kInverseReasonBytesMax);
  const bool is_news = entry.answer != answer || entry.reason != reason;
  entry.answer = answer;
  entry.reason = std::move(reason);
  entry.answered = wall(c.state, c.now);
  if (!is_news) return;
  publish(
      c, message.accepts ? "inverse_offer_accepted" : "inverse_offer_declined", key.window.text,
      info.id.text + " on " + key.agent.text + (entry.reason.empty() ? "" : ": " + entry.reason));
}

void ask_inverse_again(Context& c) {
  Questions questions;
  auto& again = c.state.inverse_offers.again;
  while (!again.empty() && again.begin()->first <= c.now) {
    const InverseOfferKey key = again.begin()->second;
    ask_again(c, key, questions);
  }
  say(c, std::move(questions));
}

Instant next_inverse_offer(const MasterState& state) {
  const auto& again = state.inverse_offers.again;
  return again.empty() ? Instant::never() : again.begin()->first;
}

void end_inverse_offers(Context& c, const WindowRecord& window, const std::string& reason) {
  const InverseOfferBook& book = c.state.inverse_offers;
  std::set<FrameworkId> asked;
  for (auto one = book.first_of(window.id);
       one != book.entries.end() && one->first.window == window.id; ++one) {
    asked.insert(one->first.framework);
  }
  for (const FrameworkId& framework : asked) {
    const std::uint32_t slot = find_framework(c.state, framework);
    if (slot == kNoSlot || window.has_begun) continue;
    send_to_framework(c, slot, InverseOffersWithdrawn{window.id, reason});
  }
  forget(c.state.inverse_offers,
         [&](const InverseOfferKey& key) { return key.window == window.id; });
}

void forget_inverse_offers(Context& c, const FrameworkId& framework) {
  forget(c.state.inverse_offers,
         [&](const InverseOfferKey& key) { return key.framework == framework; });
}

void forget_inverse_offers(Context& c, const AgentId& agent) {
  forget(c.state.inverse_offers, [&](const InverseOfferKey& key) { return key.agent == agent; });
}

std::optional<Unavailability> unavailability_of(const Context& c, const AgentId& agent) {
  if (c.state.windows.empty()) return std::nullopt;
  const Window* next = nullptr;
  for (const Window* one : windows_ahead(c.state, agent)) {
    if (next == nullptr || one->start < next->start) next = one;
  }
  if (next == nullptr) return std::nullopt;
  return until(c, *next);
}

}  // namespace fairlead::master
