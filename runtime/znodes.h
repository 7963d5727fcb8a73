// A small tree of versioned nodes that several processes share, as ZooKeeper keeps it: the port
// under the registry and the election. One object is one session; when the session ends the object
// is dead and its owner makes another. Not a general client: no ACLs by node, no recursive
// anything. Loop's thread only; callbacks come on the loop's thread, in the order of the answers.
//
// Invariant 1: what is asked for without a connection waits for the next one. kConnectionLost says:
//              sent, the answer was lost, a write may have happened.
// Invariant 2: each callback is called at most once, and exactly once while the object lives.
// Invariant 3: reads of a session see everything that a write of the same session saw.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/bytes.h"
#include "common/time.h"

namespace fairlead {

enum class ZnodeStatus {
  kOk,
  kNoNode,
  kNodeExists,
  kBadVersion,
  kNotEmpty,
  kDenied,          ///< the node's access list does not let these credentials
  kConnectionLost,  ///< a write may have happened or not; the session may live on
  kSessionEnded,    ///< never answered again; a write that was sent may have happened or not
  kTooLarge,        ///< refused here, nothing was sent
  kFailed,          ///< anything else; the reason says what
};

/// "no such node", …: for messages to people.
const char* to_string(ZnodeStatus status);

enum class ZnodeKind {
  kPersistent,
  kEphemeral,            ///< goes when the session ends
  kEphemeralSequential,  ///< and the server appends ten digits that grow
};

/// Whoever has no credentials may read kPublic and nothing else.
enum class ZnodeAccess { kOwner, kPublic };

inline constexpr std::int32_t kAnyVersion = -1;

struct CreateZnode {
  std::string path;
  Bytes data;
  ZnodeKind kind = ZnodeKind::kPersistent;
  ZnodeAccess access = ZnodeAccess::kOwner;
};
struct WriteZnode {
  std::string path;
  Bytes data;
  std::int32_t version = kAnyVersion;  ///< the write bumps it by one
};
struct EraseZnode {
  std::string path;
  std::int32_t version = kAnyVersion;
};
struct CheckZnode {
  std::string path;
  std::int32_t version = kAnyVersion;
};
using ZnodeOp = std::variant<CreateZnode, WriteZnode, EraseZnode, CheckZnode>;

struct ZnodeWritten {
  ZnodeStatus status = ZnodeStatus::kOk;
  std::size_t failed_op = 0;         ///< which one, when the status is about a node
  std::vector<std::string> created;  ///< paths of CreateZnode, in order
  std::string reason;
};
struct ZnodeRead {
  ZnodeStatus status = ZnodeStatus::kOk;
  Bytes data;
  std::int32_t version = 0;
  std::string reason;
};
struct ZnodeList {
  ZnodeStatus status = ZnodeStatus::kOk;
  std::vector<std::string> names;  ///< without the parent's path, sorted
  std::string reason;
};

/// Who may change a node.
struct ZnodeAudit {
  ZnodeStatus status = ZnodeStatus::kOk;
  bool others_may_change = false;  ///< somebody without our credentials
  std::string access;              ///< for people: "world:anyone:cdrwa"
};

enum class ZnodePhase {
  kConnecting,  ///< never yet, or cut off; the session may live on
  kConnected,
  kEnded,  ///< expired, closed or refused; final
};

class Znodes {
 public:
  virtual ~Znodes() = default;

  /// `on_changed` is called at most once: after the node changed or went, if it was there.
  virtual void read(std::string path, std::function<void(ZnodeRead)> on_read,
                    std::function<void()> on_changed = {}) = 0;
  /// Names of the children. `on_changed` as above, for their coming and going.
  virtual void list(std::string path, std::function<void(ZnodeList)> on_list,
                    std::function<void()> on_changed = {}) = 0;
  /// All of `ops` or none, at most limits::kZnodeOpsMax; in order, so that an op sees the ones
  /// before it. kTooLarge when data or the whole exceeds its bound.
  virtual void write(std::vector<ZnodeOp> ops, std::function<void(ZnodeWritten)> on_written) = 0;
  /// kOk: later reads see everything that was written before this was asked. It is no proof that a
  /// majority of the servers is there; only a write is.
  virtual void sync(std::function<void(ZnodeStatus)> on_synced) = 0;
  virtual void audit(std::string path, std::function<void(ZnodeAudit)> on_audited) = 0;

  virtual ZnodePhase phase() const = 0;
  /// Why it ended, for people; "" before.
  virtual std::string ending() const = 0;
  /// Called with each new phase. REQUIRES: set once, before the loop runs.
  virtual void set_on_phase(std::function<void(ZnodePhase)> on_phase) = 0;
  /// 0 before the first connection.
  virtual std::int64_t session() const = 0;
  /// As agreed with the server; what was asked for before the first connection.
  virtual Duration session_timeout() const = 0;

  /// Hands out answers on the calling thread until `done` or for `span_max`. Returns done().
  /// REQUIRES: the loop's thread, not inside another `run_until`.
  virtual bool run_until(const std::function<bool()>& done, Duration span_max) = 0;
};

}  // namespace fairlead
