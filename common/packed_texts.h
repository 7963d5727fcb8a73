// A fixed number of texts that belong together, in one block of memory behind one pointer: for
// records of which there are many. Three std::strings take 96 bytes before their first long
// character; PackedTexts takes 8, and a block of 4 bytes, 2 bytes a text and its characters.
// TextPacking is only the layout, for who has memory of its own. Not thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

namespace fairlead {

/// The lengths, then the characters.
template <std::size_t kTexts>
class TextPacking {
 public:
  using Parts = std::array<std::string_view, kTexts>;
  static constexpr std::size_t kTextBytesMax = std::numeric_limits<std::uint16_t>::max();

  /// What `write` needs. Each text is cut to kTextBytesMax.
  static std::size_t bytes_for(const Parts& parts) {
    std::size_t bytes = sizeof(Lengths);
    for (std::string_view part : parts) bytes += std::min(part.size(), kTextBytesMax);
    return bytes;
  }
  static void write(const Parts& parts, char* to) {
    Lengths lengths;
    char* at = to + sizeof(Lengths);
    for (std::size_t i = 0; i < kTexts; ++i) {
      lengths[i] = static_cast<std::uint16_t>(std::min(parts[i].size(), kTextBytesMax));
      at = std::copy_n(parts[i].begin(), lengths[i], at);
    }
    std::memcpy(to, lengths.data(), sizeof(Lengths));
  }

  /// REQUIRES something that `write` wrote. Of `read` also: which < kTexts. O(kTexts).
  static std::size_t bytes_at(const char* from) {
    std::size_t bytes = sizeof(Lengths);
    for (std::uint16_t length : lengths_at(from)) bytes += length;
    return bytes;
  }
  static std::string_view read(const char* from, std::size_t which) {
    Lengths lengths = lengths_at(from);
    std::size_t begin = sizeof(Lengths);
    for (std::size_t i = 0; i < which; ++i) begin += lengths[i];
    return {from + begin, lengths[which]};
  }

 private:
  using Lengths = std::array<std::uint16_t, kTexts>;

  static Lengths lengths_at(const char* from) {
    Lengths lengths;
    std::memcpy(lengths.data(), from, sizeof(Lengths));
    return lengths;
  }
};

/// A value: copies share the block, which never changes; so all copies of one value belong to one
/// thread.
template <std::size_t kTexts>
class PackedTexts {
 public:
  using Packing = TextPacking<kTexts>;
  using Parts = typename Packing::Parts;

  PackedTexts() = default;
  /// Without a block when all of them are empty. O(their sizes).
  explicit PackedTexts(const Parts& parts) {
    auto is_empty = [](std::string_view part) { return part.empty(); };
    if (std::all_of(parts.begin(), parts.end(), is_empty)) return;
    block_ = ::new (::operator new(sizeof(Block) + Packing::bytes_for(parts))) Block;
    Packing::write(parts, reinterpret_cast<char*>(block_ + 1));
  }
  PackedTexts(const PackedTexts& other) : block_(other.block_) {
    if (block_ != nullptr) ++block_->users;
  }
  PackedTexts(PackedTexts&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  PackedTexts& operator=(PackedTexts other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~PackedTexts() {
    if (block_ != nullptr && --block_->users == 0) ::operator delete(block_);
  }

  /// REQUIRES which < kTexts. Valid while a copy of this value is there. O(kTexts).
  std::string_view operator[](std::size_t which) const {
    if (block_ == nullptr) return {};
    return Packing::read(reinterpret_cast<const char*>(block_ + 1), which);
  }

  /// True when both are the same block of memory, or both empty.
  bool is_shared_with(const PackedTexts& other) const { return block_ == other.block_; }

 private:
  /// In front of the texts.
  struct Block {
    std::uint32_t users = 1;
  };

  Block* block_ = nullptr;  // null: all are empty
};

}  // namespace fairlead
