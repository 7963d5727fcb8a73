#include "runtime/registry_log.h"

#include <array>
#include <charconv>
#include <string_view>

#include "common/check.h"
#include "common/crc32c.h"
#include "common/limits.h"
#include "runtime/registry_layout.h"

namespace fairlead {
namespace {

constexpr std::string_view kHeadWord = "fairlead-head";
constexpr std::uint64_t kHeadVersion = 1;
constexpr std::uint32_t kEntryMark = 0x52644c46;  // "FLdR"
constexpr std::uint8_t kEntryVersion = 1;
constexpr std::size_t kEntryFrameBytes = 4 + 1 + 8 + 8 + 4 + 4;  // mark … count, checksum
constexpr std::size_t kRowFrameBytes = 1 + 2 + 4 + 4;  // kind, key and value's length, crc
constexpr std::uint8_t kPut = 1;
constexpr std::uint8_t kErase = 2;

std::string digits(std::uint64_t number, std::size_t width) {
  std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

BytesView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::uint32_t row_checksum(std::string_view key, BytesView value) {
  constexpr std::array<std::uint8_t, 1> kEnd = {0};  // ("a", "bc") is not ("ab", "c")
  return crc32c(value, crc32c(kEnd, crc32c(view_of(key))));
}

/// Appends an entry's bytes and keeps the checksum of everything but the values.
class EntryWriter {
 public:
  EntryWriter(Epoch epoch, std::uint64_t entry, std::uint32_t count) {
    number(kEntryMark, 4);
    number(kEntryVersion, 1);
    number(epoch.number, 8);
    number(entry, 8);
    number(count, 4);
  }

  void row(std::string_view key, const Bytes* value) {
    number(value != nullptr ? kPut : kErase, 1);
    number(key.size(), 2);
    framed(view_of(key));
    number(value != nullptr ? value->size() : 0, 4);
    number(row_checksum(key, value != nullptr ? BytesView(*value) : BytesView()), 4);
    if (value != nullptr) bytes_.insert(bytes_.end(), value->begin(), value->end());
  }

  Bytes finish() && {
    std::uint32_t sum = checksum_;
    number(sum, 4);
    return std::move(bytes_);
  }

 private:
  void number(std::uint64_t value, unsigned width) {
    std::array<std::uint8_t, 8> little{};
    for (unsigned i = 0; i < width; ++i) {
      little[i] = static_cast<std::uint8_t>((value >> (8 * i)) & 0xff);
    }
    framed(BytesView(little).first(width));
  }
  void framed(BytesView part) {
    checksum_ = crc32c(part, checksum_);
    bytes_.insert(bytes_.end(), part.begin(), part.end());
  }

  Bytes bytes_;
  std::uint32_t checksum_ = 0;
};

/// Reads what EntryWriter wrote; `failed` once the bytes end too early.
class EntryReader {
 public:
  explicit EntryReader(BytesView bytes) : left_(bytes) {}

  std::uint64_t number(unsigned width) {
    BytesView part = framed(width);
    std::uint64_t value = 0;
    for (unsigned i = 0; i < part.size(); ++i) value |= std::uint64_t{part[i]} << (8 * i);
    return value;
  }
  BytesView framed(std::size_t length) {
    BytesView part = raw(length);
    checksum_ = crc32c(part, checksum_);
    return part;
  }
  BytesView raw(std::size_t length) {
    if (length > left_.size()) failed_ = true;
    if (failed_) return {};
    BytesView part = left_.first(length);
    left_ = left_.subspan(length);
    return part;
  }

  bool failed() const { return failed_; }
  bool at_end() const { return !failed_ && left_.empty(); }
  std::size_t left() const { return left_.size(); }
  std::uint32_t checksum() const { return checksum_; }

 private:
  BytesView left_;
  std::uint32_t checksum_ = 0;
  bool failed_ = false;
};

RegistryRow read_row(EntryReader& in) {
  RegistryRow row;
  std::uint64_t kind = in.number(1);
  BytesView key = in.framed(in.number(2));
  row.key.assign(key.begin(), key.end());
  std::uint64_t length = in.number(4);
  std::uint64_t checksum = in.number(4);
  BytesView value = in.raw(length);
  row.damaged = row_checksum(row.key, value) != checksum;
  if (kind == kPut) row.value.emplace(value.begin(), value.end());
  return row;
}

Error corrupt(const std::string& what) {
  return {.code = ErrorCode::kCorrupt, .message = what};
}

bool take_word(std::string_view& line, std::string_view word) {
  if (line.substr(0, word.size()) != word) return false;
  line.remove_prefix(word.size());
  return true;
}

bool take_number(std::string_view& line, std::string_view name, std::uint64_t& number) {
  if (!take_word(line, name)) return false;
  auto [end, code] = std::from_chars(line.data(), line.data() + line.size(), number);
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  return code == std::errc();
}

using Pair = std::pair<std::string_view, const Bytes*>;

std::size_t pair_bytes(const Pair& row) {
  return kRowFrameBytes + row.first.size() + (row.second != nullptr ? row.second->size() : 0);
}

/// `rows` cut into entries that fit; `number_of(i)` is what the i-th of them is called.
template <class NumberOf>
std::vector<Bytes> encode_in_parts(Epoch epoch, const std::vector<Pair>& rows,
                                   const NumberOf& number_of) {
  std::vector<Bytes> parts;
  std::size_t begin = 0;
  do {
    std::size_t end = begin;
    std::size_t bytes = kEntryFrameBytes;
    while (end < rows.size() && bytes + pair_bytes(rows[end]) <= limits::kZnodeBytesMax) {
      bytes += pair_bytes(rows[end++]);
    }
    check(end > begin || rows.empty(), "a row fits an entry");
    EntryWriter writer(epoch, number_of(parts.size()), static_cast<std::uint32_t>(end - begin));
    for (; begin < end; ++begin) writer.row(rows[begin].first, rows[begin].second);
    parts.push_back(std::move(writer).finish());
  } while (begin < rows.size());
  return parts;
}

}  // namespace

std::string entry_name(std::uint64_t entry) {
  return digits(entry, 20);
}
std::string chunk_name(std::uint64_t snapshot, std::uint64_t chunk) {
  return digits(snapshot, 20) + "-" + digits(chunk, 6);
}

Bytes encode_registry_head(const RegistryHead& head) {
  std::string line = std::string(kHeadWord) + " " + std::to_string(kHeadVersion) + " epoch " +
                     std::to_string(head.epoch.number) + " entry " + std::to_string(head.entry) +
                     " snapshot " + std::to_string(head.snapshot) + " chunks " +
                     std::to_string(head.chunks);
  line += " crc32c " + std::to_string(crc32c(view_of(line))) + "\n";
  return Bytes(line.begin(), line.end());
}

Result<RegistryHead> decode_registry_head(BytesView bytes) {
  std::string_view line(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  std::string_view summed = line.substr(0, line.rfind(" crc32c "));
  RegistryHead head;
  std::uint64_t version = 0, checksum = 0;
  if (!take_word(line, kHeadWord) || !take_number(line, " ", version)) {
    return corrupt("registry: /head is damaged");
  }
  if (version > kHeadVersion) {
    return Error{.code = ErrorCode::kUnsupported,
                 .message = to_string(
                     Complaint{.what = "registry: /head",
                               .expected = "version 1.." + std::to_string(kHeadVersion),
                               .got = std::to_string(version),
                               .hint = "it was written by a newer Fairlead: run that version"})};
  }
  if (!take_number(line, " epoch ", head.epoch.number) ||
      !take_number(line, " entry ", head.entry) ||
      !take_number(line, " snapshot ", head.snapshot) ||
      !take_number(line, " chunks ", head.chunks) || !take_number(line, " crc32c ", checksum) ||
      checksum != crc32c(view_of(summed)) || head.snapshot > head.entry) {
    return corrupt("registry: /head is damaged");
  }
  return head;
}

std::size_t row_bytes(const StoreWrite& write) {
  return pair_bytes({write.key, write.value ? &*write.value : nullptr});
}

std::size_t row_bytes_max() {
  return limits::kZnodeBytesMax - kEntryFrameBytes;
}

std::vector<Bytes> encode_registry_entries(Epoch epoch, std::uint64_t first,
                                           const std::vector<const StoreWrite*>& writes) {
  std::vector<Pair> rows;
  rows.reserve(writes.size());
  for (const StoreWrite* write : writes) {
    rows.emplace_back(write->key, write->value ? &*write->value : nullptr);
  }
  return encode_in_parts(epoch, rows, [first](std::size_t part) { return first + part; });
}

std::vector<Bytes> encode_registry_snapshot(Epoch epoch, std::uint64_t snapshot,
                                            const std::map<std::string, Bytes>& rows) {
  std::vector<Pair> pairs;
  pairs.reserve(rows.size());
  for (const auto& [key, value] : rows) pairs.emplace_back(key, &value);
  return encode_in_parts(epoch, pairs, [snapshot](std::size_t) { return snapshot; });
}

Result<RegistryEntry> decode_registry_entry(BytesView bytes) {
  EntryReader in(bytes);
  if (in.number(4) != kEntryMark) return corrupt("not an entry of a registry");
  std::uint64_t version = in.number(1);
  if (version > kEntryVersion) {
    return Error{.code = ErrorCode::kUnsupported,
                 .message = "written by a newer Fairlead (version " + std::to_string(version) +
                            "); hint: run that version"};
  }
  RegistryEntry entry{.epoch = {in.number(8)}};
  entry.entry = in.number(8);
  std::uint64_t count = in.number(4);
  if (count > in.left() / kRowFrameBytes) return corrupt("its row count is damaged");
  entry.rows.reserve(count);
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) entry.rows.push_back(read_row(in));
  std::uint32_t expected = in.checksum();
  if (in.number(4) != expected || !in.at_end()) return corrupt("its keys or lengths are damaged");
  return entry;
}

void RegistryRows::apply(const StoreWrite& write) {
  damaged_.erase(write.key);
  if (write.value) {
    rows_[write.key] = *write.value;
  } else {
    rows_.erase(write.key);
  }
}

void RegistryRows::apply(const RegistryEntry& entry) {
  for (const RegistryRow& row : entry.rows) {
    apply(StoreWrite{.key = row.key, .value = row.damaged ? std::nullopt : row.value});
    if (row.damaged) damaged_.insert(row.key);
  }
}

StoreContents RegistryRows::contents() const {
  StoreContents contents{.rows = {}, .quarantined = {damaged_.begin(), damaged_.end()}};
  contents.rows.reserve(rows_.size());
  for (const auto& [key, value] : rows_) contents.rows.push_back({.key = key, .value = value});
  return contents;
}

}  // namespace fairlead
