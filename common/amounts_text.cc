// Amounts as people write them, and back.
#include <algorithm>
#include <charconv>
#include <optional>

#include "common/amounts.h"
#include "common/amounts_text.h"
#include "common/ids.h"
#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::int64_t kMilli = 1000;
constexpr std::int64_t kKibPerMib = 1024;

struct ByteUnit {
  std::string_view suffix;
  std::int64_t bytes;
};

// Longest suffix first: "MiB" must not be read as "B".
constexpr ByteUnit kByteUnits[] = {
    {"KiB", 1LL << 10}, {"MiB", 1LL << 20},    {"GiB", 1LL << 30},
    {"TiB", 1LL << 40}, {"kB", 1'000},         {"KB", 1'000},
    {"MB", 1'000'000},  {"GB", 1'000'000'000}, {"TB", 1'000'000'000'000},
    {"B", 1},
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Error complaint(std::string_view where, std::string expected, std::string_view got) {
  return invalid({.what = "resources",
                  .where = std::string(where),
                  .expected = std::move(expected),
                  .got = std::string(got.substr(0, 60))});
}

/// A decimal number as `digits * 10^-decimals`.
struct Decimal {
  std::int64_t digits = 0;
  int decimals = 0;
};

std::optional<Decimal> read_decimal(std::string_view text) {
  constexpr std::size_t kDigitsMax = 18;  // fits std::int64_t
  Decimal decimal;
  bool in_fraction = false;
  std::size_t digits = 0;
  for (char c : text) {
    if (c == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > kDigitsMax) return std::nullopt;
    decimal.digits = decimal.digits * 10 + (c - '0');
    if (in_fraction) ++decimal.decimals;
  }
  if (digits == 0 || text.back() == '.') return std::nullopt;
  while (decimal.decimals > 0 && decimal.digits % 10 == 0) {
    decimal.digits /= 10;
    --decimal.decimals;
  }
  return decimal;
}

/// decimal * unit / per, when that is a whole number within bounds.
std::optional<std::int64_t> exactly(Decimal decimal, std::int64_t unit, std::int64_t per) {
  __int128 numerator = static_cast<__int128>(decimal.digits) * unit;
  __int128 denominator = per;
  for (int i = 0; i < decimal.decimals; ++i) denominator *= 10;
  if (numerator % denominator != 0) return std::nullopt;
  __int128 whole = numerator / denominator;
  if (whole > limits::kQuantityMax) return std::nullopt;
  return static_cast<std::int64_t>(whole);
}

Result<std::int64_t> read_kib(std::string_view name, std::string_view text) {
  std::int64_t unit_bytes = kKibPerMib * 1024;  // a bare number means MiB, as Mesos users write it
  std::string_view number = text;
  for (const ByteUnit& unit : kByteUnits) {
    if (text.size() > unit.suffix.size() && text.ends_with(unit.suffix)) {
      unit_bytes = unit.bytes;
      number = trimmed(text.substr(0, text.size() - unit.suffix.size()));
      break;
    }
  }
  std::optional<Decimal> decimal = read_decimal(number);
  if (!decimal) {
    return complaint(name, "a size like 512MiB, 2GiB or 10GB", text);
  }
  std::optional<std::int64_t> kib = exactly(*decimal, unit_bytes, 1024);
  if (!kib)
    return complaint(name, "a whole number of KiB, at most 2^52 (1GB is not one, 1GiB is)", text);
  return *kib;
}

Result<std::int64_t> read_milli(std::string_view name, std::string_view text) {
  std::optional<Decimal> decimal = read_decimal(text);
  if (!decimal) return complaint(name, "a number like 4 or 0.5", text);
  std::optional<std::int64_t> milli = exactly(*decimal, kMilli, 1);
  if (!milli) return complaint(name, "a number of whole thousandths, at most 2^52", text);
  return *milli;
}

std::optional<std::uint64_t> read_unsigned(std::string_view text) {
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<std::vector<Interval>> read_intervals(std::string_view name, std::string_view text) {
  constexpr const char* kExpected = "intervals like [31000-32000,33000-33010]";
  std::string_view inside = text.substr(1, text.size() - 2);
  std::vector<Interval> intervals;
  while (!inside.empty()) {
    std::size_t comma = std::min(inside.find(','), inside.size());
    std::string_view one = trimmed(inside.substr(0, comma));
    inside.remove_prefix(std::min(comma + 1, inside.size()));
    std::size_t dash = one.find('-');
    std::optional<std::uint64_t> begin = read_unsigned(one.substr(0, dash));
    std::optional<std::uint64_t> end =
        dash == std::string_view::npos ? begin : read_unsigned(one.substr(dash + 1));
    if (!begin || !end || *begin > *end) return complaint(name, kExpected, one);
    if (intervals.size() >= limits::kRangesMax) {
      return complaint(name, "at most 4096 intervals", one);
    }
    intervals.push_back({*begin, *end});
  }
  std::sort(intervals.begin(), intervals.end());
  for (std::size_t i = 1; i < intervals.size(); ++i) {
    if (intervals[i].begin <= intervals[i - 1].end) {
      return complaint(name, "intervals that do not overlap", text);
    }
  }
  return normalized(std::move(intervals));
}

Result<std::vector<std::string>> read_items(std::string_view name, std::string_view text) {
  std::string_view inside = text.substr(1, text.size() - 2);
  std::vector<std::string> items;
  while (!inside.empty()) {
    std::size_t comma = std::min(inside.find(','), inside.size());
    std::string_view one = trimmed(inside.substr(0, comma));
    inside.remove_prefix(std::min(comma + 1, inside.size()));
    if (!check_id_text(one, name).ok()) {
      return complaint(name, "items of [A-Za-z0-9._-]", one);
    }
    items.emplace_back(one);
  }
  std::sort(items.begin(), items.end());
  if (std::adjacent_find(items.begin(), items.end()) != items.end()) {
    return complaint(name, "each item once", text);
  }
  if (items.size() > limits::kSetItemsMax) return complaint(name, "at most 1024 items", text);
  return items;
}

template <class NamedList>
bool has_name(const NamedList& all, std::string_view name) {
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
}

std::optional<StandardScalar> standard_scalar(std::string_view name) {
  if (name == "cpus") return StandardScalar::kCpus;
  if (name == "mem") return StandardScalar::kMem;
  if (name == "disk") return StandardScalar::kDisk;
  if (name == "gpus") return StandardScalar::kGpus;
  return std::nullopt;
}

bool is_bracketed(std::string_view text, char open, char close) {
  return text.size() >= 2 && text.front() == open && text.back() == close;
}

Status read_scalar(std::string_view name, std::string_view text, Amounts& into) {
  std::optional<StandardScalar> standard = standard_scalar(name);
  bool in_kib = standard == StandardScalar::kMem || standard == StandardScalar::kDisk;
  Result<std::int64_t> quantity = in_kib ? read_kib(name, text) : read_milli(name, text);
  if (!quantity) return quantity.error();
  if (*quantity == 0) return {};
  if (standard) {
    into.scalars[*standard] = *quantity;
  } else {
    if (into.scalars.custom.size() >= limits::kCustomScalarsMax) {
      return complaint(name, "at most 12 scalars beside cpus, mem, disk and gpus", name);
    }
    into.scalars.custom.push_back({std::string(name), *quantity});
  }
  return {};
}

}  // namespace

Status read_amount(std::string_view name, std::string_view value, Amounts& into) {
  Status named = check_id_text(name, "resource name");
  if (!named) return named;
  std::optional<StandardScalar> standard = standard_scalar(name);
  bool seen = standard ? into.scalars[*standard] != 0
                       : has_name(into.scalars.custom, name) || has_name(into.ranges, name) ||
                             has_name(into.sets, name);
  if (seen) return complaint(name, "each resource once", value);
  if (!standard && is_bracketed(value, '[', ']')) {
    Result<std::vector<Interval>> intervals = read_intervals(name, value);
    if (!intervals) return intervals.error();
    if (!intervals->empty()) into.ranges.push_back({std::string(name), std::move(*intervals)});
    return {};
  }
  if (!standard && is_bracketed(value, '{', '}')) {
    Result<std::vector<std::string>> items = read_items(name, value);
    if (!items) return items.error();
    if (!items->empty()) into.sets.push_back({std::string(name), std::move(*items)});
    return {};
  }
  if (name == "ports") return complaint(name, "intervals like [31000-32000]", value);
  return read_scalar(name, value, into);
}

void sort_by_name(Amounts& amounts) {
  auto by_name = [](const auto& a, const auto& b) { return a.name < b.name; };
  std::sort(amounts.scalars.custom.begin(), amounts.scalars.custom.end(), by_name);
  std::sort(amounts.ranges.begin(), amounts.ranges.end(), by_name);
  std::sort(amounts.sets.begin(), amounts.sets.end(), by_name);
}

/// Where the name ends: at the first colon that is in no brackets.
static std::size_t colon_of(std::string_view entry) {
  int depth = 0;
  for (std::size_t i = 0; i < entry.size(); ++i) {
    if (entry[i] == '(' || entry[i] == '{') ++depth;
    if (entry[i] == ')' || entry[i] == '}') --depth;
    if (entry[i] == ':' && depth <= 0) return i;
  }
  return std::string_view::npos;
}

Result<std::vector<NamedText>> split_resource_text(std::string_view text) {
  std::vector<NamedText> entries;
  while (!trimmed(text).empty()) {
    std::size_t semicolon = std::min(text.find(';'), text.size());
    std::string_view entry = trimmed(text.substr(0, semicolon));
    text.remove_prefix(std::min(semicolon + 1, text.size()));
    if (entry.empty()) continue;
    std::size_t colon = colon_of(entry);
    if (colon == std::string_view::npos) {
      return complaint("", "name:value pairs like cpus:4;mem:8GiB", entry);
    }
    entries.push_back({trimmed(entry.substr(0, colon)), trimmed(entry.substr(colon + 1))});
  }
  return entries;
}

Result<Amounts> parse_amounts(std::string_view text) {
  Result<std::vector<NamedText>> entries = split_resource_text(text);
  if (!entries) return entries.error();
  Amounts amounts;
  for (const NamedText& entry : *entries) {
    Status read = read_amount(entry.name, entry.value, amounts);
    if (!read) return read.error();
  }
  sort_by_name(amounts);
  return amounts;
}

std::string scalar_to_string(std::string_view name, std::int64_t base_units) {
  if (name == "mem" || name == "disk") {
    constexpr std::string_view kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    while (unit + 1 < std::size(kUnits) && base_units != 0 && base_units % 1024 == 0) {
      base_units /= 1024;
      ++unit;
    }
    return std::to_string(base_units) + std::string(kUnits[unit]);
  }
  std::string text = std::to_string(base_units / kMilli);
  std::int64_t fraction = base_units % kMilli;
  if (fraction == 0) return text;
  std::string digits = std::to_string(kMilli + fraction).substr(1);
  while (digits.back() == '0') digits.pop_back();
  return text + "." + digits;
}

std::string to_string(const Quantities& quantities) {
  return to_string(Amounts{.scalars = quantities}, "");
}

std::string to_string(const Amounts& amounts) {
  return to_string(amounts, "");
}

std::string to_string(const Amounts& amounts, std::string_view suffix) {
  constexpr std::string_view kNames[] = {"cpus", "mem", "disk", "gpus"};
  std::string text;
  auto append = [&](std::string_view name, const std::string& value) {
    if (!text.empty()) text += ";";
    text += std::string(name) + std::string(suffix) + ":" + value;
  };
  const Quantities& quantities = amounts.scalars;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t quantity = quantities.standard[i];
    if (quantity != 0) append(kNames[i], scalar_to_string(kNames[i], quantity));
  }
  for (const CustomScalar& one : quantities.custom) {
    append(one.name, scalar_to_string(one.name, one.milli));
  }
  for (const NamedRanges& one : amounts.ranges) append(one.name, to_string(one.intervals));
  for (const NamedSet& one : amounts.sets) {
    std::string items;
    for (const std::string& item : one.items) items += (items.empty() ? "" : ",") + item;
    append(one.name, "{" + items + "}");
  }
  return text;
}

std::string to_string(const std::vector<Interval>& intervals) {
  std::string text = "[";
  for (const Interval& one : intervals) {
    if (text.size() > 1) text += ",";
    text += std::to_string(one.begin) + "-" + std::to_string(one.end);
  }
  return text + "]";
}

}  // namespace fairlead
