#include "runtime/adapters/http/bearer_tokens.h"

#include <algorithm>

#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::size_t kSecretCharsMin = 16;  // shorter ones can be guessed
constexpr std::size_t kSecretCharsMax = 256;

/// Takes the same time for any two texts of one length.
bool same_secret(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference |=
        static_cast<unsigned char>(a[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

bool is_token(std::string_view text) {
  return text.size() >= kSecretCharsMin && text.size() <= kSecretCharsMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Takes the next line that is neither blank nor a comment off the text; empty: there is none.
/// `number` counts all lines.
std::string_view next_line(std::string_view& text, std::size_t& number) {
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') return line;
  }
  return {};
}

/// What is there may be a secret: it is not quoted.
Error bad_line(std::string_view name, std::size_t number, const char* expected) {
  return invalid({.what = "token file",
                  .where = std::string(name) + ":" + std::to_string(number),
                  .expected = expected});
}

}  // namespace

Result<std::vector<BearerToken>> parse_bearer_tokens(std::string_view text, std::string_view name) {
  std::vector<BearerToken> tokens;
  std::size_t number = 0;
  for (std::string_view line = next_line(text, number); !line.empty();
       line = next_line(text, number)) {
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_token(line.substr(0, space))) {
      return bad_line(name, number, "a token of 16..256 characters, one space, a principal");
    }
    const std::string_view principal = line.substr(space + 1);
    const std::string where = std::string(name) + ":" + std::to_string(number) + ": principal";
    if (Status good = check_id_text(principal, where); !good) return good.error();
    tokens.push_back(
        {SecretText(std::string(line.substr(0, space))), Principal{std::string(principal)}});
  }
  return tokens;
}

Result<SecretText> read_first_token(const std::string& path) {
  Result<std::string> text =
      read_file_safely(path, {.bytes_max = limits::kConfigBytesMax, .forbidden_mode = 0077});
  if (!text) return text.error();
  const SecretText wiped_later(std::move(*text));
  std::string_view rest = wiped_later.reveal();
  std::size_t number = 0;
  const std::string_view line = next_line(rest, number);
  const std::string_view token = line.substr(0, line.find(' '));
  if (!is_token(token)) return bad_line(path, number, "a token of 16..256 characters");
  return SecretText(std::string(token));
}

Result<BearerTokens> BearerTokens::open(std::string path) {
  BearerTokens tokens(std::move(path));
  if (Status good = tokens.reload(); !good) return good.error();
  return tokens;
}

Status BearerTokens::reload() {
  mark_ = mark_of_file(path_);
  Result<std::string> text =
      read_file_safely(path_, {.bytes_max = limits::kConfigBytesMax, .forbidden_mode = 0077});
  if (!text) return text.error();
  const SecretText wiped_later(std::move(*text));
  Result<std::vector<BearerToken>> tokens = parse_bearer_tokens(wiped_later.reveal(), path_);
  if (!tokens) return tokens.error();
  tokens_ = std::move(*tokens);
  return {};
}

std::optional<Principal> BearerTokens::find(
    std::string_view secret, const std::function<void(const std::string&)>& on_trouble) {
  if (mark_of_file(path_) != mark_) {
    if (Status good = reload(); !good && on_trouble) on_trouble(good.error().message);
  }
  std::optional<Principal> owner;
  for (const BearerToken& token : tokens_) {
    if (same_secret(token.secret.reveal(), secret)) owner = token.principal;
  }
  return owner;
}

}  // namespace fairlead
