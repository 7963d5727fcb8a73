// An open-addressing index from a 32-bit hash to slots of some table. It stores no keys: the caller
// compares candidates itself. 8 bytes per place, at most 13/16 full. Never iterated, so hash order
// decides nothing. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fairlead {

inline constexpr std::uint32_t kNoSlot = 0xffffffffU;

/// FNV-1a, continued from `seed`. The same everywhere and always.
constexpr std::uint32_t hash_text(std::string_view text, std::uint32_t seed = 2166136261U) {
  std::uint32_t hash = seed;
  for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash;
}

class SlotIndex {
 public:
  /// REQUIRES slot != kNoSlot. Amortised O(1).
  void insert(std::uint32_t hash, std::uint32_t slot);
  /// No effect when the pair is not there.
  void erase(std::uint32_t hash, std::uint32_t slot);
  std::size_t size() const { return size_; }

  /// First slot with this hash for which `matches(slot)` holds, or kNoSlot.
  template <class Matches>
  std::uint32_t find(std::uint32_t hash, Matches matches) const {
    if (places_.empty()) return kNoSlot;
    for (std::size_t at = home(hash);; at = next(at)) {
      const Place& place = places_[at];
      if (place.slot == kNoSlot) return kNoSlot;
      if (place.hash == hash && matches(place.slot)) return place.slot;
    }
  }

 private:
  struct Place {
    std::uint32_t hash = 0;
    std::uint32_t slot = kNoSlot;
  };

  /// Eight hashes that follow each other lie side by side, so that numbers given one after the
  /// other, and looked for likewise, are near. All else is spread: FNV's low bits are weak.
  std::size_t home(std::uint32_t hash) const {
    std::uint32_t row = (hash >> 3U) * 2654435769U ^ hash >> 15U;
    std::uint32_t in_row = (hash ^ hash >> 11U ^ hash >> 22U) % 8;
    return (row * 8 + in_row) & (places_.size() - 1);
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (places_.size() - 1); }
  void place(std::uint32_t hash, std::uint32_t slot);
  void grow();

  std::vector<Place> places_;  // size is 0 or a power of two
  std::size_t size_ = 0;
};

}  // namespace fairlead
