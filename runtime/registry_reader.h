// Follows the shared registry: the snapshot once, then only the entries that are new. What a
// standby keeps warm and what a leader starts from. It never writes. Owned by ZnodeStore or a
// standby. Loop's thread only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/limits.h"
#include "runtime/registry_log.h"
#include "runtime/znodes.h"

namespace fairlead {

class RegistryReader {
 public:
  /// `nodes` must outlive the reader. `name` is for messages: "zk://…/fairlead".
  RegistryReader(Znodes& nodes, std::string name) : nodes_(nodes), name_(std::move(name)) {}

  /// Applies what was committed since the last call, up to a head that was read after this began.
  /// Blocks, at most about `span_max`. kCorrupt, kUnsupported: by a node's content, or an entry is
  /// missing; kConflict: the registry is older than what was read before; kUnavailable: no answer.
  /// After an error the rows are those of some earlier head.
  Status catch_up(Duration span_max);

  const RegistryHead& head() const { return head_; }
  std::int32_t head_version() const { return head_version_; }
  const RegistryRows& rows() const { return rows_; }
  RegistryRows& rows() { return rows_; }
  std::size_t snapshot_bytes() const { return snapshot_bytes_; }
  std::size_t log_bytes() const { return log_bytes_; }  ///< of the entries after the snapshot

 private:
  struct Fetched {
    Bytes data;
    bool missing = false;
  };

  Status read_head();
  /// False: it is another one by now, so the head must be read again.
  Result<bool> read_snapshot();
  Result<bool> read_entries();
  Result<std::vector<Fetched>> fetch(const std::vector<std::string>& paths);
  Status apply(const std::string& path, std::uint64_t expected, const Bytes& data);
  Error error(ErrorCode code, const std::string& what, const std::string& hint = {}) const;

  Znodes& nodes_;
  const std::string name_;
  Duration span_max_;
  RegistryHead head_;
  std::int32_t head_version_ = 0;
  RegistryRows rows_;
  std::uint64_t applied_ = 0;           ///< the last entry that is in rows_
  std::uint64_t snapshot_applied_ = 0;  ///< the snapshot that they began with
  std::size_t snapshot_bytes_ = 0;
  std::size_t log_bytes_ = 0;
};

}  // namespace fairlead
