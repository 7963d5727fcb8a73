// Memory for very many small blocks that live long, from pieces of 64 KiB: no header per block, and
// nothing that stands between what a burst of messages leaves behind and pins its pages. The memory
// of a block that was given back serves blocks of its size. Larger ones are the heap's. Not
// thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace fairlead {

class BlockPool {
 public:
  static constexpr std::size_t kPooledBytesMax = 256;

  BlockPool() = default;
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  /// Aligned to 16 bytes, not initialised. REQUIRES bytes > 0. Amortised O(1).
  char* take(std::size_t bytes);
  /// REQUIRES a block that was taken with as many bytes and is not used any more. O(1).
  void give_back(char* block, std::size_t bytes);

 private:
  static constexpr std::size_t kStep = 16;  // sizes are rounded up to it
  static constexpr std::size_t kPieceBytes = 64 * 1024;

  std::array<char*, kPooledBytesMax / kStep> unused_{};  // each holds the address of the next one
  std::vector<std::unique_ptr<char[]>> pieces_;
  std::size_t piece_used_ = kPieceBytes;  // of the last one
};

}  // namespace fairlead
