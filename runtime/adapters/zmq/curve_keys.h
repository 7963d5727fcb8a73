// CURVE key pairs and their files. A file holds lines `public <z85>` and `secret <z85>`; '# '
// starts a comment. Thread-safe functions without state.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "runtime/adapters/files/safe_file.h"
#include "runtime/adapters/log/secret_text.h"

namespace fairlead {

struct CurveKeyPair {
  std::string public_key;  ///< 40 characters of z85
  SecretText secret_key;   ///< 40 characters of z85
};

/// True for 40 characters that decode as z85.
bool is_curve_key(std::string_view text);

/// 16 hexadecimal digits that name a public key in logs without showing it (FNV-1a, 64 bits): equal
/// keys have equal ones. For people; nothing is decided by it.
std::string fingerprint_of(std::string_view public_key);

CurveKeyPair make_key_pair();

/// Creates `path` with mode 0600. kConflict when it exists: keys are never overwritten.
Status write_key_pair(const std::string& path, const CurveKeyPair& keys);

/// kDenied when the file is not this user's (or root's) or others may read it; kInvalid when it
/// does not hold a pair that belongs together.
Result<CurveKeyPair> read_key_pair(const std::string& path);

/// The `public` line of a file of any mode: how a client pins its master's key.
Result<std::string> read_public_key(const std::string& path);

}  // namespace fairlead
