// Bytes of the rows that frameworks keep in their stores: variable-length integers and texts, one
// behind the other. It knows no record and no version; each framework's row_codec does. One list of
// fields serves both directions: a RowWriter takes them, a RowReader gives them. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "common/bytes.h"
#include "common/result.h"

namespace fairlead::sdk {

class RowWriter {
 public:
  void operator()(std::uint64_t value);
  void operator()(std::uint32_t value) { (*this)(std::uint64_t{value}); }
  void operator()(bool value) { (*this)(std::uint64_t{value ? 1U : 0U}); }
  /// Zigzag: small negative numbers stay short.
  void operator()(std::int64_t value);
  void operator()(std::int32_t value) { (*this)(std::int64_t{value}); }
  void operator()(const std::string& text);
  /// Returns `size`, the number of elements that follow.
  std::uint64_t begin_list(std::uint64_t size);
  Bytes take();

 private:
  Bytes bytes_;
};

/// kInvalid when `row` is larger than limits::kStateRowBytesMax: no store takes it. `what` was
/// asked for: "job".
Status check_row_size(const Bytes& row, const std::string& what);

/// The row of these fields, in this order.
template <class... Fields>
Bytes row_of(const Fields&... fields) {
  RowWriter row;
  (row(fields), ...);
  return row.take();
}

/// Reads damaged bytes to the end without harm: what it gives means something only if is_done().
class RowReader {
 public:
  /// `bytes` outlives the reader.
  explicit RowReader(BytesView bytes) : bytes_(bytes) {}

  void operator()(std::uint64_t& value);
  void operator()(std::uint32_t& value);
  void operator()(bool& value);
  void operator()(std::int64_t& value);
  void operator()(std::int32_t& value);
  void operator()(std::string& text);
  /// The number of elements that follow; the argument is there for symmetry. An element takes at
  /// least one byte: a damaged size cannot ask for more than is there.
  std::uint64_t begin_list(std::uint64_t);
  /// Everything was read, and all of it was well-formed.
  bool is_done() const { return ok_ && at_ == bytes_.size(); }
  bool ok() const { return ok_; }

 private:
  BytesView bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace fairlead::sdk
