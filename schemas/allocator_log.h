// A log of an allocator as a file: a mark, then records, each framed as
//   length (4 bytes, little-endian) | CRC-32C of the length and the content (4 bytes) | content.
// A crash tears the last frame at most, and the reader says so with its offset; what was written
// before it is whole. Does not open files: the caller brings and takes bytes. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "common/allocator_log.h"
#include "common/bytes.h"
#include "common/result.h"

namespace fairlead {

/// What a file begins with; its last character is the version of the framing.
inline constexpr std::string_view kAllocatorLogMark = "FLalloc1";

/// REQUIRES content.size() <= limits::kMessageBytesMax.
void append_frame(Bytes& out, BytesView content);

class AllocatorLogReader {
 public:
  /// Fills the front of its argument and returns how much; less than all of it at the end only.
  using Read = std::function<std::size_t(std::span<std::uint8_t>)>;

  explicit AllocatorLogReader(Read read) : read_(std::move(read)) {}

  /// The mark and the first record. Once, before next(). kCorrupt: not a log, or damaged;
  /// kUnsupported: of a newer version.
  Result<AllocatorLogStart> start();
  /// The next step; nullopt at the end. kCorrupt: damaged or torn, or time went backwards. Every
  /// message names the offset of the record's first byte. Nothing can be read after an error.
  Result<std::optional<AllocatorLogStep>> next();

  /// Of the record that was read last, or failed, in bytes from the beginning of the file.
  std::uint64_t offset() const { return offset_; }

 private:
  Result<std::optional<AllocatorLogRecord>> record();
  Result<std::optional<BytesView>> frame();
  Error damage(ErrorCode code, const std::string& what) const;

  const Read read_;
  std::uint64_t offset_ = 0;
  std::uint64_t offset_next_ = 0;
  Instant last_;
  Bytes content_;
};

}  // namespace fairlead
