// A master's end of the registry: one write at a time, under the fence that its takeover read. A
// write that a newer leader forbids is refused by `newer head`; one whose answer is lost is
// unknown. What is on its way arrives even when its sender has died. Owned by a MasterNode's life;
// not thread-safe.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "runtime/store.h"
#include "simulator/chaos/coordination.h"
#include "simulator/chaos/network.h"
#include "simulator/chaos/process.h"

namespace fairlead::chaos {

class RegistryClient final : public Store {
 public:
  RegistryClient(Stage& stage, Process& process, Coordination& coordination, const Network& network,
                 StoreOutcomeHandler on_outcome, std::function<void()> on_crash);

  /// Reads the head, which may be stale.
  Result<StoreContents> load() override;
  void commit(StoreBatch batch) override;
  /// From now on writes are of this epoch; the first one takes it over.
  void lead(Epoch epoch) { leads_ = epoch; }

 private:
  void send_next();
  /// The write on its way: it arrives after `wait`, whatever becomes of this process.
  std::shared_ptr<bool> send(const StoreBatch& batch, Duration wait);
  void answer(StoreOutcome outcome, const std::string& reason);

  Stage& stage_;
  Process& process_;
  Coordination& coordination_;
  const Network& network_;
  StoreOutcomeHandler on_outcome_;
  std::function<void()> on_crash_;
  Fence fence_;
  Epoch leads_;
  std::deque<StoreBatch> queue_;
  bool is_waiting_ = false;
};

}  // namespace fairlead::chaos
