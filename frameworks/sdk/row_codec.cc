#include "frameworks/sdk/row_codec.h"

#include <utility>

#include "common/limits.h"

namespace fairlead::sdk {

void RowWriter::operator()(std::uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<std::uint8_t>(value));
}

void RowWriter::operator()(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  (*this)((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
}

void RowWriter::operator()(const std::string& text) {
  (*this)(std::uint64_t{text.size()});
  bytes_.insert(bytes_.end(), text.begin(), text.end());
}

std::uint64_t RowWriter::begin_list(std::uint64_t size) {
  (*this)(size);
  return size;
}

Bytes RowWriter::take() {
  return std::move(bytes_);
}

void RowReader::operator()(std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (at_ == bytes_.size()) {
      ok_ = false;
      return;
    }
    const std::uint8_t byte = bytes_[at_++];
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80U) == 0) {
      return;
    }
  }
  ok_ = false;
}

void RowReader::operator()(std::uint32_t& value) {
  std::uint64_t wide = 0;
  (*this)(wide);
  ok_ = ok_ && wide <= UINT32_MAX;
  value = static_cast<std::uint32_t>(wide);
}

void RowReader::operator()(bool& value) {
  std::uint64_t wide = 0;
  (*this)(wide);
  value = wide != 0;
}

void RowReader::operator()(std::int64_t& value) {
  std::uint64_t bits = 0;
  (*this)(bits);
  value = static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0));
}

Status check_row_size(const Bytes& row, const std::string& what) {
  if (row.size() <= limits::kStateRowBytesMax) {
    return {};
  }
  return invalid(
      {.what = what,
       .where = {},
       .expected = "at most " + std::to_string(limits::kStateRowBytesMax) + " bytes of description",
       .got = std::to_string(row.size()),
       .hint = "keep scripts and data in files, not in arguments and environments"});
}

void RowReader::operator()(std::int32_t& value) {
  std::int64_t wide = 0;
  (*this)(wide);
  ok_ = ok_ && wide >= INT32_MIN && wide <= INT32_MAX;
  value = static_cast<std::int32_t>(wide);
}

void RowReader::operator()(std::string& text) {
  std::uint64_t size = 0;
  (*this)(size);
  if (!ok_ || size > bytes_.size() - at_) {
    ok_ = false;
    return;
  }
  text.assign(bytes_.begin() + static_cast<std::ptrdiff_t>(at_),
              bytes_.begin() + static_cast<std::ptrdiff_t>(at_ + size));
  at_ += size;
}

std::uint64_t RowReader::begin_list(std::uint64_t) {
  std::uint64_t size = 0;
  (*this)(size);
  ok_ = ok_ && size <= bytes_.size() - at_;
  return ok_ ? size : 0;
}

}  // namespace fairlead::sdk
