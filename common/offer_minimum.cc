#include "common/offer_minimum.h"

#include <algorithm>

namespace fairlead {
namespace {

constexpr char kOr = '|';
constexpr std::string_view kNoMinimum = "none";

std::size_t items_of(const Amounts& amounts, const std::string& name) {
  for (const NamedSet& one : amounts.sets) {
    if (one.name == name) return one.items.size();
  }
  return 0;
}

bool has_as_many(const Amounts& have, const Amounts& least) {
  for (const NamedRanges& wanted : least.ranges) {
    const std::vector<Interval>* there = find_ranges(have, wanted.name);
    if (there == nullptr || count_of(*there) < count_of(wanted.intervals)) return false;
  }
  return std::all_of(least.sets.begin(), least.sets.end(), [&](const NamedSet& wanted) {
    return items_of(have, wanted.name) >= wanted.items.size();
  });
}

}  // namespace

Result<OfferMinimum> parse_offer_minimum(std::string_view text) {
  OfferMinimum minimum;
  if (text == kNoMinimum) return minimum;
  std::string_view rest = text;
  while (true) {
    std::size_t end = rest.find(kOr);
    Result<Amounts> amounts = parse_amounts(rest.substr(0, end));
    if (!amounts) return amounts.error();
    if (amounts->is_zero()) {
      return invalid({.what = "least offer",
                      .where = "",
                      .expected = "amounts above 0 between the '|', or \"none\"",
                      .got = std::string(text),
                      .hint = "for example cpus:0.01|mem:32MiB"});
    }
    minimum.any_of.push_back(std::move(*amounts));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (minimum.any_of.size() <= kOfferMinimumsMax) return minimum;
  return invalid({.what = "least offer",
                  .where = "",
                  .expected = "at most " + std::to_string(kOfferMinimumsMax) + " alternatives",
                  .got = std::to_string(minimum.any_of.size()),
                  .hint = ""});
}

std::string to_string(const OfferMinimum& minimum) {
  if (minimum.any_of.empty()) return std::string(kNoMinimum);
  std::string text;
  for (const Amounts& one : minimum.any_of) {
    if (!text.empty()) text += kOr;
    text += to_string(one);
  }
  return text;
}

bool is_large_enough(const Resources& offered, const OfferMinimum& minimum) {
  if (minimum.any_of.empty()) return true;
  const Quantities have = scalars(offered);
  return std::any_of(minimum.any_of.begin(), minimum.any_of.end(), [&](const Amounts& least) {
    if (!contains(have, least.scalars)) return false;
    // Seldom more than scalars: what an agent has of ports is not copied for nothing.
    return (least.ranges.empty() && least.sets.empty()) || has_as_many(total(offered), least);
  });
}

}  // namespace fairlead
