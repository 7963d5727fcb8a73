// What frameworks were asked about maintenance ahead and what they say. Plain values of this epoch
// only: another leader asks anew. Owner: MasterState. Not thread-safe.
//
// Invariant: `again` holds exactly the entries whose `ask_again` is not never.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "common/ids.h"
#include "common/time.h"

namespace fairlead::master {

struct InverseOfferKey {
  WindowId window;
  AgentId agent;
  FrameworkId framework;
  friend auto operator<=>(const InverseOfferKey&, const InverseOfferKey&) = default;
};

enum class InverseAnswer : std::uint8_t { kNone, kAccepted, kDeclined };
/// "unanswered", "accepted", "declined".
const char* to_string(InverseAnswer answer);

struct InverseOfferEntry {
  InverseAnswer answer = InverseAnswer::kNone;
  std::string reason;  ///< of the answer
  WallTime answered;   ///< 0: not yet
  Instant ask_again = Instant::never();
};

/// limits::kInverseOffersMax at most.
struct InverseOfferBook {
  std::map<InverseOfferKey, InverseOfferEntry> entries;
  std::set<std::pair<Instant, InverseOfferKey>> again;

  /// Those of one window stand together.
  std::map<InverseOfferKey, InverseOfferEntry>::const_iterator first_of(
      const WindowId& window) const {
    return entries.lower_bound({window, {}, {}});
  }
};

}  // namespace fairlead::master
