#include "simulator/replay_log/changed_world.h"

#include <algorithm>

#include "common/resources.h"

namespace fairlead::replay_log {
namespace {

/// As the master hides an expired offer.
constexpr Duration kRefuseAfterExpiry = seconds(5);

using Actions = std::vector<allocation::Action>;

}  // namespace

void ChangedWorld::take(const AllocatorLogStep& step, const RecordedView& recorded, Actions& out) {
  const Instant now = step.at;
  if (!has_begun_) begin(now, out);
  run_deadlines(now, recorded.next_deadline, out);
  expire_offers(now, recorded.offers, out);
  last_ = now;
  if (recorded.is_rejected) return;  // it changed nothing there
  if (const auto* resolved = std::get_if<allocation::OfferResolved>(&step.event)) {
    answer(now, *resolved, recorded.offers, out);
  } else if (const auto* freed = std::get_if<allocation::HoldingFreed>(&step.event)) {
    free(now, *freed, out);
  } else if (const auto* gone = std::get_if<allocation::FrameworkRemoved>(&step.event)) {
    remove(now, *gone, out);
  } else if (const auto* added = std::get_if<allocation::AgentAdded>(&step.event)) {
    add(now, *added, out);
  } else if (const auto* weight = std::get_if<allocation::WeightSet>(&step.event)) {
    auto mine = policy_.weights.find(weight->role);
    tell(
        now,
        mine == policy_.weights.end() ? *weight : allocation::WeightSet{weight->role, mine->second},
        out);
  } else if (const auto* quota = std::get_if<allocation::QuotaSet>(&step.event)) {
    auto mine = policy_.quotas.find(quota->role);
    tell(now,
         mine == policy_.quotas.end()
             ? *quota
             : allocation::QuotaSet{quota->role, mine->second, quota->more_follow},
         out);
  } else {
    bool told = tell(now, step.event, out);
    const auto* lost = std::get_if<allocation::AgentRemoved>(&step.event);
    if (!told || lost == nullptr) return;
    std::erase_if(books_, [&](const auto& book) { return book.first.agent == lost->agent; });
  }
}

void ChangedWorld::begin(Instant now, Actions& out) {
  has_begun_ = true;
  for (const auto& [role, weight_milli] : policy_.weights) {
    tell(now, allocation::WeightSet{role, weight_milli}, out);
  }
  for (auto at = policy_.quotas.begin(); at != policy_.quotas.end(); ++at) {
    tell(now, allocation::QuotaSet{at->first, at->second, std::next(at) != policy_.quotas.end()},
         out);
  }
}

/// Deadlines that the recorded allocator had as well come with the recorded events, a little late
/// as they did; those that only this one has come on time.
void ChangedWorld::run_deadlines(Instant until, Instant recorded_deadline, Actions& out) {
  Instant next = core_.next_deadline();
  while (next <= until && next < recorded_deadline) {
    last_ = std::max(last_, next);
    tell(last_, allocation::TimePassed{}, out);
    const Instant after = core_.next_deadline();
    if (after <= next) return;  // it is waiting for something else
    next = after;
  }
}

/// An offer that was made in the record as well is answered, or expires, as it was there.
void ChangedWorld::expire_offers(Instant now, const OpenOffers& recorded, Actions& out) {
  std::vector<OfferId> expired;
  for (const auto& [id, offer] : offers_.all()) {
    if (offer.made_at + offer_hold_max_ > now) break;  // later ones were made later
    if (!recorded.has(offer.key)) expired.push_back(id);
  }
  for (OfferId id : expired) {
    if (offers_.find(id) == nullptr) continue;  // rescinded meanwhile
    ++counts_.expired;
    tell(now,
         allocation::OfferResolved{
             .offer = id, .used = {}, .refuse_for = kRefuseAfterExpiry, .expired = true},
         out);
  }
}

bool ChangedWorld::tell(Instant now, const allocation::Event& event, Actions& out) {
  Actions actions;
  core_.step(now, event, actions);
  if (const auto* resolved = std::get_if<allocation::OfferResolved>(&event)) {
    offers_.note_answer(*resolved);
  }
  offers_.note(now, actions);
  bool rejected = std::any_of(actions.begin(), actions.end(), [](const allocation::Action& one) {
    return std::holds_alternative<allocation::RejectEvent>(one);
  });
  if (rejected) ++counts_.rejected;
  out.insert(out.end(), actions.begin(), actions.end());
  return !rejected;
}

void ChangedWorld::answer(Instant now, allocation::OfferResolved event, const OpenOffers& recorded,
                          Actions& out) {
  const OpenOffer* original = recorded.find(event.offer);
  if (original == nullptr) return;
  const std::optional<OfferId> mine = offers_.match(event.offer, *original, event.used);
  Book& book = books_[original->key];
  if (!mine) {
    ++counts_.answers_left_out;
    if (!event.used.is_zero()) book.left_out.push_back(event.used);
    return;
  }
  event.offer = *mine;
  if (tell(now, event, out)) fairlead::add(book.held, event.used);
}

/// Of what was left out nothing can end. What is as large as an answer that was left out belongs to
/// it; of anything else, what is held here ends.
void ChangedWorld::free(Instant now, const allocation::HoldingFreed& event, Actions& out) {
  const Holding& holding = event.holding;
  Book& book = books_[{holding.framework, holding.role, event.agent}];
  auto missing = std::find(book.left_out.begin(), book.left_out.end(), holding.resources);
  bool is_here = missing == book.left_out.end() && contains(book.held, holding.resources);
  if (is_here) {
    if (tell(now, event, out)) subtract(book.held, holding.resources);
    return;
  }
  ++counts_.ends_left_out;
  if (missing != book.left_out.end()) book.left_out.erase(missing);
}

/// It may hold something here that it had given back in the record.
void ChangedWorld::remove(Instant now, const allocation::FrameworkRemoved& event, Actions& out) {
  for (const auto& [key, book] : books_) {
    if (key.framework != event.framework || book.held.is_zero()) continue;
    tell(now, allocation::HoldingFreed{key.agent, {key.framework, key.role, book.held}}, out);
  }
  std::erase_if(books_, [&](const auto& book) { return book.first.framework == event.framework; });
  tell(now, event, out);
}

void ChangedWorld::add(Instant now, const allocation::AgentAdded& event, Actions& out) {
  if (!tell(now, event, out)) return;
  for (const Holding& one : event.holdings) {
    fairlead::add(books_[{one.framework, one.role, event.agent}].held, one.resources);
  }
}

}  // namespace fairlead::replay_log
