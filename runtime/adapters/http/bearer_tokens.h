// Who may call: a file of `token principal` lines, read again when it changes, so that tokens
// rotate without a restart. Not an authorizer: it only says whose token it is.
// Used by one thread (the HTTP thread). A token is never put into a message.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/result.h"

namespace fairlead {

struct BearerToken {
  std::string secret;
  Principal principal;
};

/// Lines `token principal`; blank lines and lines that start with '#' are skipped. A token has
/// 16..256 printable characters without spaces. `name` is the file's name for messages.
Result<std::vector<BearerToken>> parse_bearer_tokens(std::string_view text, std::string_view name);

class BearerTokens {
 public:
  /// Reads the file. kInvalid for a bad line, kDenied when group or others may read it.
  static Result<BearerTokens> open(std::string path);

  /// The owner of `secret`, compared in constant time. Looks first whether the file has changed;
  /// when the new content is bad, the last good one stays in force and `on_trouble` hears of it.
  std::optional<Principal> find(std::string_view secret,
                                const std::function<void(const std::string&)>& on_trouble);

 private:
  /// What tells one content of the file from the next.
  struct Stamp {
    std::uint64_t inode = 0;
    std::int64_t bytes = -1;
    std::int64_t modified_ns = 0;
    friend bool operator==(const Stamp&, const Stamp&) = default;
  };

  explicit BearerTokens(std::string path) : path_(std::move(path)) {}
  Status reload_if_changed();

  std::string path_;
  Stamp stamp_;
  std::vector<BearerToken> tokens_;
};

}  // namespace fairlead
