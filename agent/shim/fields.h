// The small tagged format in which the agent and its shims talk: a header, then fields of
// (tag, length, bytes), little-endian. A reader skips tags it does not know, so that a shim and an
// agent of neighbouring versions understand each other. Pure; not a general serializer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/bytes.h"
#include "common/result.h"

namespace fairlead::shim {

enum class DocumentKind : std::uint16_t { kLaunch = 1, kIdentity = 2, kStarted = 3, kExit = 4 };

/// What this build writes, and the newest that it can read.
inline constexpr std::uint16_t kFormatVersion = 1;
inline constexpr std::size_t kHeaderBytes = 12;    // "FLSH", version, version needed, kind, zero
inline constexpr std::size_t kFieldHeadBytes = 6;  // tag, length

class FieldWriter {
 public:
  void text(std::uint16_t tag, std::string_view value);
  void number(std::uint16_t tag, std::int64_t value);
  void unsigned_number(std::uint16_t tag, std::uint64_t value);
  void nested(std::uint16_t tag, const FieldWriter& value);
  const Bytes& bytes() const { return bytes_; }

 private:
  void head(std::uint16_t tag, std::size_t length);
  Bytes bytes_;
};

struct Field {
  std::uint16_t tag = 0;
  BytesView bytes;

  std::string text() const { return std::string(bytes.begin(), bytes.end()); }
};

/// Walks over fields. Stops at damage; ask `damaged()` afterwards.
class FieldReader {
 public:
  explicit FieldReader(BytesView bytes) : rest_(bytes) {}
  /// False at the end or at damage.
  bool next(Field& field);
  /// A number of eight bytes; anything else marks damage and is 0.
  std::int64_t number(const Field& field);
  std::uint64_t unsigned_number(const Field& field);
  bool damaged() const { return damaged_; }
  void mark_damaged() { damaged_ = true; }

 private:
  BytesView rest_;
  bool damaged_ = false;
};

/// kCorrupt, naming the document or the part that cannot be read.
Error damaged(const char* what);

Bytes make_document(DocumentKind kind, const FieldWriter& fields);
/// The fields of a document. kCorrupt: not one, or of another kind. kUnsupported: it needs a newer
/// reader.
Result<BytesView> open_document(DocumentKind kind, BytesView bytes);

}  // namespace fairlead::shim
