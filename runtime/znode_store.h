// The Store that several masters share: a log of changes in znodes, compacted into snapshots. Every
// write checks the leader's epoch and every commit the head, so a deposed leader's word changes
// nothing. Only the elected leader has one; its session must be the one that bumped the epoch.
// Loop's thread only.
//
// Invariant 1: outcomes come in the order of the commits.
// Invariant 2: a commit counts when /head names its last entry: that one write decides, however
//              many nodes the commit takes.
// Invariant 3: one write is on its way at a time; what waits meanwhile goes together.
// Invariant 4: a lost connection is settled by sending the same write again: its checks let it
//              happen once. kUnknown is said only when the session ended before that.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/lifetime.h"
#include "runtime/registry_reader.h"
#include "runtime/store.h"
#include "runtime/znodes.h"

namespace fairlead {

struct ZnodeStoreOptions {
  std::string name;                 ///< for messages: "zk://…/fairlead"
  Epoch epoch;                      ///< that this leader took over with
  std::int32_t epoch_version = 0;   ///< of /epoch after that
  Duration load_max = seconds(30);  ///< for one answer while loading
  std::size_t queue_batches_max = limits::kStoreQueueBatchesMax;
  std::size_t log_bytes_min = limits::kRegistryLogBytesMin;
  std::size_t log_entries_max = limits::kRegistryLogEntriesMax;
};

class ZnodeStore final : public Store {
 public:
  /// `on_outcome` may commit more but not end the store. `nodes` must outlive the store. `reader`:
  /// what was read as a standby, over the same `nodes`.
  ZnodeStore(Znodes& nodes, RegistryReader reader, ZnodeStoreOptions options,
             StoreOutcomeHandler on_outcome);

  /// Reads what is new and removes what earlier leaders left unfinished. Errors as
  /// RegistryReader::catch_up, and kConflict when another leader took over. Damaged rows stay as
  /// they are, and the log is not compacted while there are any.
  Result<StoreContents> load() override;
  /// kRefused in its turn: a row larger than a node, too many that wait, another leader.
  void commit(StoreBatch batch) override;

  const RegistryHead& head() const { return head_; }

 private:
  struct Pending {
    StoreBatch batch;
    std::string refusal;  ///< "" when it may be written
  };
  /// One write, and what is true once it is done.
  struct Step {
    std::vector<ZnodeOp> ops;
    std::optional<RegistryHead> head_after;
    std::vector<Pending> batches;  ///< answered with it
    std::size_t log_bytes = 0;
    bool is_upkeep = false;  ///< nobody waits for it
    std::function<void()> then = {};
  };

  Status remove_leftovers();
  Status write_now(std::vector<ZnodeOp> ops);

  void pump();
  void plan_commit();
  void plan_snapshot();
  void plan_removal(const RegistryHead& old, std::uint64_t snapshot);
  Step head_step(const RegistryHead& head) const;
  ZnodeOp check_epoch() const;

  void send();
  void on_written(const ZnodeWritten& written);
  void on_refused(const ZnodeWritten& written);
  void settle_by_head();
  void on_done();
  void on_lost();
  void fence(const std::string& reason);
  void fail(StoreOutcome outcome, const std::string& reason);
  void answer(std::vector<Pending> batches, StoreOutcome outcome, const std::string& reason);

  Znodes& nodes_;
  RegistryReader reader_;
  const ZnodeStoreOptions options_;
  const StoreOutcomeHandler on_outcome_;
  RegistryHead head_;
  std::int32_t head_version_ = 0;
  std::size_t log_bytes_ = 0;
  std::size_t snapshot_bytes_ = 0;

  std::deque<Pending> queue_;
  std::deque<Step> commit_;                   ///< what is left of one commit
  std::deque<std::function<Step()>> upkeep_;  ///< made when their turn comes: the head moves on
  std::optional<Step> sent_;
  bool unsure_ = false;       ///< `sent_` was sent more than once
  bool upkeep_next_ = false;  ///< commits and upkeep take turns
  std::string fenced_;        ///< why nothing is written any more; "" while all is well
  const Lifetime lifetime_;
};

}  // namespace fairlead
