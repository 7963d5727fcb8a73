#include "schemas/registry_text.h"

#include <capnp/compat/json.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>
#include <utility>

#include "common/crc32c.h"
#include "schemas/registry.capnp.h"
#include "schemas/registry_codec.h"
#include "schemas/wire_message.h"

namespace fairlead {
namespace {

constexpr const char* kFormat = "fairlead-registry";

// --- one line ------------------------------------------------------------------------------------

enum class Unknown { kSkip, kRefuse };

template <class Root>
std::string line_of(typename Root::Reader root) {
  kj::String text = capnp::JsonCodec().encode(root);
  return std::string(text.begin(), text.size()) + "\n";
}

/// The bytes of the message that `line` describes. Throws what Cap'n Proto throws.
template <class Root>
Bytes bytes_of_line(std::string_view line, Unknown unknown) {
  capnp::JsonCodec json;
  json.setMaxNestingDepth(limits::kJsonDepthMax);
  json.setRejectUnknownFields(unknown == Unknown::kRefuse);
  return codec::build<Root>([&](typename Root::Builder root) {
    json.decode(kj::arrayPtr(line.data(), line.size()), root);
  });
}

Error line_error(std::size_t number, const Error& error) {
  return {error.code, "registry export: line " + std::to_string(number) + ": " + error.message};
}

/// What `read(bytes of the line)` returns. Every error names the line.
template <class Root, class Read>
auto read_line(std::string_view line, std::size_t number, Unknown unknown, Read read)
    -> decltype(read(Bytes())) {
  Bytes bytes;
  try {
    bytes = bytes_of_line<Root>(line, unknown);
  } catch (const kj::Exception& exception) {
    return line_error(number, {ErrorCode::kCorrupt, exception.getDescription().cStr()});
  }
  auto value = read(bytes);
  if (!value) return line_error(number, value.error());
  return value;
}

// --- header, end ---------------------------------------------------------------------------------

struct Header {
  ClusterRecord cluster;
  std::uint64_t head = 0;
  std::uint64_t records = 0;
};

std::string header_line(const RegistrySnapshot& snapshot) {
  capnp::MallocMessageBuilder message;
  auto header = message.initRoot<wire::RegistryTextHeader>();
  header.setFormat(kFormat);
  header.setVersion(kRegistryTextVersion);
  header.setRegistryVersion(snapshot.cluster.version);
  header.setCluster(codec::as_text(snapshot.cluster.cluster.text));
  header.setEpoch(snapshot.cluster.epoch.number);
  header.setHead(snapshot.head);
  header.setRecords(snapshot.records.size());
  return line_of<wire::RegistryTextHeader>(header.asReader());
}

void expect_version(const char* what, std::uint32_t got, std::uint32_t most) {
  if (got <= most && got > 0) return;
  codec::fail(got == 0 ? ErrorCode::kCorrupt : ErrorCode::kUnsupported, what,
              "expected 1.." + std::to_string(most) + ", got " + std::to_string(got) +
                  "; hint: import it with the version of Fairlead that wrote it, or a newer one");
}

Result<Header> read_header(BytesView bytes) {
  using Root = wire::RegistryTextHeader;
  return codec::read_message<Root>(bytes, [](Root::Reader in) -> Result<Header> {
    codec::expect(in.getFormat() == kFormat, "format", "it is no export of a registry");
    expect_version("version of the format", in.getVersion(), kRegistryTextVersion);
    expect_version("version of the registry", in.getRegistryVersion(), kRegistryVersion);
    return Header{.cluster = {.version = in.getRegistryVersion(),
                              .cluster = codec::read_id<ClusterId>(in.getCluster(), "cluster id"),
                              .epoch = {in.getEpoch()}},
                  .head = in.getHead(),
                  .records = in.getRecords()};
  });
}

std::string checksum_of(std::string_view text) {
  std::array<char, 9> hex{};
  std::snprintf(hex.data(), hex.size(), "%08x",
                crc32c({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  return hex.data();
}

std::string end_line(std::string_view before) {
  capnp::MallocMessageBuilder message;
  auto end = message.initRoot<wire::RegistryTextEnd>();
  std::string checksum = checksum_of(before);
  end.setCrc32c(codec::as_text(checksum));
  return line_of<wire::RegistryTextEnd>(end.asReader());
}

/// Is the line of the checksum there, and is it that of what stands before it?
Status check_end(std::string_view before, std::string_view end, std::size_t number) {
  using Root = wire::RegistryTextEnd;
  auto checksum = read_line<Root>(end, number, Unknown::kRefuse, [](BytesView bytes) {
    return codec::read_message<Root>(bytes, [](Root::Reader in) -> Result<std::string> {
      return codec::read_text(in.getCrc32c(), limits::kIdCharsMax, "crc32c");
    });
  });
  const char* hint = "it was cut off or changed; take another copy";
  if (!checksum) {
    return Error{
        ErrorCode::kCorrupt,
        "registry export: the line of the checksum is missing; hint: " + std::string(hint)};
  }
  std::string expected = checksum_of(before);
  if (*checksum == expected) return {};
  return Error{ErrorCode::kCorrupt, to_string(Complaint{.what = "registry export: checksum",
                                                        .expected = expected,
                                                        .got = *checksum,
                                                        .hint = hint})};
}

// --- records -------------------------------------------------------------------------------------

std::string record_line(const RegistryRecord& record) {
  EncodedRecord row = encode(record);
  codec::AlignedMessage aligned(row.value);
  capnp::FlatArrayMessageReader message(aligned.words(),
                                        codec::reader_options(aligned.words().size()));
  return line_of<wire::RegistryRecord>(message.getRoot<wire::RegistryRecord>());
}

Result<RegistryRecord> read_record(BytesView bytes) {
  return decode_registry_message(bytes);
}

}  // namespace

Result<RegistrySnapshot> to_snapshot(std::vector<RegistryRecord> records, std::uint64_t head) {
  if (records.empty()) return Error{ErrorCode::kNotFound, "the registry is empty"};
  RegistrySnapshot snapshot{.head = head, .records = {}};
  bool has_cluster = false;
  for (RegistryRecord& record : records) {
    if (const auto* cluster = std::get_if<ClusterRecord>(&record)) {
      snapshot.cluster = *cluster;
      has_cluster = true;
    } else {
      snapshot.records.push_back(std::move(record));
    }
  }
  if (!has_cluster) {
    return Error{ErrorCode::kCorrupt, "registry: the row that names the cluster is missing"};
  }
  std::ranges::sort(snapshot.records, {}, key_of);
  return snapshot;
}

std::string registry_text(const RegistrySnapshot& snapshot) {
  std::string text = header_line(snapshot);
  for (const RegistryRecord& record : snapshot.records) text += record_line(record);
  return text + end_line(text);
}

Result<RegistrySnapshot> read_registry_text(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (lines.empty()) return Error{ErrorCode::kCorrupt, "registry export: it is empty"};
  // A newer version may check itself in another way, so that its number comes first.
  auto header = read_line<wire::RegistryTextHeader>(lines.front(), 1, Unknown::kSkip, read_header);
  if (!header) return header.error();
  std::string_view end = lines.back();
  auto before = static_cast<std::size_t>(end.data() - text.data());
  if (Status whole = check_end(text.substr(0, before), end, lines.size()); !whole) {
    return whole.error();
  }
  std::uint64_t found = lines.size() - std::min<std::size_t>(lines.size(), 2);
  if (found != header->records) {
    return invalid({.what = "registry export: records",
                    .expected = std::to_string(header->records),
                    .got = std::to_string(found)});
  }
  RegistrySnapshot snapshot{.cluster = header->cluster, .head = header->head, .records = {}};
  std::set<std::string> keys = {key_of(snapshot.cluster)};
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    auto record = read_line<wire::RegistryRecord>(lines[i], i + 1, Unknown::kRefuse, read_record);
    if (!record) return record.error();
    if (!keys.insert(key_of(*record)).second) {
      return line_error(i + 1, {ErrorCode::kCorrupt, "a second record " + key_of(*record)});
    }
    snapshot.records.push_back(std::move(*record));
  }
  return snapshot;
}

}  // namespace fairlead
