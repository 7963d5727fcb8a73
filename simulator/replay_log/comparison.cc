#include "simulator/replay_log/comparison.h"

#include <algorithm>
#include <utility>

namespace fairlead::replay_log {
namespace {

using Actions = std::vector<allocation::Action>;
using Lines = std::vector<std::string>;

bool is_rejection(const allocation::Action& action) {
  return std::holds_alternative<allocation::RejectEvent>(action);
}

/// `offers` know what was rescinded. A rejection decides nothing.
Lines lines_of(const Actions& actions, const OpenOffers& offers, const Names& names) {
  Lines lines;
  for (const allocation::Action& action : actions) {
    if (is_rejection(action)) continue;
    std::string line = names.unnumbered(action);
    if (const auto* rescinded = std::get_if<allocation::RescindOffer>(&action)) {
      const OfferKey* key = offers.find_rescinded(rescinded->offer);
      if (key != nullptr) line += " (role " + key->role.text + " on " + names.of(key->agent) + ")";
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

/// In another order they are the same decisions.
bool are_same(Lines a, Lines b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

}  // namespace

void Comparison::take(const AllocatorLogStep& step, Instant deadline, const Actions& actions,
                      const Names& names, ChangedStep at) {
  const bool is_rejected = std::any_of(actions.begin(), actions.end(), is_rejection);
  recorded_.forget_rescinded();
  world_.offers().forget_rescinded();
  Actions changed;
  world_.take(step, {recorded_, deadline, is_rejected}, changed);
  if (const auto* answer = std::get_if<allocation::OfferResolved>(&step.event)) {
    recorded_.note_answer(*answer);
  }
  recorded_.note(step.at, actions);
  at.recorded = lines_of(actions, recorded_, names);
  at.changed = lines_of(changed, world_.offers(), names);
  if (are_same(at.recorded, at.changed)) return;
  ++changes_.different;
  if (changes_.first.size() < Changes::kFirstMax) changes_.first.push_back(std::move(at));
}

Changes Comparison::changes() {
  changes_.recorded = recorded_.totals();
  changes_.changed = world_.offers().totals();
  changes_.counts = world_.counts();
  return changes_;
}

}  // namespace fairlead::replay_log
