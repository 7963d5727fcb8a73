// Reading single fields with their bounds, and writing them. Private to schemas/: sees Cap'n Proto.
// A reader that dislikes what it sees throws a Failure; wire_message.h catches it. Thread-safe.
#pragma once

#include <capnp/common.h>
#include <capnp/list.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/limits.h"
#include "common/time.h"

namespace fairlead::codec {

/// Thrown and caught inside schemas/ only. kUnsupported means: a newer sender's, not a damage.
struct Failure {
  ErrorCode code = ErrorCode::kCorrupt;
  std::string message;
};

[[noreturn]] void fail(ErrorCode code, std::string_view field, std::string_view detail);
inline void expect(bool holds, std::string_view field, std::string_view detail) {
  if (!holds) fail(ErrorCode::kCorrupt, field, detail);
}
/// kExhausted when `size` is above `most`.
void expect_at_most(std::size_t size, std::size_t most, std::string_view field);

// --- reading -------------------------------------------------------------------------------------

enum class Presence { kRequired, kMayBeEmpty };

std::string read_text(capnp::Text::Reader text, std::size_t bytes_max, std::string_view field);
/// Text that check_id_text accepts.
std::string read_id_text(capnp::Text::Reader text, Presence presence, std::string_view field);
RoleName read_role(capnp::Text::Reader text, Presence presence, std::string_view field);
/// 0..limits::kDurationNsMax.
Duration read_duration(std::int64_t ns, std::string_view field);
/// 0..limits::kQuantityMax.
std::int64_t read_quantity(std::int64_t value, std::string_view field);

template <class Id>
Id read_id(capnp::Text::Reader text, std::string_view field,
           Presence presence = Presence::kRequired) {
  return Id{read_id_text(text, presence, field)};
}

/// One value per element, each by `read_one(element)`.
template <class Value, class List, class ReadOne>
std::vector<Value> read_list(const List& list, std::size_t most, std::string_view field,
                             ReadOne read_one) {
  expect_at_most(list.size(), most, field);
  std::vector<Value> values;
  values.reserve(list.size());
  for (auto element : list) values.push_back(read_one(element));
  return values;
}

std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader list, std::size_t most,
                                    std::size_t bytes_max, std::string_view field);
std::vector<RoleName> read_roles(capnp::List<capnp::Text>::Reader list, std::string_view field);

/// At most limits::kOffersPerFrameworkMax.
std::vector<OfferId> read_offer_ids(capnp::List<std::uint64_t>::Reader list);

// --- writing -------------------------------------------------------------------------------------

inline capnp::Text::Reader as_text(const std::string& text) {
  return capnp::Text::Reader(text.data(), text.size());
}

/// Empty text costs nothing on the wire.
template <class Builder>
void put(Builder& out, void (Builder::*set)(capnp::Text::Reader), const std::string& text) {
  if (!text.empty()) (out.*set)(as_text(text));
}

/// Text for people: at most `bytes_max`, cut between characters of UTF-8.
std::string clipped(std::string_view text, std::size_t bytes_max);

template <class Builder>
void put_clipped(Builder& out, void (Builder::*set)(capnp::Text::Reader), const std::string& text,
                 std::size_t bytes_max) {
  if (text.size() <= bytes_max) return put(out, set, text);
  put(out, set, clipped(text, bytes_max));
}

template <class Values>
capnp::uint count_of_list(const Values& values) {
  return static_cast<capnp::uint>(values.size());
}

/// Fills a list that was made with the right size, each element by `write_one(value, builder)`.
template <class Values, class ListBuilder, class WriteOne>
void write_list(const Values& values, ListBuilder list, WriteOne write_one) {
  capnp::uint i = 0;
  for (const auto& value : values) write_one(value, list[i++]);
}

void write_texts(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder list);
void write_roles(const std::vector<RoleName>& roles, capnp::List<capnp::Text>::Builder list);

/// REQUIRES a list of as many elements.
void write_offer_ids(const std::vector<OfferId>& offers, capnp::List<std::uint64_t>::Builder list);

}  // namespace fairlead::codec
