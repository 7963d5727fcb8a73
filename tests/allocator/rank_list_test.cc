// The order of ranks against a sorted list: whatever is put in, moved and taken out, the first that
// a search wants is the first that a walk over all of them finds.
#include "allocator/rank_list.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <optional>

namespace fairlead::allocation {
namespace {

struct Before {
  bool operator()(const RankEntry& a, const RankEntry& b) const {
    return a.key != b.key ? a.key < b.key : a.number < b.number;
  }
};

/// By key and number, as Before orders them.
using Sorted = std::map<std::pair<std::uint64_t, std::uint32_t>, RankEntry>;

struct Search {
  std::optional<RankEntry> passed;
  StandardAmounts room{};
  bool only_short = false;

  bool is_passed(const RankEntry& entry) const { return passed && !Before{}(*passed, entry); }
  bool may_hold(const RankSum& sum) const {
    return (!only_short || sum.is_short) && fits(sum.least);
  }
  bool holds(const RankEntry& entry) const {
    return (!only_short || entry.is_short) && fits(entry.need);
  }
  bool fits(const StandardAmounts& need) const {
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (need[i] > room[i]) return false;
    }
    return true;
  }
};

std::uint32_t first_by_walk(const Sorted& sorted, const Search& search) {
  for (const auto& [place, entry] : sorted) {
    if (!search.is_passed(entry) && search.holds(entry)) return entry.number;
  }
  return kNoSlot;
}

RankEntry draw_entry(std::uint32_t number) {
  RankEntry entry{.key = *rc::gen::inRange<std::uint64_t>(0, 40), .number = number};
  entry.is_short = *rc::gen::inRange(0, 10) == 0;
  entry.need[0] = *rc::gen::inRange<std::int64_t>(0, 8);
  entry.need[1] = *rc::gen::inRange<std::int64_t>(0, 8);
  return entry;
}

Search draw_search() {
  Search search;
  if (*rc::gen::arbitrary<bool>()) search.passed = draw_entry(*rc::gen::inRange(0U, 400U));
  search.room = {*rc::gen::inRange<std::int64_t>(0, 8), *rc::gen::inRange<std::int64_t>(0, 8), 0,
                 0};
  search.only_short = *rc::gen::inRange(0, 4) == 0;
  return search;
}

/// A list and what it should hold.
struct Both {
  RankList list;
  Sorted sorted;
  std::map<std::uint32_t, RankEntry> known;

  void insert(const RankEntry& entry) {
    list.insert(entry, Before{});
    sorted[{entry.key, entry.number}] = entry;
    known[entry.number] = entry;
  }
  void erase(const RankEntry& entry) {
    list.erase(list.find(entry, Before{}));
    sorted.erase({entry.key, entry.number});
    known.erase(entry.number);
  }
  void change(std::uint32_t number) {
    RankEntry entry = draw_entry(number);
    auto before = known.find(number);
    if (before == known.end()) return insert(entry);
    RankEntry old = before->second;
    if (*rc::gen::inRange(0, 3) == 0) return erase(old);
    if (*rc::gen::arbitrary<bool>()) entry.key = old.key;
    list.move(list.find(old, Before{}), entry, Before{});
    sorted.erase({old.key, number});
    sorted[{entry.key, number}] = before->second = entry;
  }
  void reorder() {
    auto renew = [&](RankEntry& entry) { entry.key = entry.key * 7 % 40; };
    list.reorder(renew, Before{});
    sorted.clear();
    for (auto& [number, entry] : known) {
      renew(entry);
      sorted[{entry.key, number}] = entry;
    }
  }
};

RC_GTEST_PROP(RankList, FindsWhatAWalkOverASortedListFinds, ()) {
  Both both;
  // Enough for several chunks, then for their ends.
  auto filled = *rc::gen::inRange(0U, 400U);
  for (std::uint32_t i = 0; i < filled; ++i) both.insert(draw_entry(i));
  for (int i = 0; i < 100; ++i) {
    both.change(*rc::gen::inRange(0U, 400U));
    if (*rc::gen::inRange(0, 50) == 0) both.reorder();
    Search search = draw_search();
    RC_ASSERT(both.list.first(search) == first_by_walk(both.sorted, search));
  }
  while (!both.known.empty()) {
    both.erase(RankEntry(both.known.begin()->second));
    Search search = draw_search();
    RC_ASSERT(both.list.first(search) == first_by_walk(both.sorted, search));
  }
  RC_ASSERT(both.list.empty());
  RC_ASSERT(both.list.sum() == RankSum{});
}

}  // namespace
}  // namespace fairlead::allocation
