#include "common/slot_index.h"

#include <utility>

#include "common/check.h"

namespace fairlead {

void SlotIndex::insert(std::uint32_t hash, std::uint32_t slot) {
  check(slot != kNoSlot, "a slot of an index is a real one");
  if ((size_ + 1) * 16 > places_.size() * 13) grow();
  place(hash, slot);
  ++size_;
}

void SlotIndex::place(std::uint32_t hash, std::uint32_t slot) {
  std::size_t at = home(hash);
  while (places_[at].slot != kNoSlot) at = next(at);
  places_[at] = {hash, slot};
}

void SlotIndex::grow() {
  std::vector<Place> old = std::exchange(
      places_, std::vector<Place>(places_.empty() ? std::size_t{16} : places_.size() * 2));
  for (const Place& one : old) {
    if (one.slot != kNoSlot) place(one.hash, one.slot);
  }
}

void SlotIndex::erase(std::uint32_t hash, std::uint32_t slot) {
  if (places_.empty()) return;
  std::size_t at = home(hash);
  while (places_[at].slot != slot) {
    if (places_[at].slot == kNoSlot) return;
    at = next(at);
  }
  // Closes the gap: whatever was pushed past it moves back, so that a search may stop at a hole.
  std::size_t hole = at;
  std::size_t mask = places_.size() - 1;
  for (std::size_t scan = next(at); places_[scan].slot != kNoSlot; scan = next(scan)) {
    std::size_t wanted = home(places_[scan].hash);
    if (((scan - wanted) & mask) >= ((scan - hole) & mask)) {
      places_[hole] = places_[scan];
      hole = scan;
    }
  }
  places_[hole] = {};
  --size_;
}

}  // namespace fairlead
