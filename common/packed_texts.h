// A fixed number of texts that belong together, in one block of memory behind one pointer: for
// records of which there are many. Three std::strings take 96 bytes before their first long
// character; this takes 8, and a block of 2 bytes a text and its characters. A value that moves;
// not thread-safe.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

namespace fairlead {

template <std::size_t kTexts>
class PackedTexts {
 public:
  using Parts = std::array<std::string_view, kTexts>;
  static constexpr std::size_t kTextBytesMax = std::numeric_limits<std::uint16_t>::max();

  PackedTexts() = default;
  explicit PackedTexts(const Parts& parts) { assign(parts); }

  /// Each text is cut to kTextBytesMax. They may point into this object. O(their sizes).
  void assign(const Parts& parts) {
    Lengths lengths{};
    std::size_t size = 0;
    for (std::size_t i = 0; i < kTexts; ++i) {
      lengths[i] = static_cast<std::uint16_t>(std::min(parts[i].size(), kTextBytesMax));
      size += lengths[i];
    }
    if (size == 0) return bytes_.reset();
    // Not make_unique: every byte is written below.
    std::unique_ptr<char[]> bytes(new char[sizeof(Lengths) + size]);
    std::memcpy(bytes.get(), lengths.data(), sizeof(Lengths));
    char* at = bytes.get() + sizeof(Lengths);
    for (std::size_t i = 0; i < kTexts; ++i) at = std::copy_n(parts[i].begin(), lengths[i], at);
    bytes_ = std::move(bytes);
  }

  /// REQUIRES which < kTexts. Valid until the next `assign`. O(kTexts).
  std::string_view operator[](std::size_t which) const {
    if (!bytes_) return {};
    Lengths lengths;
    std::memcpy(lengths.data(), bytes_.get(), sizeof(Lengths));
    std::size_t begin = sizeof(Lengths);
    for (std::size_t i = 0; i < which; ++i) begin += lengths[i];
    return {bytes_.get() + begin, lengths[which]};
  }

 private:
  using Lengths = std::array<std::uint16_t, kTexts>;

  std::unique_ptr<char[]> bytes_;  // the lengths, then the texts; null: all are empty
};

}  // namespace fairlead
