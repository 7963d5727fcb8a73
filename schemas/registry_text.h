// A whole registry as text, for backups: JSON lines that people can read, the same for every store.
// The first line says whose it is, the last one carries a CRC-32C over all bytes before it, between
// them stands one record a line. Knows no file and no store. Pure functions, thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/records.h"
#include "common/result.h"

namespace fairlead {

inline constexpr std::uint32_t kRegistryTextVersion = 1;

struct RegistrySnapshot {
  ClusterRecord cluster;                ///< whose it is, and the last epoch that wrote it
  std::uint64_t head = 0;               ///< the last entry of a shared registry; 0: of none
  std::vector<RegistryRecord> records;  ///< all others, in the order of their keys
  friend bool operator==(const RegistrySnapshot&, const RegistrySnapshot&) = default;
};

/// `records` as a store held them. kCorrupt: rows without the registry's own one; kNotFound: none.
Result<RegistrySnapshot> to_snapshot(std::vector<RegistryRecord> records, std::uint64_t head);

/// O(bytes).
std::string registry_text(const RegistrySnapshot& snapshot);

/// The inverse. Errors name the line: kCorrupt (no export, cut off, checksum, a damaged record),
/// kUnsupported (of a newer version, named first of all).
Result<RegistrySnapshot> read_registry_text(std::string_view text);

}  // namespace fairlead
