// Amounts: how much of everything, without saying whose it is. Integers only: `cpus`, `gpus` and
// custom scalars in thousandths, `mem` and `disk` in KiB; ranges are sorted disjoint intervals;
// sets are sorted texts. A value type; comparing two Amounts compares their content.
//
// Invariants: 1. no stored zero, empty range or empty set. 2. custom, ranges and sets are sorted by
// name, names unique. 3. 0 <= every scalar <= limits::kQuantityMax.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/rare.h"
#include "common/result.h"

namespace fairlead {

/// The scalars that have a slot of their own.
enum class StandardScalar : std::uint8_t { kCpus, kMem, kDisk, kGpus };
inline constexpr std::size_t kStandardScalars = 4;

struct CustomScalar {
  std::string name;
  std::int64_t milli = 0;
  friend bool operator==(const CustomScalar&, const CustomScalar&) = default;
};

/// A short dense vector of scalars. Custom ones are rare, so they sit beside it.
struct Quantities {
  std::array<std::int64_t, kStandardScalars> standard{};
  RareVector<CustomScalar> custom;

  std::int64_t operator[](StandardScalar s) const { return standard[static_cast<std::size_t>(s)]; }
  std::int64_t& operator[](StandardScalar s) { return standard[static_cast<std::size_t>(s)]; }
  bool is_zero() const;
  friend bool operator==(const Quantities&, const Quantities&) = default;
};

/// Both ends belong to it; begin <= end.
struct Interval {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  friend auto operator<=>(const Interval&, const Interval&) = default;
};

struct NamedRanges {
  std::string name;
  std::vector<Interval> intervals;  ///< sorted, disjoint, not adjacent
  friend bool operator==(const NamedRanges&, const NamedRanges&) = default;
};

struct NamedSet {
  std::string name;
  std::vector<std::string> items;  ///< sorted, unique
  friend bool operator==(const NamedSet&, const NamedSet&) = default;
};

struct Amounts {
  Quantities scalars;
  std::vector<NamedRanges> ranges;
  RareVector<NamedSet> sets;

  bool is_zero() const;
  friend bool operator==(const Amounts&, const Amounts&) = default;
};

bool contains(const Quantities& whole, const Quantities& part);
/// The custom scalars alone.
void add_custom(Quantities& sum, const Quantities& part);
/// At every charge of an offer, and few have custom scalars.
inline void add(Quantities& sum, const Quantities& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum.standard[i] += part.standard[i];
  if (!part.custom.empty()) add_custom(sum, part);
}
/// REQUIRES contains(whole, part).
void subtract(Quantities& whole, const Quantities& part);
/// Each scalar times `count`. REQUIRES no result above limits::kQuantityMax.
Quantities times(const Quantities& one, std::int64_t count);
/// How many `part`s fit into `whole`; `most` when part is zero. O(scalars).
std::int64_t how_many_fit(const Quantities& whole, const Quantities& part, std::int64_t most);

/// True when `part` can be taken out of `whole`. O(names + intervals).
bool contains(const Amounts& whole, const Amounts& part);
void add(Amounts& sum, const Amounts& part);
/// REQUIRES contains(whole, part).
void subtract(Amounts& whole, const Amounts& part);

/// Intervals of the named ranges resource, nullptr when there is none.
const std::vector<Interval>* find_ranges(const Amounts& amounts, std::string_view name);
/// Sorts, merges overlapping and adjacent intervals.
std::vector<Interval> normalized(std::vector<Interval> intervals);
/// How many values the intervals hold together.
std::uint64_t count_of(const std::vector<Interval>& intervals);

/// Reads `cpus:1.5;mem:2GiB;disk:10GB;ports:[31000-32000,33000-33010];racks:{a,b};licenses:4`.
/// mem and disk without a unit are MiB. Refuses what it would have to round away (`cpus:0.0001`,
/// `mem:1B`), duplicates, negatives and overflow, saying where. `*` is not an amount.
Result<Amounts> parse_amounts(std::string_view text);
/// The inverse, in the shortest exact form: `cpus:1.5;mem:2GiB;ports:[31000-32000]`.
std::string to_string(const Amounts& amounts);
std::string to_string(const Quantities& quantities);
/// Inverse of the above for one scalar in base units: "1.5", "2GiB".
std::string scalar_to_string(std::string_view name, std::int64_t base_units);

}  // namespace fairlead
