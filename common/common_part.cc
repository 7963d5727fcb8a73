#include "common/common_part.h"

#include <algorithm>
#include <iterator>

#include "common/limits.h"

namespace fairlead {
namespace {

std::vector<Interval> common_part(const std::vector<Interval>& a, const std::vector<Interval>& b) {
  std::vector<Interval> both;
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.size() && k < b.size()) {
    std::uint64_t begin = std::max(a[i].begin, b[k].begin);
    std::uint64_t end = std::min(a[i].end, b[k].end);
    if (begin <= end) both.push_back({begin, end});
    (a[i].end < b[k].end ? i : k) += 1;
  }
  return both;
}

/// Calls `both(x, y)` for the members of two lists, sorted by name, that have the same name.
template <class NamedList, class Both>
void for_common_names(const NamedList& a, const NamedList& b, Both both) {
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.size() && k < b.size()) {
    if (a[i].name == b[k].name) {
      both(a[i++], b[k++]);
    } else {
      (a[i].name < b[k].name ? i : k) += 1;
    }
  }
}

bool is_scalar(std::int64_t value) {
  return value >= 0 && value <= limits::kQuantityMax;
}

template <class NamedList, class Good>
bool are_sorted_and(const NamedList& all, Good good) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].name.empty() || all[i].name.size() > limits::kIdCharsMax || !good(all[i])) {
      return false;
    }
    if (i > 0 && !(all[i - 1].name < all[i].name)) return false;
  }
  return true;
}

bool is_well_formed(const std::vector<Interval>& intervals) {
  if (intervals.empty() || intervals.size() > limits::kRangesMax) return false;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    if (intervals[i].begin > intervals[i].end) return false;
    if (i > 0 && (intervals[i].begin <= intervals[i - 1].end ||
                  intervals[i].begin - intervals[i - 1].end < 2)) {
      return false;
    }
  }
  return true;
}

bool is_well_formed(const NamedSet& set) {
  return !set.items.empty() && set.items.size() <= limits::kSetItemsMax &&
         std::adjacent_find(set.items.begin(), set.items.end(), std::greater_equal<>()) ==
             set.items.end();
}

bool is_well_formed(const Amounts& amounts) {
  const Quantities& scalars = amounts.scalars;
  return std::all_of(scalars.standard.begin(), scalars.standard.end(), is_scalar) &&
         scalars.custom.size() <= limits::kCustomScalarsMax &&
         are_sorted_and(
             scalars.custom,
             [](const CustomScalar& one) { return one.milli > 0 && is_scalar(one.milli); }) &&
         are_sorted_and(amounts.ranges,
                        [](const NamedRanges& one) { return is_well_formed(one.intervals); }) &&
         are_sorted_and(amounts.sets, [](const NamedSet& one) { return is_well_formed(one); });
}

Error malformed(const std::string& what, const char* expected) {
  return invalid({.what = what, .where = "resources", .expected = expected, .got = {}, .hint = {}});
}

}  // namespace

Amounts common_part(const Amounts& a, const Amounts& b) {
  Amounts part;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    part.scalars.standard[i] = std::min(a.scalars.standard[i], b.scalars.standard[i]);
  }
  for_common_names(a.scalars.custom, b.scalars.custom,
                   [&](const CustomScalar& x, const CustomScalar& y) {
                     part.scalars.custom.push_back({x.name, std::min(x.milli, y.milli)});
                   });
  for_common_names(a.ranges, b.ranges, [&](const NamedRanges& x, const NamedRanges& y) {
    std::vector<Interval> both = common_part(x.intervals, y.intervals);
    if (!both.empty()) part.ranges.push_back({x.name, std::move(both)});
  });
  for_common_names(a.sets, b.sets, [&](const NamedSet& x, const NamedSet& y) {
    NamedSet both{x.name, {}};
    std::set_intersection(x.items.begin(), x.items.end(), y.items.begin(), y.items.end(),
                          std::back_inserter(both.items));
    if (!both.items.empty()) part.sets.push_back(std::move(both));
  });
  return part;
}

Resources common_part(const Resources& a, const Resources& b) {
  Resources part;
  std::size_t i = 0;
  std::size_t k = 0;
  while (i < a.lots.size() && k < b.lots.size()) {
    if (a.lots[i].kind == b.lots[k].kind) {
      Amounts both = common_part(a.lots[i].amounts, b.lots[k].amounts);
      if (!both.is_zero()) part.lots.push_back({a.lots[i].kind, std::move(both)});
      ++i;
      ++k;
    } else {
      (a.lots[i].kind < b.lots[k].kind ? i : k) += 1;
    }
  }
  return part;
}

Status check_well_formed(const Amounts& amounts, const std::string& what) {
  if (is_well_formed(amounts)) return {};
  return malformed(what, "sorted, unique and positive amounts of at most 2^52 base units");
}

Status check_well_formed(const Resources& resources, const std::string& what) {
  if (resources.lots.size() > limits::kLotsMax) return malformed(what, "at most 256 lots");
  for (std::size_t i = 0; i < resources.lots.size(); ++i) {
    const Lot& lot = resources.lots[i];
    if (lot.kind.reservations.size() > limits::kReservationDepthMax) {
      return malformed(what, "at most 8 reservations on top of each other");
    }
    if (lot.amounts.is_zero() || (i > 0 && !(resources.lots[i - 1].kind < lot.kind))) {
      return malformed(what, "sorted lots of different kinds, none of them empty");
    }
    Status amounts = check_well_formed(lot.amounts, what);
    if (!amounts) return amounts;
  }
  return {};
}

}  // namespace fairlead
