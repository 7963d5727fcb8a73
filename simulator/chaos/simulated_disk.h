// A disk under one process' store: survives the process and the machine. A write takes its time, is
// refused while the disk is full, and is lost, kept or torn when the process dies before its
// answer. Checks that what was acknowledged is there at the next start. Not thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "runtime/memory_store.h"
#include "simulator/chaos/process.h"

namespace fairlead::chaos {

class SimulatedDisk final : public Store {
 public:
  /// `on_outcome` is called in the life of `process` that committed; `on_crash` is ordered when the
  /// process is to die at a write.
  SimulatedDisk(Stage& stage, Process& process, StoreOutcomeHandler on_outcome,
                std::function<void()> on_crash);

  Result<StoreContents> load() override;
  void commit(StoreBatch batch) override;

  /// The process died: what it had not been answered is kept or lost.
  void on_process_death();
  /// Refuses writes from now on, or takes them again.
  void set_full(bool is_full) { is_full_ = is_full; }
  /// A row that begins with `prefix` is unreadable at the next load; "" when there is none.
  std::string damage_one(const std::string& prefix);
  const std::map<std::string, Bytes>& rows() const { return store_.rows(); }

 private:
  void answer();
  void expect_acknowledged(const StoreContents& contents);
  void note_acknowledged();

  Stage& stage_;
  Process& process_;
  StoreOutcomeHandler on_outcome_;
  std::function<void()> on_crash_;
  bool is_full_ = false;
  bool is_dying_ = false;  ///< outcomes go nowhere
  Instant answered_at_;    ///< of the last commit: answers come in order
  std::deque<StoreBatch> waiting_;
  std::map<std::string, std::optional<Bytes>> acknowledged_;
  std::string newest_;  ///< key of the last write that was acknowledged
  std::string lost_;    ///< by Plant::kLyingDisk
  MemoryStore store_;
};

}  // namespace fairlead::chaos
