// Joins an SdkCore to the world: a MasterDealer, an SqliteStore below the state
// directory, the loop's timer and after-round hook, the log. It decides nothing.
// Owned by a framework's main; loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "frameworks/sdk/sdk_core.h"
#include "runtime/adapters/sqlite/sqlite_store.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "runtime/adapters/zookeeper/master_dealer.h"
#include "runtime/clock.h"
#include "runtime/link/dealer_link.h"
#include "runtime/loop.h"

namespace fairlead::sdk {

struct DriverOptions {
  SdkOptions sdk;
  std::string master;     ///< "tcp://127.0.0.1:5050", "zk://…"
  std::string state_dir;  ///< made with mode 0700; one process at a time
  std::optional<DealerKeys> keys;
  bool insecure = false;  ///< allows a master beyond loopback without keys
  /// For what a main has beside the scheduler (HTTP waits): when, and what then. Both or none.
  std::function<Instant()> extra_deadline;
  std::function<void(Instant)> extra_due;
  /// After every event that the core took, on the loop's thread. May be empty.
  std::function<void()> after_step;
};

class FrameworkDriver {
 public:
  /// Opens the state and begins to connect; the scheduler's on_recovered is called before this
  /// returns. Takes over the loop's timer and after-round hook. Everything handed in outlives the
  /// driver.
  static Result<std::unique_ptr<FrameworkDriver>> start(DriverOptions options, Scheduler& scheduler,
                                                        Loop& loop, const Clock& clock,
                                                        ZmqContext& context);
  ~FrameworkDriver();
  FrameworkDriver(const FrameworkDriver&) = delete;
  FrameworkDriver& operator=(const FrameworkDriver&) = delete;

  /// Runs `act` as a callback of the scheduler would run.
  void act(std::function<void(Instant, SchedulerActions&)> act);
  const SdkCore& core() const { return *core_; }
  /// Why the framework ended; nullopt while it goes on. The loop was stopped then.
  const std::optional<EndFramework>& end() const { return end_; }

 private:
  FrameworkDriver(DriverOptions options, Loop& loop, const Clock& clock);

  void step(const SdkEvent& event);
  void perform(SdkAction& action);
  void queue(SpeakToMaster speak);
  void flush();
  void speak(SpeakToMaster speak);
  void on_bytes(const Bytes& bytes);
  void on_link(LinkState state);
  Instant next_deadline() const;
  void on_due(Instant now);

  DriverOptions options_;
  Loop& loop_;
  const Clock& clock_;
  std::unique_ptr<StateLock> lock_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SdkCore> core_;
  std::unique_ptr<MasterDealer> dealer_;
  DealerLink<FrameworkToMaster, MasterToFramework> link_;
  std::optional<SpeakToMaster> queued_;  ///< leaves at the end of the round
  bool is_stepping_ = false;
  std::vector<SdkEvent> waiting_;  ///< events that arose inside a step
  std::optional<EndFramework> end_;
  Instant stop_at_ = Instant::never();  ///< last words leave the socket before the loop stops
};

/// Starts a driver, runs the loop to the end of the framework. An error when it ended by one.
Status run_framework(DriverOptions options, Scheduler& scheduler, Loop& loop, const Clock& clock);

}  // namespace fairlead::sdk
