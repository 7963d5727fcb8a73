// Znodes in memory, for tests and the simulator: a tree, and sessions over it. What is asked for is
// done when `run_until` or `deliver_all` says so, in the order of asking over all sessions. Faults
// are set by hand: lost answers, cuts, the end of a session. Not thread-safe. The tree must outlive
// its sessions.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/lifetime.h"
#include "runtime/znodes.h"

namespace fairlead {

class MemoryZnodes;

/// What the servers hold.
class ZnodeTree {
 public:
  struct Node {
    Bytes data;
    std::int32_t version = 0;
    std::int64_t owner = 0;  ///< session of an ephemeral node
    std::uint64_t children_made = 0;
  };

  ZnodeTree() = default;
  ZnodeTree(const ZnodeTree&) = delete;
  ZnodeTree& operator=(const ZnodeTree&) = delete;

  /// Does and answers the oldest request of all. False when none waits.
  bool deliver_one();
  void deliver_all() {
    while (deliver_one()) {
    }
  }

  std::map<std::string, Node> nodes;     ///< by path; for tests to look at and to damage
  std::set<std::string> open_to_others;  ///< paths whose audit complains
  std::size_t writes = 0;                ///< done so far

 private:
  friend class MemoryZnodes;
  struct Watch {
    std::int64_t session = 0;
    bool is_of_children = false;
    std::function<void()> on_changed;
  };

  ZnodeWritten apply(std::int64_t session, const std::vector<ZnodeOp>& ops);
  ZnodeStatus apply_one(std::int64_t session, const ZnodeOp& op, ZnodeWritten& written);
  std::vector<std::string> children(const std::string& path) const;
  void fire(const std::string& path, bool is_of_children);
  void end_session(std::int64_t session);

  std::multimap<std::string, Watch> watches_;
  std::vector<std::string> touched_;  ///< by the write that is being done
  std::deque<std::function<void()>> requests_;
  std::int64_t session_next_ = 1;
};

/// One session. Connected from the beginning.
class MemoryZnodes final : public Znodes {
 public:
  explicit MemoryZnodes(ZnodeTree& tree, Duration timeout = seconds(10));
  ~MemoryZnodes() override;

  void read(std::string path, std::function<void(ZnodeRead)> on_read,
            std::function<void()> on_changed) override;
  void list(std::string path, std::function<void(ZnodeList)> on_list,
            std::function<void()> on_changed) override;
  void write(std::vector<ZnodeOp> ops, std::function<void(ZnodeWritten)> on_written) override;
  void sync(std::function<void(ZnodeStatus)> on_synced) override;
  void audit(std::string path, std::function<void(ZnodeAudit)> on_audited) override;
  ZnodePhase phase() const override { return phase_; }
  std::string ending() const override {
    return phase_ == ZnodePhase::kEnded ? "the session expired" : "";
  }
  void set_on_phase(std::function<void(ZnodePhase)> on_phase) override {
    on_phase_ = std::move(on_phase);
  }
  std::int64_t session() const override { return session_; }
  Duration session_timeout() const override { return timeout_; }
  /// Time does not pass: gives up when no request waits anywhere.
  bool run_until(const std::function<bool()>& done, Duration span_max) override;

  /// The answer to the next write is lost; the write happened (`applied`) or not.
  void lose_next_write(bool applied);
  void cut();  ///< requests wait
  /// The servers end the session during a cut; it hears of it when it reconnects.
  void end_unheard();
  void reconnect();  ///< after `cut`
  void expire();     ///< its ephemeral nodes go; every request is answered kSessionEnded

 private:
  template <class Answer>
  void ask(std::function<Answer()> serve, std::function<void(Answer)> on_answer);
  void set_phase(ZnodePhase phase);

  ZnodeTree& tree_;
  const Duration timeout_;
  const std::int64_t session_;
  ZnodePhase phase_ = ZnodePhase::kConnected;
  std::function<void(ZnodePhase)> on_phase_;
  std::deque<std::function<void()>> waiting_;  ///< asked for during a cut
  enum class Loss { kNone, kBefore, kAfter } loss_ = Loss::kNone;
  bool ended_unheard_ = false;
  const Lifetime lifetime_;
};

}  // namespace fairlead
