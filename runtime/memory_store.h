// A Store that lives in memory: for unit tests, the simulator and benchmarks. Nothing survives the
// object, except by `rows()`. Outcomes come at once, or when the test says so.
// Not thread-safe: the loop's thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <string>

#include "runtime/store.h"

namespace fairlead {

enum class Delivery {
  kImmediate,  ///< every commit persists and says so before `commit` returns
  kManual,     ///< commits wait for `deliver_next`
};

class MemoryStore final : public Store {
 public:
  MemoryStore(Delivery delivery, StoreOutcomeHandler on_outcome);

  Result<StoreContents> load() override;
  /// A commit from inside the outcome handler is answered after the running one.
  void commit(StoreBatch batch) override;

  /// Answers the oldest waiting commit; only kPersisted writes. REQUIRES: waiting() > 0.
  void deliver_next(StoreOutcome outcome = StoreOutcome::kPersisted, std::string reason = {});
  /// The link broke after the write arrived (`applied`) or before it. REQUIRES: waiting() > 0.
  void deliver_next_unknown(bool applied);
  void deliver_all();
  std::size_t waiting() const { return queue_.size(); }

  /// Forgets the commits that wait: a crash.
  void drop_waiting() { queue_.clear(); }
  /// `load` finds this row damaged until it is written anew. Nothing if there is no such row.
  void damage(const std::string& key);
  const std::map<std::string, Bytes>& rows() const { return rows_; }

 private:
  void apply(const StoreBatch& batch);
  void answer(StoreOutcome outcome, bool applied, std::string reason);

  const Delivery delivery_;
  const StoreOutcomeHandler on_outcome_;
  std::map<std::string, Bytes> rows_;
  std::set<std::string> damaged_;
  std::deque<StoreBatch> queue_;
  bool answering_ = false;
};

}  // namespace fairlead
