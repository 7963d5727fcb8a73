#include "schemas/allocator_log.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "common/check.h"
#include "common/crc32c.h"
#include "common/limits.h"
#include "schemas/allocator_log_codec.h"

namespace fairlead {
namespace {

constexpr std::size_t kNumberBytes = 4;
using Number = std::array<std::uint8_t, kNumberBytes>;

Number little_endian(std::uint32_t value) {
  Number bytes;
  for (std::size_t i = 0; i < kNumberBytes; ++i) {
    bytes[i] = static_cast<std::uint8_t>((value >> (8 * i)) & 0xffU);
  }
  return bytes;
}

std::uint32_t number_of(BytesView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < kNumberBytes; ++i) value |= std::uint32_t{bytes[i]} << (8 * i);
  return value;
}

}  // namespace

void append_frame(Bytes& out, BytesView content) {
  check(content.size() <= limits::kMessageBytesMax, "a frame has a bound");
  const Number length = little_endian(static_cast<std::uint32_t>(content.size()));
  const Number checksum = little_endian(crc32c(content, crc32c(length)));
  out.insert(out.end(), length.begin(), length.end());
  out.insert(out.end(), checksum.begin(), checksum.end());
  out.insert(out.end(), content.begin(), content.end());
}

Result<AllocatorLogStart> AllocatorLogReader::start() {
  std::array<std::uint8_t, kAllocatorLogMark.size()> mark{};
  offset_next_ = read_(mark);
  bool is_log = offset_next_ == mark.size() &&
                std::equal(mark.begin(), mark.end(), kAllocatorLogMark.begin());
  if (!is_log) return damage(ErrorCode::kCorrupt, "this is no log of an allocator");
  Result<std::optional<AllocatorLogRecord>> first = record();
  if (!first) return first.error();
  if (!first->has_value()) return damage(ErrorCode::kCorrupt, "the log ends before it begins");
  if (auto* start = std::get_if<AllocatorLogStart>(&**first)) return std::move(*start);
  return damage(ErrorCode::kCorrupt, "expected the settings first");
}

Result<std::optional<AllocatorLogStep>> AllocatorLogReader::next() {
  using Out = std::optional<AllocatorLogStep>;
  Result<std::optional<AllocatorLogRecord>> read = record();
  if (!read) return read.error();
  if (!read->has_value()) return Out();
  auto* step = std::get_if<AllocatorLogStep>(&**read);
  if (step == nullptr) return damage(ErrorCode::kCorrupt, "the settings come twice");
  if (step->at < last_) return damage(ErrorCode::kCorrupt, "its time is before that of the last");
  last_ = step->at;
  return Out(std::move(*step));
}

Result<std::optional<AllocatorLogRecord>> AllocatorLogReader::record() {
  using Out = std::optional<AllocatorLogRecord>;
  Result<std::optional<BytesView>> content = frame();
  if (!content) return content.error();
  if (!content->has_value()) return Out();
  Result<AllocatorLogRecord> record = decode_allocator_log_record(**content);
  if (!record) return damage(record.error().code, record.error().message);
  return Out(std::move(*record));
}

Result<std::optional<BytesView>> AllocatorLogReader::frame() {
  using Out = std::optional<BytesView>;
  offset_ = offset_next_;
  std::array<std::uint8_t, 2 * kNumberBytes> head{};
  const std::size_t got = read_(head);
  if (got == 0) return Out();
  if (got < head.size()) return damage(ErrorCode::kCorrupt, "the last record is torn");
  const BytesView length_bytes = BytesView(head).first(kNumberBytes);
  const std::size_t length = number_of(length_bytes);
  if (length > limits::kMessageBytesMax) {
    return damage(ErrorCode::kCorrupt, "a length of " + std::to_string(length) +
                                           " bytes, expected at most " +
                                           std::to_string(limits::kMessageBytesMax));
  }
  content_.resize(length);
  const std::size_t content_got = read_(content_);
  if (content_got < length) {
    return damage(ErrorCode::kCorrupt, "the last record is torn: " + std::to_string(content_got) +
                                           " of " + std::to_string(length) + " bytes are there");
  }
  if (crc32c(content_, crc32c(length_bytes)) != number_of(BytesView(head).last(kNumberBytes))) {
    return damage(ErrorCode::kCorrupt, "its checksum is wrong");
  }
  offset_next_ += head.size() + length;
  return Out(BytesView(content_));
}

Error AllocatorLogReader::damage(ErrorCode code, const std::string& what) const {
  return Error{code, "record at byte " + std::to_string(offset_) + ": " + what};
}

}  // namespace fairlead
