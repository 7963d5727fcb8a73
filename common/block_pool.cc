#include "common/block_pool.h"

#include <cstring>
#include <new>

namespace fairlead {

char* BlockPool::take(std::size_t bytes) {
  if (bytes > kPooledBytesMax) return static_cast<char*>(::operator new(bytes));
  std::size_t steps = (bytes + kStep - 1) / kStep;
  if (char* block = unused_[steps - 1]) {
    std::memcpy(&unused_[steps - 1], block, sizeof(char*));
    return block;
  }
  if (piece_used_ + steps * kStep > kPieceBytes) {
    // Not make_unique: who takes a block writes it.
    pieces_.emplace_back(new char[kPieceBytes]);
    piece_used_ = 0;
  }
  char* block = pieces_.back().get() + piece_used_;
  piece_used_ += steps * kStep;
  return block;
}

void BlockPool::give_back(char* block, std::size_t bytes) {
  if (bytes > kPooledBytesMax) return ::operator delete(block);
  char*& first = unused_[(bytes + kStep - 1) / kStep - 1];
  std::memcpy(block, &first, sizeof(char*));
  first = block;
}

}  // namespace fairlead
