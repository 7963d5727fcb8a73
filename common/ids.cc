#include "common/ids.h"

#include "common/limits.h"

namespace fairlead {
namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool is_role_word(std::string_view word) {
  if (word.empty() || word == "." || word == ".." || word.front() == '-') return false;
  for (char c : word) {
    if (!is_word_character(c)) return false;
  }
  return true;
}

/// Printable form of text that a peer may have filled with anything.
std::string shown(std::string_view text) {
  constexpr std::size_t kShownMax = 60;
  std::string out;
  for (char c : text.substr(0, kShownMax)) out += (c >= 0x20 && c < 0x7f) ? c : '?';
  if (text.size() > kShownMax) out += "…";
  return out;
}

}  // namespace

Status check_id_text(std::string_view text, std::string_view what) {
  bool good = !text.empty() && text.size() <= limits::kIdCharsMax && text.front() != '-' &&
              text.front() != '.';
  for (char c : text) good = good && is_word_character(c);
  if (good) return {};
  return invalid({.what = std::string(what),
                  .expected = "1..128 characters of [A-Za-z0-9._-], not starting with '-' or '.'",
                  .got = shown(text)});
}

Status check_role_name(std::string_view text) {
  if (text == "*") return {};
  bool good = !text.empty() && text.size() <= limits::kRoleCharsMax;
  std::size_t depth = 0;
  std::size_t begin = 0;
  while (good && begin <= text.size()) {
    std::size_t end = text.find('/', begin);
    if (end == std::string_view::npos) end = text.size();
    good = is_role_word(text.substr(begin, end - begin)) && ++depth <= limits::kRoleDepthMax;
    begin = end + 1;
  }
  if (good) return {};
  return invalid({.what = "role name",
                  .expected = "words of [A-Za-z0-9._-] joined by '/', or \"*\"",
                  .got = shown(text),
                  .hint = "for example analytics/ads"});
}

}  // namespace fairlead
