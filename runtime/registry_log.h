// The bytes of the shared registry's nodes, and the rows that come of them. An entry is what one
// commit changed; a snapshot's chunk is an entry too, which holds every row. Pure, any thread.
//
// An entry carries two kinds of CRC-32C: one over everything but the values (a damaged one hides
// which rows there are, so nothing of the entry can be believed), and one a row over key and value
// (a damaged one costs that row only).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "common/ids.h"
#include "runtime/store.h"

namespace fairlead {

/// What counts: the snapshot and the entries after it up to `entry`. What lies above `entry` is a
/// commit that was never finished, what lies below `snapshot` is waste.
struct RegistryHead {
  Epoch epoch;                 ///< of whoever wrote it
  std::uint64_t entry = 0;     ///< the last one; 0: none yet
  std::uint64_t snapshot = 0;  ///< the last entry that is in the snapshot; 0: no snapshot
  std::uint64_t chunks = 0;    ///< of the snapshot

  friend bool operator==(const RegistryHead&, const RegistryHead&) = default;
};

/// One line of text, for people too.
Bytes encode_registry_head(const RegistryHead& head);
/// kCorrupt: not a head. kUnsupported: of a newer version.
Result<RegistryHead> decode_registry_head(BytesView bytes);

struct RegistryRow {
  std::string key;
  std::optional<Bytes> value;  ///< nullopt erases
  bool damaged = false;        ///< the value cannot be believed; only read, never written
};

struct RegistryEntry {
  Epoch epoch;
  std::uint64_t entry = 0;
  std::vector<RegistryRow> rows;
};

/// Bytes that `write` takes inside an entry.
std::size_t row_bytes(const StoreWrite& write);
/// The largest row that fits an entry of its own.
std::size_t row_bytes_max();

/// `writes` as entries from `first` on, each at most limits::kZnodeBytesMax; one at least.
/// REQUIRES: row_bytes(w) <= row_bytes_max() for each.
std::vector<Bytes> encode_registry_entries(Epoch epoch, std::uint64_t first,
                                           const std::vector<const StoreWrite*>& writes);
/// The same for all of a snapshot: every chunk carries the number `snapshot`.
std::vector<Bytes> encode_registry_snapshot(Epoch epoch, std::uint64_t snapshot,
                                            const std::map<std::string, Bytes>& rows);
/// kCorrupt: keys or lengths are damaged. kUnsupported: of a newer version.
Result<RegistryEntry> decode_registry_entry(BytesView bytes);

/// The rows after some entries. A damaged row stays away, with what it had before, until it is
/// written anew.
class RegistryRows {
 public:
  void apply(const StoreWrite& write);
  void apply(const RegistryEntry& entry);
  StoreContents contents() const;

  const std::map<std::string, Bytes>& rows() const { return rows_; }
  bool has_damage() const { return !damaged_.empty(); }

 private:
  std::map<std::string, Bytes> rows_;
  std::set<std::string> damaged_;
};

}  // namespace fairlead
