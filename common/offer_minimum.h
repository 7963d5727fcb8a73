// How small an offer may be. A value; allocator/ asks it before it offers a whole agent, or what is
// left of one. Not thread-safe, as any value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/resources.h"

namespace fairlead {

/// Alternatives of one minimum: each is compared with every offer.
inline constexpr std::size_t kOfferMinimumsMax = 16;

/// At least all of what one of these names; of ranges and sets as many elements. Without any,
/// everything is large enough.
struct OfferMinimum {
  std::vector<Amounts> any_of;
  friend bool operator==(const OfferMinimum&, const OfferMinimum&) = default;
};

/// Reads "cpus:0.01|mem:32MiB", amounts of which one is enough; "none": no minimum. Refuses more
/// than kOfferMinimumsMax.
Result<OfferMinimum> parse_offer_minimum(std::string_view text);
/// The inverse.
std::string to_string(const OfferMinimum& minimum);

/// Lots are counted whatever their kind. O(alternatives x names).
bool is_large_enough(const Resources& offered, const OfferMinimum& minimum);

}  // namespace fairlead
