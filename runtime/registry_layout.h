// Where the shared registry keeps what, below its chroot. docs/decisions/0019-zookeeper-layout.md
// says why. Pure.
//
//   /cluster      the cluster id; public, written once
//   /epoch        the leader's epoch and addresses; public, rewritten by each takeover
//   /heartbeat    rewritten by the leader while it leads
//   /election     one ephemeral sequential node a candidate
//   /head         RegistryHead: which entries count
//   /log          one node an entry: what a commit changed
//   /snapshots    all rows as they were at one entry, in chunks
#pragma once

#include <cstdint>
#include <string>

namespace fairlead {

inline constexpr const char* kClusterPath = "/cluster";
inline constexpr const char* kEpochPath = "/epoch";
inline constexpr const char* kHeartbeatPath = "/heartbeat";
inline constexpr const char* kElectionPath = "/election";
inline constexpr const char* kHeadPath = "/head";
inline constexpr const char* kLogPath = "/log";
inline constexpr const char* kSnapshotsPath = "/snapshots";

/// Names of one length, so that they sort as their numbers do.
std::string entry_name(std::uint64_t entry);
std::string chunk_name(std::uint64_t snapshot, std::uint64_t chunk);

inline std::string entry_path(std::uint64_t entry) {
  return std::string(kLogPath) + "/" + entry_name(entry);
}
inline std::string chunk_path(std::uint64_t snapshot, std::uint64_t chunk) {
  return std::string(kSnapshotsPath) + "/" + chunk_name(snapshot, chunk);
}

}  // namespace fairlead
