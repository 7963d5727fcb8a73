#include "runtime/registry_setup.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "runtime/leader_record.h"
#include "runtime/registry_layout.h"
#include "runtime/registry_log.h"

namespace fairlead {
namespace {

constexpr std::array kPaths = {"/",           kClusterPath, kEpochPath, kHeartbeatPath,
                               kElectionPath, kHeadPath,    kLogPath,   kSnapshotsPath};

class Preparation {
 public:
  Preparation(Znodes& nodes, const RegistrySetup& setup) : nodes_(nodes), setup_(setup) {}

  Result<ClusterId> run() {
    if (Status connected = connect(); !connected) return connected.error();
    // One that was wiped is not made again by accident.
    if (!setup_.expected.empty() || setup_.must_exist) {
      if (Result<ClusterId> there = cluster(); !there || setup_.must_exist) return there;
    }
    // The root first: below an open one nothing is made.
    if (Status made = make({CreateZnode{.path = "/"}}); !made) return made.error();
    if (Status closed = audit("/"); !closed) return closed.error();
    if (Status made = make(registry()); !made) return made.error();
    for (const char* path : kPaths) {
      if (Status closed = audit(path); !closed) return closed.error();
    }
    if (Status readable = check_epoch(); !readable) return readable.error();
    return cluster();
  }

 private:
  static Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }

  std::vector<ZnodeOp> registry() const {
    return {
        CreateZnode{.path = kClusterPath,
                    .data = bytes_of(setup_.fresh.text),
                    .access = ZnodeAccess::kPublic},
        CreateZnode{
            .path = kEpochPath, .data = encode_leader_record({}), .access = ZnodeAccess::kPublic},
        CreateZnode{.path = kHeartbeatPath},
        CreateZnode{.path = kElectionPath},
        CreateZnode{.path = kHeadPath, .data = encode_registry_head({})},
        CreateZnode{.path = kLogPath},
        CreateZnode{.path = kSnapshotsPath}};
  }

  Status connect() {
    auto decided = [this] { return nodes_.phase() != ZnodePhase::kConnecting; };
    if (!nodes_.run_until(decided, setup_.span_max)) return silent();
    if (nodes_.phase() == ZnodePhase::kConnected) return {};
    return error(ErrorCode::kDenied, nodes_.ending(), "check the credentials file");
  }

  /// All of `ops`, or they are there already.
  Status make(const std::vector<ZnodeOp>& ops) {
    for (;;) {
      std::optional<ZnodeWritten> written =
          await<ZnodeWritten>([&](auto answer) { nodes_.write(ops, std::move(answer)); });
      if (!written) return silent();
      if (written->status == ZnodeStatus::kConnectionLost) continue;
      bool there = written->status == ZnodeStatus::kNodeExists;
      if (written->status == ZnodeStatus::kOk || (there && written->failed_op == 0)) return {};
      if (there) {
        return error(ErrorCode::kCorrupt, "some of its nodes are missing: " + written->reason,
                     "restore the registry from a backup, or choose another path");
      }
      if (written->status == ZnodeStatus::kNoNode) {
        return error(ErrorCode::kNotFound, "the node above it does not exist",
                     "make it, closed to others, or choose a path of one name");
      }
      return failed(written->status, written->reason);
    }
  }

  Status audit(const char* path) {
    for (;;) {
      std::optional<ZnodeAudit> audit =
          await<ZnodeAudit>([&](auto answer) { nodes_.audit(path, std::move(answer)); });
      if (!audit) return silent();
      if (audit->status == ZnodeStatus::kConnectionLost) continue;
      if (audit->status != ZnodeStatus::kOk) return failed(audit->status, path);
      if (!audit->others_may_change) return {};
      return error(ErrorCode::kDenied,
                   "node " + std::string(path) + " may be changed by others: " + audit->access,
                   "setAcl it to the masters' digest only, or choose another path");
    }
  }

  /// Nothing: no answer in time.
  std::optional<ZnodeRead> read(const char* path) {
    for (;;) {
      std::optional<ZnodeRead> read =
          await<ZnodeRead>([&](auto answer) { nodes_.read(path, std::move(answer), {}); });
      if (!read || read->status != ZnodeStatus::kConnectionLost) return read;
    }
  }

  /// Before the candidacy: what a newer version says about its leader is not written over.
  Status check_epoch() {
    std::optional<ZnodeRead> read = this->read(kEpochPath);
    if (!read) return silent();
    if (read->status != ZnodeStatus::kOk) return failed(read->status, kEpochPath);
    Result<LeaderRecord> record = decode_leader_record(read->data);
    if (record) return {};
    return Error{record.error().code, setup_.name + ": " + record.error().message};
  }

  Result<ClusterId> cluster() {
    std::optional<ZnodeRead> read = this->read(kClusterPath);
    if (!read) return silent();
    bool is_missing = read->status == ZnodeStatus::kNoNode;
    if (is_missing && !setup_.expected.empty()) return other_cluster("no registry");
    if (is_missing && setup_.must_exist) {
      return error(ErrorCode::kNotFound, "there is no registry",
                   "is the path of the address right?");
    }
    if (read->status != ZnodeStatus::kOk) return failed(read->status, kClusterPath);
    ClusterId id{std::string(read->data.begin(), read->data.end())};
    if (!check_id_text(id.text, "cluster id")) {
      return error(ErrorCode::kCorrupt, "/cluster is damaged", "restore it from a backup");
    }
    if (setup_.expected.empty() || setup_.expected == id) return id;
    return other_cluster(id.text);
  }

  /// The answer to what `ask` asks for; nothing after span_max.
  template <class Answer, class Ask>
  std::optional<Answer> await(const Ask& ask) {
    auto answer = std::make_shared<std::optional<Answer>>();
    ask([answer](Answer got) { *answer = std::move(got); });
    nodes_.run_until([&answer] { return answer->has_value(); }, setup_.span_max);
    return std::move(*answer);
  }

  Error other_cluster(const std::string& got) const {
    return {ErrorCode::kConflict,
            to_string(Complaint{.what = setup_.name,
                                .where = "cluster id",
                                .expected = setup_.expected.text,
                                .got = got,
                                .hint = "is the path of the address right? A registry that was "
                                        "wiped is not obeyed by accident"})};
  }
  Error silent() const {
    return error(ErrorCode::kUnavailable,
                 "no answer within " + std::to_string(setup_.span_max.ms()) + " ms",
                 "a majority of the ZooKeeper servers must run and be reachable");
  }
  Error failed(ZnodeStatus status, const std::string& detail) const {
    bool denied = status == ZnodeStatus::kDenied;
    return error(
        denied ? ErrorCode::kDenied : ErrorCode::kUnavailable,
        (detail.empty() ? "" : detail + ": ") + to_string(status),
        denied ? "check the credentials file: they must be those that made the registry" : "");
  }
  Error error(ErrorCode code, const std::string& what, const std::string& hint) const {
    return {.code = code,
            .message = to_string(Complaint{.what = setup_.name + ": " + what, .hint = hint})};
  }

  Znodes& nodes_;
  const RegistrySetup& setup_;
};

}  // namespace

Result<ClusterId> prepare_registry(Znodes& nodes, const RegistrySetup& setup) {
  return Preparation(nodes, setup).run();
}

}  // namespace fairlead
