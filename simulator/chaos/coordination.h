// The coordination service of the simulated world: sessions, election in the order of joining, and
// the registry that masters write under a fence (epoch and head). It stands for an ensemble that
// never loses what it accepted; reaching it is what fails. Owned by a World; not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/store.h"
#include "simulator/chaos/stage.h"

namespace fairlead::chaos {

inline constexpr Duration kSessionTimeout = seconds(2);

/// What a writer believes to be true.
struct Fence {
  Epoch epoch;
  std::uint64_t head = 0;
};

/// The registry as it was at one moment.
struct Snapshot {
  StoreContents contents;
  Fence fence;
};

class Coordination {
 public:
  Coordination(Stage& stage, HostId host) : stage_(stage), host_(host) {}

  HostId host() const { return host_; }

  // --- sessions and election ---
  /// Opens a session and stands for election; the handle is never 0. That a session is over its
  /// owner learns when it next tries to keep it.
  std::uint64_t join(std::function<void()> on_elected);
  /// Keeps the session for kSessionTimeout from now. False when it is over.
  bool keep_alive(std::uint64_t session);
  /// Ends the session now: the owner's supervisor closes it, or it has expired.
  void end_session(std::uint64_t session);
  /// The session of whoever is elected; 0: nobody.
  std::uint64_t elected() const { return sessions_.empty() ? 0 : sessions_.begin()->first; }

  // --- who leads, as peers look it up ---
  void publish(std::size_t master);
  std::size_t look_up(std::size_t nobody);

  // --- registry ---
  /// May be stale: then it is what was true before the last write.
  Snapshot read();
  /// Takes effect only under the newest fence; then the head moves on by one. `leads` is the epoch
  /// that the writer takes over with this write, or its own.
  bool write(const Fence& fence, const StoreBatch& batch, Epoch leads);
  const std::map<std::string, Bytes>& rows() const { return rows_; }
  Epoch epoch() const { return fence_.epoch; }

 private:
  struct Session {
    std::function<void()> on_elected;
    Instant expires;
    bool is_told = false;
  };

  void check_expiry(std::uint64_t session);
  void elect();

  Stage& stage_;
  const HostId host_;
  std::map<std::uint64_t, Session> sessions_;  ///< in the order of joining
  std::uint64_t sessions_made_ = 0;
  std::vector<std::size_t> published_;  ///< the newest last; at most two
  std::map<std::string, Bytes> rows_;
  std::map<std::string, Bytes> rows_before_;
  Fence fence_;
  Fence fence_before_;
};

}  // namespace fairlead::chaos
