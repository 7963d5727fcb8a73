// Resources as people write them, and back: name, then whose, then what it is made of.
//
//   cpus(a):4                            reserved by the agent's configuration
//   cpus(a,a/b@alice):4                  on top of that for a/b, by alice, as an operation
//   disk(a@alice){volume:db:data}:10GiB  a persistent volume
#include <map>
#include <utility>

#include "common/amounts_text.h"
#include "common/limits.h"
#include "common/resources.h"

namespace fairlead {
namespace {

constexpr std::string_view kRevocable = "{revocable}";
constexpr std::string_view kShared = "{shared}";
constexpr std::string_view kVolume = "{volume:";
constexpr std::string_view kHexDigits = "0123456789ABCDEF";

Error unreadable(std::string_view entry, const char* expected, std::string_view got) {
  return invalid({.what = "resources",
                  .where = std::string(entry.substr(0, limits::kIdCharsMax)),
                  .expected = expected,
                  .got = std::string(got.substr(0, limits::kIdCharsMax)),
                  .hint = {}});
}

// --- names of principals and paths: any text, within a grammar that has its own signs ------------

bool stands_for_itself(char c) {
  bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_word || std::string_view("._-/").find(c) != std::string_view::npos;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (stands_for_itself(c)) {
      out += c;
    } else {
      out += {'%', kHexDigits[byte >> 4], kHexDigits[byte & 15]};
    }
  }
  return out;
}

Result<std::string> unescaped(std::string_view entry, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (stands_for_itself(text[i])) {
      out += text[i];
      continue;
    }
    std::size_t high = i + 2 < text.size() ? kHexDigits.find(text[i + 1]) : std::string::npos;
    std::size_t low = i + 2 < text.size() ? kHexDigits.find(text[i + 2]) : std::string::npos;
    if (text[i] != '%' || high == std::string::npos || low == std::string::npos) {
      return unreadable(entry, "[A-Za-z0-9._/-], other characters as %2F", text);
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// --- reading -------------------------------------------------------------------------------------

/// ROLE or ROLE@PRINCIPAL.
Result<Reservation> read_reservation(std::string_view entry, std::string_view text) {
  std::size_t at = text.find('@');
  std::string_view role = text.substr(0, at);
  Status named = check_role_name(role);
  if (!named) return named.error();
  Reservation read{.role = {std::string(role)}, .principal = {}};
  if (at == std::string_view::npos) return read;
  Result<std::string> principal = unescaped(entry, text.substr(at + 1));
  if (!principal) return principal.error();
  read.kind = ReservationKind::kDynamic;
  read.principal = {std::move(*principal)};
  return read;
}

/// "a,a/b@alice": each within the one before.
Result<RareVector<Reservation>> read_reservations(std::string_view entry, std::string_view text) {
  RareVector<Reservation> stack;
  if (text == "*") return stack;
  while (true) {
    std::size_t comma = std::min(text.find(','), text.size());
    Result<Reservation> one = read_reservation(entry, text.substr(0, comma));
    if (!one) return one.error();
    bool is_first = stack.empty();
    bool is_refined = is_first || (is_ancestor_or_self(stack.back().role, one->role) &&
                                   stack.back().role != one->role);
    bool is_ordered = is_first || one->kind == ReservationKind::kDynamic;
    if (!is_refined || !is_ordered || one->role.text == "*") {
      return unreadable(entry, "reservations like (a) or (a,a/b@who), each for a sub-role", text);
    }
    stack.push_back(std::move(*one));
    if (comma == text.size()) return stack;
    text.remove_prefix(comma + 1);
  }
}

/// "ID:PATH"
Result<Volume> read_volume(std::string_view entry, std::string_view text) {
  std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return unreadable(entry, "{volume:ID:PATH}", text);
  Status named = check_id_text(text.substr(0, colon), "volume id");
  if (!named) return named.error();
  Result<std::string> path = unescaped(entry, text.substr(colon + 1));
  if (!path) return path.error();
  return Volume{std::string(text.substr(0, colon)), std::move(*path)};
}

/// Takes `end` off the end of `name`.
bool take_end(std::string_view& name, std::string_view end) {
  if (!name.ends_with(end)) return false;
  name.remove_suffix(end.size());
  return true;
}

/// What stands behind the name of a resource; `name` loses it.
Result<LotKind> read_kind(std::string_view& name) {
  const std::string_view entry = name;
  LotKind kind;
  std::size_t volume = name.find(kVolume);
  if (volume != std::string_view::npos && name.ends_with('}')) {
    std::size_t begin = volume + kVolume.size();
    Result<Volume> read = read_volume(entry, name.substr(begin, name.size() - begin - 1));
    if (!read) return read.error();
    kind.volume = std::move(*read);
    name = name.substr(0, volume);
  }
  kind.shared = take_end(name, kShared);
  kind.revocable = take_end(name, kRevocable);
  std::size_t open = name.find('(');
  if (open == std::string_view::npos || !name.ends_with(')')) return kind;
  Result<RareVector<Reservation>> stack =
      read_reservations(entry, name.substr(open + 1, name.size() - open - 2));
  if (!stack) return stack.error();
  kind.reservations = std::move(*stack);
  name = name.substr(0, open);
  return kind;
}

std::string suffix_of(const LotKind& kind) {
  std::string text;
  for (const Reservation& one : kind.reservations) {
    text += (text.empty() ? "(" : ",") + one.role.text;
    if (one.kind == ReservationKind::kDynamic) text += "@" + escaped(one.principal.text);
  }
  if (!text.empty()) text += ")";
  if (kind.revocable) text += kRevocable;
  if (kind.shared) text += kShared;
  if (!kind.volume) return text;
  return text + std::string(kVolume) + kind.volume->id + ":" +
         escaped(kind.volume->container_path) + "}";
}

}  // namespace

Result<Resources> parse_resources(std::string_view text) {
  Result<std::vector<NamedText>> entries = split_resource_text(text);
  if (!entries) return entries.error();
  std::map<LotKind, Amounts> by_kind;
  for (const NamedText& entry : *entries) {
    std::string_view name = entry.name;
    Result<LotKind> kind = read_kind(name);
    if (!kind) return kind.error();
    Status read = read_amount(name, entry.value, by_kind[*kind]);
    if (!read) return read.error();
  }
  Resources resources;
  for (auto& [kind, amounts] : by_kind) {
    sort_by_name(amounts);
    if (!amounts.is_zero()) resources.lots.push_back({kind, std::move(amounts)});
  }
  return resources;
}

std::string to_string(const Resources& resources) {
  std::string text;
  for (const Lot& lot : resources.lots) {
    text += (text.empty() ? "" : ";") + to_string(lot.amounts, suffix_of(lot.kind));
  }
  return text;
}

}  // namespace fairlead
