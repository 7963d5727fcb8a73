// A client's CURVE keys from its two files, as every program with --key-file and --master-key-file
// reads them. A function; thread-safe.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "runtime/adapters/zmq/curve_keys.h"

namespace fairlead {

/// What a client needs for CURVE.
struct DealerKeys {
  CurveKeyPair own;
  std::string server_public_key;  ///< pinned by file (read_public_key), 40 characters of z85
};

struct DealerKeyFiles {
  std::string own;     ///< --key-file; "": no CURVE
  std::string master;  ///< --master-key-file; with `own`
};

/// nullopt without files. kInvalid when only one is given; else the errors of read_key_pair and
/// read_public_key.
Result<std::optional<DealerKeys>> read_dealer_keys(const DealerKeyFiles& files);

}  // namespace fairlead
