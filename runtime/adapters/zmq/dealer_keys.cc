#include "runtime/adapters/zmq/dealer_keys.h"

#include <utility>

namespace fairlead {

Result<std::optional<DealerKeys>> read_dealer_keys(const DealerKeyFiles& files) {
  if (files.own.empty() != files.master.empty()) {
    return invalid({.what = "flags --key-file and --master-key-file",
                    .where = {},
                    .expected = "both or none",
                    .got = "one",
                    .hint = {}});
  }
  if (files.own.empty()) return std::optional<DealerKeys>();
  Result<CurveKeyPair> own = read_key_pair(files.own);
  if (!own) return own.error();
  Result<std::string> master = read_public_key(files.master);
  if (!master) return master.error();
  return std::optional(DealerKeys{std::move(*own), std::move(*master)});
}

}  // namespace fairlead
