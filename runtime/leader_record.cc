#include "runtime/leader_record.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fairlead {
namespace {

constexpr std::string_view kFirstLine = "fairlead-epoch ";
constexpr std::uint64_t kVersion = 1;

Error corrupt() {
  return {.code = ErrorCode::kCorrupt, .message = "registry: /epoch is damaged"};
}

/// The rest of the next line after `word`; nothing when the line begins otherwise.
std::optional<std::string_view> take_line(std::string_view& text, std::string_view word) {
  std::size_t end = text.find('\n');
  if (end == std::string_view::npos || text.substr(0, word.size()) != word) return std::nullopt;
  std::string_view rest = text.substr(word.size(), end - word.size());
  text.remove_prefix(end + 1);
  return rest;
}

template <class Number>
bool to_number(std::optional<std::string_view> text, Number& number) {
  if (!text) return false;
  auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), number);
  return code == std::errc() && end == text->data() + text->size();
}

}  // namespace

Bytes encode_leader_record(const LeaderRecord& record) {
  std::string text = std::string(kFirstLine) + std::to_string(kVersion) + "\nepoch " +
                     std::to_string(record.epoch.number) + "\nendpoint " + record.endpoint +
                     "\nhttp " + record.http + "\n";
  return Bytes(text.begin(), text.end());
}

Result<LeaderRecord> decode_leader_record(BytesView bytes) {
  std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::uint64_t version = 0;
  if (!to_number(take_line(text, kFirstLine), version)) return corrupt();
  if (version > kVersion) {
    return Error{.code = ErrorCode::kUnsupported,
                 .message = to_string(
                     Complaint{.what = "registry: /epoch",
                               .expected = "version 1.." + std::to_string(kVersion),
                               .got = std::to_string(version),
                               .hint = "it was written by a newer Fairlead: run that version"})};
  }
  LeaderRecord record;
  if (!to_number(take_line(text, "epoch "), record.epoch.number)) return corrupt();
  std::optional<std::string_view> endpoint = take_line(text, "endpoint ");
  std::optional<std::string_view> http = take_line(text, "http ");
  if (!endpoint || !http) return corrupt();
  record.endpoint = *endpoint;
  record.http = *http;
  return record;
}

}  // namespace fairlead
