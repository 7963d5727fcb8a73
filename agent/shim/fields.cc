#include "agent/shim/fields.h"

#include <algorithm>
#include <array>

namespace fairlead::shim {
namespace {

constexpr std::array<std::uint8_t, 4> kMagic = {'F', 'L', 'S', 'H'};

template <class T>
void put(Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
  }
}

std::uint64_t get(BytesView bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{bytes[at + i]} << (8 * i);
  return value;
}

}  // namespace

void FieldWriter::head(std::uint16_t tag, std::size_t length) {
  put(bytes_, tag);
  put(bytes_, static_cast<std::uint32_t>(length));
}

void FieldWriter::text(std::uint16_t tag, std::string_view value) {
  head(tag, value.size());
  bytes_.insert(bytes_.end(), value.begin(), value.end());
}

void FieldWriter::number(std::uint16_t tag, std::int64_t value) {
  unsigned_number(tag, static_cast<std::uint64_t>(value));
}

void FieldWriter::unsigned_number(std::uint16_t tag, std::uint64_t value) {
  head(tag, sizeof value);
  put(bytes_, value);
}

void FieldWriter::nested(std::uint16_t tag, const FieldWriter& value) {
  head(tag, value.bytes_.size());
  bytes_.insert(bytes_.end(), value.bytes_.begin(), value.bytes_.end());
}

bool FieldReader::next(Field& field) {
  if (damaged_ || rest_.empty()) return false;
  if (rest_.size() < kFieldHeadBytes) {
    damaged_ = true;
    return false;
  }
  const std::size_t length = get(rest_, 2, 4);
  if (length > rest_.size() - kFieldHeadBytes) {
    damaged_ = true;
    return false;
  }
  field.tag = static_cast<std::uint16_t>(get(rest_, 0, 2));
  field.bytes = rest_.subspan(kFieldHeadBytes, length);
  rest_ = rest_.subspan(kFieldHeadBytes + length);
  return true;
}

std::int64_t FieldReader::number(const Field& field) {
  return static_cast<std::int64_t>(unsigned_number(field));
}

std::uint64_t FieldReader::unsigned_number(const Field& field) {
  if (field.bytes.size() == 8) return get(field.bytes, 0, 8);
  damaged_ = true;
  return 0;
}

Error damaged(const char* what) {
  return {ErrorCode::kCorrupt, std::string("shim document: damaged ") + what};
}

Bytes make_document(DocumentKind kind, const FieldWriter& fields) {
  Bytes out(kMagic.begin(), kMagic.end());
  put(out, kFormatVersion);
  put(out, kFormatVersion);
  put(out, static_cast<std::uint16_t>(kind));
  put(out, std::uint16_t{0});
  out.insert(out.end(), fields.bytes().begin(), fields.bytes().end());
  return out;
}

Result<BytesView> open_document(DocumentKind kind, BytesView bytes) {
  if (bytes.size() < kHeaderBytes || !std::equal(kMagic.begin(), kMagic.end(), bytes.begin())) {
    return Error{ErrorCode::kCorrupt, "shim document: expected the mark FLSH, got " +
                                          std::to_string(bytes.size()) + " other bytes"};
  }
  const std::uint64_t needed = get(bytes, 6, 2);
  if (needed > kFormatVersion) {
    return Error{ErrorCode::kUnsupported, "shim document: needs format version " +
                                              std::to_string(needed) + ", this build reads " +
                                              std::to_string(kFormatVersion)};
  }
  if (get(bytes, 8, 2) != static_cast<std::uint64_t>(kind)) {
    return Error{ErrorCode::kCorrupt, "shim document: expected kind " +
                                          std::to_string(static_cast<unsigned>(kind)) + ", got " +
                                          std::to_string(get(bytes, 8, 2))};
  }
  return bytes.subspan(kHeaderBytes);
}

}  // namespace fairlead::shim
