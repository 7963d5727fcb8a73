// One order of ranking.h: in chunks of up to kChunkMax, each entry with what a search asks for
// beside its number, so that moving one and finding the first that fits stay within a few rows of
// memory. Chunks know what the least is that somebody in them can use, by which a search leaves
// them out. An entry that is the only one, as in a role of one framework, lies in the list itself.
// Owned by a role's node; not thread-safe.
//
// `Before` says of two entries which comes first: a total order that is by key where keys differ.
//
// Invariants: 1. entries are in order, over all chunks; none is empty unless it is alone. 2.
// `least` and `is_short` of a chunk, and of the list, and a chunk's `last` follow from its entries.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/quota.h"
#include "common/slot_index.h"

namespace fairlead::allocation {

/// What decides nearly every order and search, of the size of a row of memory.
struct RankEntry {
  std::uint64_t key = 0;  ///< see Ranked, as the next two and `scale`
  std::uint64_t times = 0;
  std::uint64_t name_key = 0;
  std::uint32_t number = 0;
  std::uint8_t scale = 0;
  bool is_short = false;   ///< see RankNode
  StandardAmounts need{};  ///< see RankNode
};
static_assert(sizeof(RankEntry) <= 64);

/// Over some entries: the least need of each resource, and whether one is short.
struct RankSum {
  StandardAmounts least = Quota{}.limits;
  bool is_short = false;

  void add(const StandardAmounts& need, bool is_one_short) {
    for (std::size_t i = 0; i < kStandardScalars; ++i) least[i] = std::min(least[i], need[i]);
    is_short = is_short || is_one_short;
  }
  friend bool operator==(const RankSum&, const RankSum&) = default;
};

class RankList {
 public:
  static constexpr std::size_t kChunkMax = 64;

  struct Place {
    std::size_t chunk = 0;
    std::size_t entry = 0;
  };

  bool empty() const { return !is_alone_ && is_hollow(); }
  const RankSum& sum() const { return sum_; }

  /// REQUIRES that it is not there. O(log entries + kChunkMax), as the next three; once in a while
  /// O(entries / kChunkMax).
  template <class Before>
  void insert(const RankEntry& entry, const Before& before) {
    sum_.add(entry.need, entry.is_short);
    if (empty()) {
      alone_ = entry;
      is_alone_ = true;
      return;
    }
    if (is_alone_) leave_alone(before);
    put(entry, before);
  }
  /// REQUIRES that it is there, as it was put in but for what it needs.
  template <class Before>
  Place find(const RankEntry& entry, const Before& before) const {
    if (is_alone_) return {};
    std::size_t at = chunk_of(entry, before);
    const std::vector<RankEntry>& entries = chunks_[at].entries;
    // By number alone: who is equal but for the name is looked up far away.
    auto place = std::find_if(entries.begin(), entries.end(),
                              [&](const RankEntry& one) { return one.number == entry.number; });
    return {at, static_cast<std::size_t>(place - entries.begin())};
  }
  void erase(Place place) {
    if (is_alone_) {
      is_alone_ = false;
      sum_ = {};
      return;
    }
    take_out(place);
    sum_up(chunks_, sum_);
  }
  /// Puts what is there where `now` belongs, which is often the same place.
  template <class Before>
  void move(Place place, const RankEntry& now, const Before& before) {
    if (is_alone_) {
      alone_ = now;
      sum_ = {.least = now.need, .is_short = now.is_short};
      return;
    }
    const RankEntry& was = chunks_[place.chunk].entries[place.entry];
    bool needs_alike = was.need == now.need && was.is_short == now.is_short;
    if (is_in_order(place, now, before)) {
      replace(place, now, needs_alike);
    } else {
      take_out(place);
      put(now, before);
    }
    if (needs_alike) return;
    sum_.add(now.need, now.is_short);
    sum_up(chunks_, sum_);
  }
  /// Lets `renew` change what every entry is ordered by, and puts them in order again. O(entries),
  /// with a logarithm where the order has changed.
  template <class Renew, class Before>
  void reorder(const Renew& renew, const Before& before) {
    if (is_alone_) renew(alone_);
    const RankEntry* last = nullptr;
    bool is_sorted = true;
    for (Chunk& chunk : chunks_) {
      for (RankEntry& entry : chunk.entries) {
        renew(entry);
        if (last != nullptr && !before(*last, entry)) is_sorted = false;
        last = &entry;
      }
      if (!chunk.entries.empty()) chunk.last = *last;
    }
    if (!is_sorted) sort(before);
  }

  /// The number of the first that is wanted; kNoSlot when there is none. `search` says of an entry:
  /// is_passed, true for a first part of the order, which is left out; holds; and of a sum
  /// may_hold, false when it holds none of them. O(log entries + chunks left out + entries looked
  /// at).
  template <class Search>
  std::uint32_t first(const Search& search) const {
    if (empty() || !search.may_hold(sum_)) return kNoSlot;
    if (is_alone_) return search.is_passed(alone_) ? kNoSlot : alone_.number;
    auto chunk = chunks_.begin();
    auto from = chunk->entries.begin();
    if (search.is_passed(*from)) {
      auto is_passed = [&](const RankEntry& entry) { return search.is_passed(entry); };
      chunk = std::partition_point(chunks_.begin(), chunks_.end(),
                                   [&](const Chunk& one) { return is_passed(one.last); });
      if (chunk == chunks_.end()) return kNoSlot;
      from = std::partition_point(chunk->entries.begin(), chunk->entries.end(), is_passed);
    }
    while (true) {
      if (search.may_hold(chunk->sum)) {
        auto found = std::find_if(from, chunk->entries.end(),
                                  [&](const RankEntry& entry) { return search.holds(entry); });
        if (found != chunk->entries.end()) return found->number;
      }
      if (++chunk == chunks_.end()) return kNoSlot;
      from = chunk->entries.begin();
    }
  }

