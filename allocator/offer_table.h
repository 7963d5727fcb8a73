// The outstanding offers: found by number, listed by client from the oldest on.
// A slot is used again with the room that is in it, so that offers come and go
// without taking memory once there was enough for as many. Internal to
// allocator/; not thread-safe.
//
// Invariants: 1. numbers are given in rising order, so a list is in the order
// of its numbers.
// 2. Every value is in one list. 3. A value stays where it is until it is
// removed.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/block_vector.h"
#include "common/ids.h"
#include "common/slot_index.h"

namespace fairlead::allocation {

/// The offers of one client.
struct OfferList {
  std::uint32_t first = kNoSlot;
  std::uint32_t last = kNoSlot;

  bool empty() const { return first == kNoSlot; }
};

/// `Value` has clear(), after which it is as if new.
template <class Value>
class OfferTable {
 public:
  /// Null when it is not outstanding. O(1).
  Value* find(OfferId offer) {
    std::uint32_t at = slot_of(offer);
    return at == kNoSlot ? nullptr : &slots_[at].value;
  }
  const Value* find(OfferId offer) const {
    std::uint32_t at = slot_of(offer);
    return at == kNoSlot ? nullptr : &slots_[at].value;
  }
  /// REQUIRES an outstanding offer.
  Value& at(OfferId offer) { return slots_[slot_of(offer)].value; }
  const Value& at(OfferId offer) const { return slots_[slot_of(offer)].value; }
  std::size_t size() const { return index_.size(); }

  /// Its value is empty. REQUIRES a number above all before. Amortised O(1).
  Value& add(OfferId offer, OfferList& list) {
    if (unused_.empty()) {
      unused_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    std::uint32_t at = unused_.back();
    unused_.pop_back();
    Slot& slot = slots_[at];
    slot.offer = offer;
    slot.before = list.last;
    slot.after = kNoSlot;
    (list.empty() ? list.first : slots_[list.last].after) = at;
    list.last = at;
    index_.insert(hash(offer), at);
    return slot.value;
  }

  /// REQUIRES an offer of that list. O(1).
  void remove(OfferId offer, OfferList& list) {
    std::uint32_t at = slot_of(offer);
    Slot& slot = slots_[at];
    (slot.before == kNoSlot ? list.first : slots_[slot.before].after) = slot.after;
    (slot.after == kNoSlot ? list.last : slots_[slot.after].before) = slot.before;
    index_.erase(hash(offer), at);
    slot.value.clear();
    unused_.push_back(at);
  }

  /// The numbers in a list. O(them).
  std::vector<OfferId> numbers(const OfferList& list) const {
    std::vector<OfferId> all;
    for (std::uint32_t at = list.first; at != kNoSlot; at = slots_[at].after) {
      all.push_back(slots_[at].offer);
    }
    return all;
  }
  /// All numbers, rising. O(slots + offers log offers).
  std::vector<OfferId> numbers() const {
    std::vector<OfferId> all;
    for (std::uint32_t at = 0; at < slots_.size(); ++at) {
      if (slot_of(slots_[at].offer) == at) all.push_back(slots_[at].offer);
    }
    std::sort(all.begin(), all.end());
    return all;
  }

 private:
  struct Slot {
    Value value;
    OfferId offer;  ///< its last one
    std::uint32_t before = kNoSlot;
    std::uint32_t after = kNoSlot;
  };

  static std::uint32_t hash(OfferId offer) { return static_cast<std::uint32_t>(offer.number); }
  std::uint32_t slot_of(OfferId offer) const {
    return index_.find(hash(offer),
                       [&](std::uint32_t slot) { return slots_[slot].offer == offer; });
  }

  BlockVector<Slot> slots_;
  std::vector<std::uint32_t> unused_;
  SlotIndex index_;
};

}  // namespace fairlead::allocation
