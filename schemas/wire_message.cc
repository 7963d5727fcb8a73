#include "schemas/wire_message.h"

#include <algorithm>

#include "schemas/common.capnp.h"

namespace fairlead {
namespace codec {
namespace {

bool is_peer_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

}  // namespace

Bytes to_bytes(capnp::MessageBuilder& message) {
  auto segments = message.getSegmentsForOutput();
  // The table: segment count - 1, each segment's words, padded to whole words.
  std::vector<std::uint32_t> table;
  table.reserve(segments.size() + 2);
  table.push_back(static_cast<std::uint32_t>(segments.size() - 1));
  std::size_t bytes = 0;
  for (auto segment : segments) {
    table.push_back(static_cast<std::uint32_t>(segment.size()));
    bytes += segment.asBytes().size();
  }
  if (table.size() % 2 != 0) table.push_back(0);
  auto table_bytes = kj::arrayPtr(table.data(), table.size()).asBytes();
  Bytes out;
  out.reserve(table_bytes.size() + bytes);
  out.insert(out.end(), table_bytes.begin(), table_bytes.end());
  for (auto segment : segments) {
    auto content = segment.asBytes();
    out.insert(out.end(), content.begin(), content.end());
  }
  return out;
}

void write(const EnvelopeHeader& value, Direction direction, wire::Header::Builder out) {
  out.setProtocol(value.protocol);
  out.setDirection(static_cast<std::uint16_t>(direction));
  out.setEpoch(value.epoch.number);
  out.setSession(value.session.number);
  out.setSequence(value.sequence);
  out.setAnswers(value.answers.number);
  out.setLeaseNs(value.lease_ns);
  put(out, &wire::Header::Builder::setCluster, value.cluster.text);
  put(out, &wire::Header::Builder::setPeer, value.peer.text);
}

EnvelopeHeader read(wire::Header::Reader in) {
  EnvelopeHeader value;
  value.protocol = in.getProtocol();
  value.cluster = read_id<ClusterId>(in.getCluster(), "cluster id", Presence::kMayBeEmpty);
  value.epoch = Epoch{in.getEpoch()};
  value.session = Session{in.getSession()};
  value.sequence = in.getSequence();
  value.answers = {in.getAnswers()};
  value.peer = PeerId{read_text(in.getPeer(), limits::kPeerCharsMax, "peer id")};
  expect(is_peer_text(value.peer.text), "peer id", "expected printable characters");
  value.lease_ns = in.getLeaseNs();
  expect(value.lease_ns >= 0, "lease", "expected 0 or more ns");
  return value;
}

void expect_readable(wire::Header::Reader in, Direction direction) {
  if (in.getProtocol() != kProtocolVersion) {
    fail(ErrorCode::kUnsupported, "protocol version",
         "expected " + std::to_string(kProtocolVersion) + ", got " +
             std::to_string(in.getProtocol()) + "; hint: upgrade the older side");
  }
  expect(in.getDirection() == static_cast<std::uint16_t>(direction), "envelope",
         "it is meant for another kind of receiver");
}

AlignedMessage::AlignedMessage(BytesView bytes) : words_(bytes.size() / sizeof(capnp::word)) {
  expect_at_most(bytes.size(), limits::kMessageBytesMax, "message bytes");
  expect(!bytes.empty() && bytes.size() % sizeof(capnp::word) == 0, "message",
         "expected whole words of 8 bytes");
  std::uint64_t* target = inline_.data();
  if (words_ > kInlineWords) {
    heap_.resize(words_);
    target = heap_.data();
  }
  std::memcpy(target, bytes.data(), bytes.size());
}

kj::ArrayPtr<const capnp::word> AlignedMessage::words() const {
  const std::uint64_t* source = words_ > kInlineWords ? heap_.data() : inline_.data();
  return kj::arrayPtr(reinterpret_cast<const capnp::word*>(source), words_);
}

capnp::ReaderOptions reader_options(std::size_t words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords =
      std::min<std::uint64_t>(2 * words + 64, limits::kTraversalWordsMax);
  options.nestingLimit = limits::kNestingMax;
  return options;
}

Error failure_of(const kj::Exception& exception) {
  return Error{.code = ErrorCode::kCorrupt,
               .message = "message: " +
                          clipped(exception.getDescription().cStr(), limits::kErrorCharsMax / 2)};
}

}  // namespace codec

Result<EnvelopeHeader> peek_header(BytesView bytes) {
  using Out = Result<EnvelopeHeader>;
  return codec::read_message<wire::AnyEnvelope>(bytes, [](wire::AnyEnvelope::Reader root) -> Out {
    codec::expect(root.hasHeader(), "envelope", "it has no header");
    return codec::read(root.getHeader());
  });
}

}  // namespace fairlead
