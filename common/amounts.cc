#include "common/amounts.h"

#include <algorithm>

#include "common/limits.h"

namespace fairlead {
namespace {

/// Position of `name` in named things sorted by name.
template <class NamedList>
auto find_named(NamedList& all, std::string_view name) {
  return std::lower_bound(all.begin(), all.end(), name,
                          [](const auto& one, std::string_view n) { return one.name < n; });
}

template <class NamedList>
auto find_named_or_null(const NamedList& all, std::string_view name) -> decltype(&*all.begin()) {
  auto at = find_named(all, name);
  return at != all.end() && at->name == name ? &*at : nullptr;
}

bool contains(const std::vector<Interval>& whole, const std::vector<Interval>& part) {
  std::size_t at = 0;
  for (const Interval& wanted : part) {
    while (at < whole.size() && whole[at].end < wanted.begin) ++at;
    if (at == whole.size() || whole[at].begin > wanted.begin || whole[at].end < wanted.end) {
      return false;
    }
  }
  return true;
}

std::vector<Interval> without(const std::vector<Interval>& whole,
                              const std::vector<Interval>& part) {
  std::vector<Interval> rest;
  std::size_t at = 0;
  for (Interval open : whole) {
    bool used_up = false;
    while (at < part.size() && part[at].begin <= open.end && !used_up) {
      const Interval& cut = part[at];
      if (cut.begin > open.begin) rest.push_back({open.begin, cut.begin - 1});
      used_up = cut.end == open.end;
      if (!used_up) open.begin = cut.end + 1;
      ++at;
    }
    if (!used_up) rest.push_back(open);
  }
  return rest;
}

}  // namespace

bool Quantities::is_zero() const {
  return custom.empty() && std::all_of(standard.begin(), standard.end(),
                                       [](std::int64_t quantity) { return quantity == 0; });
}

bool Amounts::is_zero() const {
  return scalars.is_zero() && ranges.empty() && sets.empty();
}

bool contains(const Quantities& whole, const Quantities& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (part.standard[i] > whole.standard[i]) return false;
  }
  return std::all_of(part.custom.begin(), part.custom.end(), [&](const CustomScalar& wanted) {
    const CustomScalar* have = find_named_or_null(whole.custom, wanted.name);
    return have != nullptr && have->milli >= wanted.milli;
  });
}

void add_custom(Quantities& sum, const Quantities& part) {
  for (const CustomScalar& one : part.custom) {
    auto at = find_named(sum.custom, one.name);
    if (at != sum.custom.end() && at->name == one.name) {
      at->milli += one.milli;
    } else {
      sum.custom.insert(at, one);
    }
  }
}

void subtract(Quantities& whole, const Quantities& part) {
  check(contains(whole, part), "only what is there can be taken");
  for (std::size_t i = 0; i < kStandardScalars; ++i) whole.standard[i] -= part.standard[i];
  for (const CustomScalar& one : part.custom) {
    auto at = find_named(whole.custom, one.name);
    at->milli -= one.milli;
    if (at->milli == 0) whole.custom.erase(at);
  }
}

Quantities times(const Quantities& one, std::int64_t count) {
  Quantities all;
  if (count == 0) return all;
  for (std::size_t i = 0; i < kStandardScalars; ++i) all.standard[i] = one.standard[i] * count;
  for (const CustomScalar& scalar : one.custom) {
    all.custom.push_back({scalar.name, scalar.milli * count});
  }
  return all;
}

std::int64_t how_many_fit(const Quantities& whole, const Quantities& part, std::int64_t most) {
  std::int64_t fit = most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (part.standard[i] > 0) fit = std::min(fit, whole.standard[i] / part.standard[i]);
  }
  for (const CustomScalar& one : part.custom) {
    const CustomScalar* have = find_named_or_null(whole.custom, one.name);
    fit = have == nullptr ? 0 : std::min(fit, have->milli / one.milli);
  }
  return fit;
}

bool contains(const Amounts& whole, const Amounts& part) {
  if (!contains(whole.scalars, part.scalars)) return false;
  for (const NamedRanges& wanted : part.ranges) {
    const NamedRanges* have = find_named_or_null(whole.ranges, wanted.name);
    if (have == nullptr || !contains(have->intervals, wanted.intervals)) return false;
  }
  for (const NamedSet& wanted : part.sets) {
    const NamedSet* have = find_named_or_null(whole.sets, wanted.name);
    if (have == nullptr || !std::includes(have->items.begin(), have->items.end(),
                                          wanted.items.begin(), wanted.items.end())) {
      return false;
    }
  }
  return true;
}

void add(Amounts& sum, const Amounts& part) {
  add(sum.scalars, part.scalars);
  for (const NamedRanges& more : part.ranges) {
    auto at = find_named(sum.ranges, more.name);
    if (at == sum.ranges.end() || at->name != more.name) {
      sum.ranges.insert(at, more);
      continue;
    }
    at->intervals.insert(at->intervals.end(), more.intervals.begin(), more.intervals.end());
    at->intervals = normalized(std::move(at->intervals));
  }
  for (const NamedSet& more : part.sets) {
    auto at = find_named(sum.sets, more.name);
    if (at == sum.sets.end() || at->name != more.name) {
      sum.sets.insert(at, more);
      continue;
    }
    std::vector<std::string> merged;
    std::set_union(at->items.begin(), at->items.end(), more.items.begin(), more.items.end(),
                   std::back_inserter(merged));
    at->items = std::move(merged);
  }
}

void subtract(Amounts& whole, const Amounts& part) {
  check(contains(whole, part), "only what is there can be taken");
  subtract(whole.scalars, part.scalars);
  for (const NamedRanges& taken : part.ranges) {
    auto at = find_named(whole.ranges, taken.name);
    at->intervals = without(at->intervals, taken.intervals);
    if (at->intervals.empty()) whole.ranges.erase(at);
  }
  for (const NamedSet& taken : part.sets) {
    auto at = find_named(whole.sets, taken.name);
    std::vector<std::string> rest;
    std::set_difference(at->items.begin(), at->items.end(), taken.items.begin(), taken.items.end(),
                        std::back_inserter(rest));
    at->items = std::move(rest);
    if (at->items.empty()) whole.sets.erase(at);
  }
}

const std::vector<Interval>* find_ranges(const Amounts& amounts, std::string_view name) {
  const NamedRanges* found = find_named_or_null(amounts.ranges, name);
  return found == nullptr ? nullptr : &found->intervals;
}

std::vector<Interval> normalized(std::vector<Interval> intervals) {
  std::sort(intervals.begin(), intervals.end());
  std::vector<Interval> merged;
  for (const Interval& next : intervals) {
    // `end + 1` would overflow for the last number there is; nothing is adjacent to that one.
    bool touches =
        !merged.empty() && (next.begin <= merged.back().end || next.begin - 1 == merged.back().end);
    if (touches) {
      merged.back().end = std::max(merged.back().end, next.end);
    } else {
      merged.push_back(next);
    }
  }
  return merged;
}

std::uint64_t count_of(const std::vector<Interval>& intervals) {
  std::uint64_t count = 0;
  for (const Interval& one : intervals) count += one.end - one.begin + 1;
  return count;
}

}  // namespace fairlead
