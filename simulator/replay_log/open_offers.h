// The offers of one allocator that nobody has answered yet, and what each role was offered and
// used. Fed with what the allocator decides and hears; decides nothing. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "common/allocator_events.h"

namespace fairlead::replay_log {

struct RoleTotals {
  std::uint64_t offers = 0;
  StandardAmounts offered{};
  StandardAmounts used{};
};

/// To whom an offer goes, and of which agent.
struct OfferKey {
  FrameworkHandle framework;
  RoleName role;
  AgentHandle agent;
  friend auto operator<=>(const OfferKey&, const OfferKey&) = default;
};

struct OpenOffer {
  OfferKey key;
  Resources resources;
  Instant made_at;
};

class OpenOffers {
 public:
  void note(Instant now, const std::vector<allocation::Action>& actions);
  /// The offer is answered. Nothing when it is not open.
  void note_answer(const allocation::OfferResolved& answer);

  /// nullptr when it is not open.
  const OpenOffer* find(OfferId offer) const;
  /// Open offers of the same key that hold `used`: the one of this number, else one of exactly
  /// `resources`, else the first.
  std::optional<OfferId> match(OfferId number, const OpenOffer& like, const Resources& used) const;
  bool has(const OfferKey& key) const { return by_key_.contains(key); }
  /// Of an offer that was rescinded since forget_rescinded(); nullptr: it was not.
  const OfferKey* find_rescinded(OfferId offer) const;
  void forget_rescinded() { rescinded_.clear(); }

  const std::map<OfferId, OpenOffer>& all() const { return open_; }
  const std::map<RoleName, RoleTotals>& totals() const { return totals_; }

 private:
  void erase(OfferId offer);

  std::map<OfferId, OpenOffer> open_;
  std::map<OfferKey, std::set<OfferId>> by_key_;
  std::map<RoleName, RoleTotals> totals_;
  std::map<OfferId, OfferKey> rescinded_;
};

}  // namespace fairlead::replay_log
