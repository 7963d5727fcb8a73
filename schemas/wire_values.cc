#include "schemas/wire_values.h"

namespace fairlead::codec {

void fail(ErrorCode code, std::string_view field, std::string_view detail) {
  throw Failure{.code = code, .message = std::string(field) + ": " + std::string(detail)};
}

void expect_at_most(std::size_t size, std::size_t most, std::string_view field) {
  if (size <= most) return;
  fail(ErrorCode::kExhausted, field,
       "expected at most " + std::to_string(most) + ", got " + std::to_string(size));
}

std::string read_text(capnp::Text::Reader text, std::size_t bytes_max, std::string_view field) {
  expect_at_most(text.size(), bytes_max, field);
  return std::string(text.begin(), text.size());
}

std::string read_id_text(capnp::Text::Reader text, Presence presence, std::string_view field) {
  std::string_view view(text.begin(), text.size());
  if (view.empty() && presence == Presence::kMayBeEmpty) return {};
  if (Status good = check_id_text(view, field); !good.ok()) {
    throw Failure{.code = ErrorCode::kCorrupt, .message = good.error().message};
  }
  return std::string(view);
}

RoleName read_role(capnp::Text::Reader text, Presence presence, std::string_view field) {
  std::string_view view(text.begin(), text.size());
  if (view.empty() && presence == Presence::kMayBeEmpty) return {};
  if (Status good = check_role_name(view); !good.ok()) {
    fail(ErrorCode::kCorrupt, field, good.error().message);
  }
  return RoleName{std::string(view)};
}

Duration read_duration(std::int64_t ns, std::string_view field) {
  expect(ns >= 0 && ns <= limits::kDurationNsMax, field, "expected 0..100 years in ns");
  return Duration{ns};
}

std::int64_t read_quantity(std::int64_t value, std::string_view field) {
  expect(value >= 0 && value <= limits::kQuantityMax, field, "expected 0..2^52");
  return value;
}

std::vector<std::string> read_texts(capnp::List<capnp::Text>::Reader list, std::size_t most,
                                    std::size_t bytes_max, std::string_view field) {
  return read_list<std::string>(list, most, field, [&](capnp::Text::Reader text) {
    return read_text(text, bytes_max, field);
  });
}

std::vector<RoleName> read_roles(capnp::List<capnp::Text>::Reader list, std::string_view field) {
  return read_list<RoleName>(
      list, limits::kRolesPerFrameworkMax, field,
      [&](capnp::Text::Reader text) { return read_role(text, Presence::kRequired, field); });
}

std::string clipped(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  // A continuation byte 10xxxxxx belongs to the character before it.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return std::string(text.substr(0, end));
}

void write_texts(const std::vector<std::string>& texts, capnp::List<capnp::Text>::Builder list) {
  for (capnp::uint i = 0; i < list.size(); ++i) list.set(i, as_text(texts[i]));
}

void write_roles(const std::vector<RoleName>& roles, capnp::List<capnp::Text>::Builder list) {
  for (capnp::uint i = 0; i < list.size(); ++i) list.set(i, as_text(roles[i].text));
}

std::vector<OfferId> read_offer_ids(capnp::List<std::uint64_t>::Reader list) {
  return read_list<OfferId>(list, limits::kOffersPerFrameworkMax, "offers",
                            [](std::uint64_t number) { return OfferId{number}; });
}

void write_offer_ids(const std::vector<OfferId>& offers, capnp::List<std::uint64_t>::Builder list) {
  for (capnp::uint i = 0; i < list.size(); ++i) list.set(i, offers[i].number);
}

}  // namespace fairlead::codec
