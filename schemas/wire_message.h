// From a Cap'n Proto message to bytes and back, and the part of envelopes that does not depend on
// the direction. Private to schemas/: sees Cap'n Proto. Thread-safe.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "common/bytes.h"
#include "common/envelope.h"
#include "schemas/codec.h"
#include "schemas/common.capnp.h"
#include "schemas/wire_values.h"

namespace fairlead::codec {

/// Numbers on the wire: an envelope that reached the wrong decoder is refused, not misread.
enum class Direction : std::uint16_t {
  kAgentToMaster = 1,
  kMasterToAgent = 2,
  kFrameworkToMaster = 3,
  kMasterToFramework = 4,
};

// --- building ------------------------------------------------------------------------------------

/// The segments with their table, in one exact allocation.
Bytes to_bytes(capnp::MessageBuilder& message);

/// Builds one message with `fill(root)`. Small ones stay in a scratch segment on the stack.
template <class Root, class Fill>
Bytes build(Fill fill) {
  constexpr std::size_t kScratchWords = 512;
  std::array<std::uint64_t, kScratchWords> scratch{};  // Cap'n Proto needs zeros
  capnp::MallocMessageBuilder message(
      kj::arrayPtr(reinterpret_cast<capnp::word*>(scratch.data()), scratch.size()));
  fill(message.initRoot<Root>());
  return to_bytes(message);
}

void write(const EnvelopeHeader& value, Direction direction, wire::Header::Builder out);

/// `write_one(message, builder)` sets one member of the direction's union.
template <class Root, class Message, class WriteOne>
Bytes encode_envelope(const Envelope<Message>& envelope, Direction direction, WriteOne write_one) {
  return build<Root>([&](typename Root::Builder root) {
    write(envelope.header, direction, root.initHeader());
    if (envelope.messages.empty()) return;
    write_list(envelope.messages, root.initMessages(count_of_list(envelope.messages)), write_one);
  });
}

// --- reading -------------------------------------------------------------------------------------

/// Bytes of a message, aligned for Cap'n Proto (a ZeroMQ frame is not).
class AlignedMessage {
 public:
  /// Throws a Failure when the size is impossible.
  explicit AlignedMessage(BytesView bytes);
  kj::ArrayPtr<const capnp::word> words() const;

 private:
  static constexpr std::size_t kInlineWords = 512;
  std::size_t words_;
  std::array<std::uint64_t, kInlineWords> inline_;  // not initialised: it is overwritten
  std::vector<std::uint64_t> heap_;
};

/// Every byte is read about once by an honest message, so that much more is an attack.
capnp::ReaderOptions reader_options(std::size_t words);

Error failure_of(const kj::Exception& exception);

/// `use(root reader)` returns Result<T>. Whatever it or Cap'n Proto throws becomes an Error:
/// getters throw as late as they please, so all of them are called in here.
template <class Root, class Use>
auto read_message(BytesView bytes, Use use) -> decltype(use(typename Root::Reader())) {
  try {
    AlignedMessage aligned(bytes);
    capnp::FlatArrayMessageReader message(aligned.words(), reader_options(aligned.words().size()));
    expect(message.getEnd() == aligned.words().end(), "message", "bytes follow its end");
    return use(message.getRoot<Root>());
  } catch (const Failure& failure) {
    return Error{.code = failure.code, .message = failure.message};
  } catch (const kj::Exception& exception) {
    return failure_of(exception);
  }
}

EnvelopeHeader read(wire::Header::Reader in);
/// Throws kUnsupported for another protocol version, kCorrupt for another direction.
void expect_readable(wire::Header::Reader in, Direction direction);

/// `read_one(builder)` returns std::optional<Message>: nothing for a member that it does not know.
template <class Root, class Message, class ReadOne>
Result<Envelope<Message>> decode_envelope(BytesView bytes, Direction direction, DecodeStats* stats,
                                          ReadOne read_one) {
  using Out = Result<Envelope<Message>>;
  return read_message<Root>(bytes, [&](typename Root::Reader root) -> Out {
    Envelope<Message> envelope;
    expect(root.hasHeader(), "envelope", "it has no header");
    wire::Header::Reader header = root.getHeader();
    expect_readable(header, direction);
    envelope.header = read(header);
    auto messages = root.getMessages();
    expect_at_most(messages.size(), limits::kEnvelopeMessagesMax, "messages");
    envelope.messages.reserve(messages.size());
    std::size_t skipped = 0;
    for (auto message : messages) {
      try {
        std::optional<Message> value = read_one(message);
        if (value) {
          envelope.messages.push_back(*std::move(value));
        } else {
          ++skipped;
        }
      } catch (const Failure& failure) {
        if (failure.code != ErrorCode::kUnsupported) throw;
        ++skipped;
      }
    }
    if (stats != nullptr) stats->skipped = skipped;
    return envelope;
  });
}

}  // namespace fairlead::codec
