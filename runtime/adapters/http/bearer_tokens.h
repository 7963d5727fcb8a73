// Who may call: a file of `token principal` lines, read again when it changes, so that tokens
// rotate without a restart. Not an authorizer: it only says whose token it is.
// Used by one thread (the HTTP thread). A token is never put into a message.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "runtime/adapters/files/safe_file.h"
#include "runtime/adapters/log/secret_text.h"

namespace fairlead {

struct BearerToken {
  SecretText secret;
  Principal principal;
};

/// Lines `token principal`; blank lines and lines that start with '#' are skipped. A token has
/// 16..256 printable characters without spaces. `name` is the file's name for messages.
Result<std::vector<BearerToken>> parse_bearer_tokens(std::string_view text, std::string_view name);

/// The first token of such a file, or of one that holds only tokens: what a client sends. kDenied
/// when group or others may read the file.
Result<SecretText> read_first_token(const std::string& path);

class BearerTokens {
 public:
  /// Reads the file. kInvalid for a bad line, kDenied when group or others may read it.
  static Result<BearerTokens> open(std::string path);

  /// The owner of `secret`, compared in constant time. Looks first whether the file has changed;
  /// when the new content is bad, the last good one stays in force and `on_trouble` hears of it
  /// once.
  std::optional<Principal> find(std::string_view secret,
                                const std::function<void(const std::string&)>& on_trouble);

 private:
  explicit BearerTokens(std::string path) : path_(std::move(path)) {}
  Status reload();

  std::string path_;
  std::optional<FileMark> mark_;  ///< of the content last read, good or bad
  std::vector<BearerToken> tokens_;
};

}  // namespace fairlead
