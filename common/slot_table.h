// Values under numbers that are never given twice while the table lives: a number is a slot and how
// often that slot was used before, so that a late mention of a removed value finds nothing. A
// slot's memory is used again. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/block_vector.h"

namespace fairlead {

template <class Value>
class SlotTable {
 public:
  /// Returns its number: never 0; 1, 2, … while nothing is removed. Amortised O(1).
  std::uint64_t add(Value value) {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    std::uint32_t at = free_.back();
    free_.pop_back();
    slots_[at].value = std::move(value);
    slots_[at].is_used = true;
    return number_of(at);
  }

  /// Null when it was removed or never given. Stays where it is until `remove`. O(1).
  Value* find(std::uint64_t number) {
    std::uint64_t place = number & 0xffff'ffffU;
    if (place == 0 || place > slots_.size()) return nullptr;
    Slot& slot = slots_[place - 1];
    return slot.is_used && slot.uses == number >> 32U ? &slot.value : nullptr;
  }

  /// Nothing if it is gone already. O(1).
  void remove(std::uint64_t number) {
    if (find(number) == nullptr) return;
    std::uint32_t at = slot_of(number);
    slots_[at].value = Value{};
    slots_[at].is_used = false;
    ++slots_[at].uses;
    free_.push_back(at);
  }

  /// Calls `visit(number, value)` for each, by slot. It may remove the one that it gets.
  template <class Visit>
  void for_each(Visit visit) {
    for (std::uint32_t at = 0; at < slots_.size(); ++at) {
      if (slots_[at].is_used) visit(number_of(at), slots_[at].value);
    }
  }

  std::size_t size() const { return slots_.size() - free_.size(); }

  /// For an index that names values by 32 bits: the slot of a number, and the number that the value
  /// of a used slot has now.
  static std::uint32_t slot_of(std::uint64_t number) {
    return static_cast<std::uint32_t>(number & 0xffff'ffffU) - 1;
  }
  std::uint64_t number_of(std::uint32_t slot) const {
    return std::uint64_t{slots_[slot].uses} << 32U | (std::uint64_t{slot} + 1);
  }
  /// REQUIRES a used slot.
  const Value& at_slot(std::uint32_t slot) const { return slots_[slot].value; }

 private:
  struct Slot {
    Value value;
    std::uint32_t uses = 0;  // that are over
    bool is_used = false;
  };

  BlockVector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace fairlead