 private:
  struct Chunk {
    std::vector<RankEntry> entries;
    RankSum sum;
    RankEntry last;  ///< of the entries: here a search over chunks stays within them
  };

  /// No chunk has an entry.
  bool is_hollow() const { return chunks_.empty() || chunks_.front().entries.empty(); }
  template <class Before>
  void leave_alone(const Before& before) {
    is_alone_ = false;
    if (chunks_.empty()) chunks_.emplace_back();
    put(alone_, before);
  }
  template <class Before>
  void put(const RankEntry& entry, const Before& before) {
    std::size_t at = std::min(chunk_of(entry, before), chunks_.size() - 1);
    Chunk& chunk = chunks_[at];
    auto place = std::lower_bound(chunk.entries.begin(), chunk.entries.end(), entry, before);
    chunk.entries.insert(place, entry);
    chunk.last = chunk.entries.back();
    chunk.sum.add(entry.need, entry.is_short);
    if (chunk.entries.size() > kChunkMax) split(at);
  }
  void take_out(Place place) {
    Chunk& chunk = chunks_[place.chunk];
    chunk.entries.erase(chunk.entries.begin() + static_cast<std::ptrdiff_t>(place.entry));
    if (chunk.entries.empty() && chunks_.size() > 1) {
      chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(place.chunk));
      return;
    }
    if (!chunk.entries.empty()) chunk.last = chunk.entries.back();
    sum_up(chunk.entries, chunk.sum);
    join(place.chunk);
  }
  void replace(Place place, const RankEntry& now, bool needs_alike) {
    Chunk& chunk = chunks_[place.chunk];
    chunk.entries[place.entry] = now;
    chunk.last = chunk.entries.back();
    if (needs_alike) return;
    chunk.sum.add(now.need, now.is_short);
    sum_up(chunk.entries, chunk.sum);
  }

  /// The first chunk that does not end before the entry.
  template <class Before>
  std::size_t chunk_of(const RankEntry& entry, const Before& before) const {
    if (chunks_.size() == 1) return 0;
    auto at = std::partition_point(chunks_.begin(), chunks_.end(),
                                   [&](const Chunk& chunk) { return before(chunk.last, entry); });
    return static_cast<std::size_t>(at - chunks_.begin());
  }
  /// True when `now` comes after what is before that place, and before what is after it.
  template <class Before>
  bool is_in_order(Place place, const RankEntry& now, const Before& before) const {
    const std::vector<RankEntry>& entries = chunks_[place.chunk].entries;
    const RankEntry* last = place.entry > 0   ? &entries[place.entry - 1]
                            : place.chunk > 0 ? &chunks_[place.chunk - 1].last
                                              : nullptr;
    if (last != nullptr && !before(*last, now)) return false;
    const RankEntry* next = place.entry + 1 < entries.size() ? &entries[place.entry + 1]
                            : place.chunk + 1 < chunks_.size()
                                ? &chunks_[place.chunk + 1].entries.front()
                                : nullptr;
    return next == nullptr || before(now, *next);
  }

  static void add_to(RankSum& sum, const RankEntry& entry) { sum.add(entry.need, entry.is_short); }
  static void add_to(RankSum& sum, const Chunk& chunk) {
    sum.add(chunk.sum.least, chunk.sum.is_short);
  }
  /// REQUIRES a sum that is too low at most: so it is known as soon as it is reached.
  template <class Parts>
  static void sum_up(const Parts& parts, RankSum& sum) {
    RankSum now;
    for (const auto& part : parts) {
      add_to(now, part);
      if (now == sum) return;
    }
    sum = now;
  }

  void split(std::size_t at) {
    chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(at) + 1, Chunk{});
    std::vector<RankEntry>& low = chunks_[at].entries;
    auto middle = low.begin() + static_cast<std::ptrdiff_t>(low.size() / 2);
    chunks_[at + 1].entries.assign(middle, low.end());
    low.erase(middle, low.end());
    chunks_[at + 1].sum = chunks_[at].sum;
    for (std::size_t one : {at, at + 1}) {
      sum_up(chunks_[one].entries, chunks_[one].sum);
      chunks_[one].last = chunks_[one].entries.back();
    }
  }
  /// Puts a small chunk and the one after it together.
  void join(std::size_t at) {
    if (at + 1 >= chunks_.size()) return;
    Chunk& low = chunks_[at];
    const Chunk& high = chunks_[at + 1];
    if (low.entries.size() + high.entries.size() > kChunkMax / 2) return;
    low.entries.insert(low.entries.end(), high.entries.begin(), high.entries.end());
    low.sum.add(high.sum.least, high.sum.is_short);
    low.last = high.last;
    chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  }
  template <class Before>
  void sort(const Before& before) {
    std::vector<RankEntry> all;
    for (const Chunk& chunk : std::exchange(chunks_, {})) {
      all.insert(all.end(), chunk.entries.begin(), chunk.entries.end());
    }
    std::sort(all.begin(), all.end(), before);
    for (std::size_t from = 0; from < all.size(); from += kChunkMax / 2) {
      auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
      auto size = std::min<std::size_t>(kChunkMax / 2, all.size() - from);
      Chunk& chunk = chunks_.emplace_back();
      chunk.entries.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
      for (const RankEntry& entry : chunk.entries) add_to(chunk.sum, entry);
      chunk.last = chunk.entries.back();
    }
  }

  std::vector<Chunk> chunks_;
  RankSum sum_;
  RankEntry alone_;
  bool is_alone_ = false;  ///< there is only `alone_`, and no chunk has an entry
};

}  // namespace fairlead::allocation
