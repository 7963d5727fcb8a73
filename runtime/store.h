// A small durable map with group commit: the master's registry, an agent's checkpoint, a
// framework's write-ahead record. `commit` answers by an outcome, later, in the order of the
// commits; a core acts on what it wrote only after kPersisted.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/bytes.h"
#include "common/ids.h"
#include "common/result.h"

namespace fairlead {

struct StoreWrite {
  std::string key;             ///< "task/<framework>/<task>": printable, at most 512 characters
  std::optional<Bytes> value;  ///< nullopt erases
};

/// All writes of a batch take effect or none.
struct StoreBatch {
  Ticket ticket;
  std::vector<StoreWrite> writes;
};

enum class StoreOutcome {
  kPersisted,  ///< on stable storage
  kRefused,    ///< nothing was written (full disk, newer head); the store stays usable
  kUnknown,    ///< the link broke in between; read the head again
};

struct StoreRow {
  std::string key;
  Bytes value;
};

struct StoreContents {
  std::vector<StoreRow> rows;  ///< sorted by key
  /// Keys whose bytes failed their checksum. Their rows are left as they are, and named at each
  /// load, until a write to the key takes their place: who dies before that finds them again.
  std::vector<std::string> quarantined;
};

using StoreOutcomeHandler = std::function<void(Ticket, StoreOutcome, std::string reason)>;

class Store {
 public:
  virtual ~Store() = default;
  /// Everything that is stored. Blocks; called once before the loop runs.
  virtual Result<StoreContents> load() = 0;
  /// Never blocks on the disk. Outcomes come in commit order on the loop's thread.
  virtual void commit(StoreBatch batch) = 0;
};

}  // namespace fairlead
