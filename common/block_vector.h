// A sequence that grows in large blocks: elements never move, and a million of them are a few
// hundred allocations. std::deque's blocks are 512 bytes: made one by one in the middle of a burst,
// they pin the pages that the burst's messages give back. Not thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace fairlead {

template <class Value>
class BlockVector {
 public:
  BlockVector() = default;
  BlockVector(BlockVector&&) noexcept = default;
  BlockVector& operator=(BlockVector&&) noexcept = default;
  ~BlockVector() = default;
  /// O(size).
  BlockVector(const BlockVector& other) {
    for (std::size_t at = 0; at < other.size_; ++at) emplace_back() = other[at];
  }
  BlockVector& operator=(const BlockVector& other) {
    if (this != &other) *this = BlockVector(other);
    return *this;
  }

  /// REQUIRES at < size().
  Value& operator[](std::size_t at) { return blocks_[at / kBlock][at % kBlock]; }
  const Value& operator[](std::size_t at) const { return blocks_[at / kBlock][at % kBlock]; }

  Value& emplace_back() {
    if (size_ == blocks_.size() * kBlock) blocks_.push_back(std::make_unique<Value[]>(kBlock));
    return (*this)[size_++];
  }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kBlock = 512;

  std::vector<std::unique_ptr<Value[]>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace fairlead
