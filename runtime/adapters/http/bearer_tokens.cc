#include "runtime/adapters/http/bearer_tokens.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

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

Result<std::string> read_all(int descriptor, const std::string& path) {
  std::string text;
  char block[4096];
  for (;;) {
    const ssize_t got = read(descriptor, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return Error{.code = ErrorCode::kUnavailable,
                   .message = "token file " + path + ": " + std::strerror(errno)};
    }
    if (got == 0) return text;
    text.append(block, static_cast<std::size_t>(got));
    if (text.size() > limits::kConfigBytesMax) {
      return Error{.code = ErrorCode::kExhausted,
                   .message = "token file " + path + ": more than 1 MiB"};
    }
  }
}

}  // namespace

Result<std::vector<BearerToken>> parse_bearer_tokens(std::string_view text, std::string_view name) {
  std::vector<BearerToken> tokens;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    ++number;
    std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    const std::string where = std::string(name) + ":" + std::to_string(number);
    const std::size_t space = line.find(' ');
    const std::string_view secret = line.substr(0, space);
    const bool printable =
        std::all_of(secret.begin(), secret.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (space == std::string_view::npos || !printable || secret.size() < kSecretCharsMin ||
        secret.size() > kSecretCharsMax) {
      // What is there may be a secret: it is not quoted.
      return invalid({.what = "token file",
                      .where = where,
                      .expected = "a token of 16..256 characters, one space, a principal"});
    }
    const std::string_view principal = line.substr(space + 1);
    if (Status good = check_id_text(principal, where + ": principal"); !good) return good.error();
    tokens.push_back({std::string(secret), Principal{std::string(principal)}});
  }
  return tokens;
}

Result<BearerTokens> BearerTokens::open(std::string path) {
  BearerTokens tokens(std::move(path));
  if (Status good = tokens.reload_if_changed(); !good) return good.error();
  return tokens;
}

Status BearerTokens::reload_if_changed() {
  struct stat now {};
  if (stat(path_.c_str(), &now) != 0) {
    return Error{.code = ErrorCode::kNotFound,
                 .message = "token file " + path_ + ": " + std::strerror(errno)};
  }
  const Stamp stamp{.inode = now.st_ino,
                    .bytes = now.st_size,
                    .modified_ns = now.st_mtim.tv_sec * 1'000'000'000 + now.st_mtim.tv_nsec};
  if (stamp == stamp_) return {};
  if ((now.st_mode & 077) != 0) {
    return Error{
        .code = ErrorCode::kDenied,
        .message = "token file " + path_ + ": others may read it; hint: chmod 600 " + path_};
  }
  const int descriptor = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return Error{.code = ErrorCode::kDenied,
                 .message = "token file " + path_ + ": " + std::strerror(errno)};
  }
  Result<std::string> text = read_all(descriptor, path_);
  close(descriptor);
  if (!text) return text.error();
  Result<std::vector<BearerToken>> tokens = parse_bearer_tokens(*text, path_);
  if (!tokens) return tokens.error();
  tokens_ = std::move(*tokens);
  stamp_ = stamp;
  return {};
}

std::optional<Principal> BearerTokens::find(
    std::string_view secret, const std::function<void(const std::string&)>& on_trouble) {
  if (Status good = reload_if_changed(); !good && on_trouble) on_trouble(good.error().message);
  std::optional<Principal> owner;
  for (const BearerToken& token : tokens_) {
    if (same_secret(token.secret, secret)) owner = token.principal;
  }
  return owner;
}

}  // namespace fairlead
