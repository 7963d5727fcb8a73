// What the registry's and the checkpoint's codecs share. Private to schemas/.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "schemas/wire_message.h"

namespace fairlead::codec {

/// Decodes one record with `read_one(root)` and makes sure that it is the one that `key` names.
template <class Root, class Record, class ReadOne>
Result<Record> decode_record(std::string_view key, BytesView bytes, ReadOne read_one) {
  using Out = Result<Record>;
  Out record = read_message<Root>(bytes, [&](typename Root::Reader root) -> Out {
    Record value = read_one(root);
    expect(key_of(value) == key, "key", "the record belongs to another one");
    return value;
  });
  if (record.ok()) return record;
  return Error{
      .code = record.error().code,
      .message = "record " + clipped(key, limits::kIdCharsMax) + ": " + record.error().message};
}

/// A record of a newer format must not be acted upon.
inline void expect_version(std::uint32_t got, std::uint32_t most) {
  if (got <= most) return;
  fail(ErrorCode::kUnsupported, "format version",
       "expected at most " + std::to_string(most) + ", got " + std::to_string(got) +
           "; hint: start the newer program that wrote it");
}

}  // namespace fairlead::codec
