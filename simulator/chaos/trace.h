// What happened, as a hash that two runs can be compared by, and as lines when somebody reads
// along. Owned by a World; not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/bytes.h"
#include "common/time.h"

namespace fairlead::chaos {

class Trace {
 public:
  using Reader = std::function<void(std::string_view line)>;

  /// `read` may be empty: lines are hashed all the same.
  explicit Trace(Reader read) : read_(std::move(read)) {}

  bool is_read() const { return read_ != nullptr; }
  /// One line: "12.345678901 agent-3 starts".
  void line(Instant now, std::string_view who, std::string_view what);
  /// Only for the reader: what a long trace would drown in.
  template <class Text>
  void detail(Instant now, std::string_view who, const Text& text) {
    if (read_) show(now, who, text());
  }
  /// Only hashed: every byte that travels.
  void bytes(Instant now, BytesView bytes);
  std::uint64_t hash() const { return hash_; }

 private:
  void show(Instant now, std::string_view who, std::string_view what) const;
  void mix(std::uint64_t value);
  void mix(BytesView bytes);

  Reader read_;
  std::uint64_t hash_ = 0xCBF29CE484222325ULL;
};

}  // namespace fairlead::chaos
