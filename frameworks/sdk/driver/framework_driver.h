// Joins an SdkCore to the world: a Coordination that says when it leads and keeps its state, a
// MasterDealer, the loop's timer and after-round hook, the log. It decides nothing.
// Owned by a framework's main; loop's thread only.
//
// Invariant 1: there is no core, and nobody is spoken to, before the coordination made it lead.
// Invariant 2: it steps and sends before acting_until() only; when the lead ends, so does it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "frameworks/sdk/sdk_core.h"
#include "runtime/adapters/candidate/candidate.h"
#include "runtime/adapters/sqlite/state_lock.h"
#include "runtime/adapters/zookeeper/master_dealer.h"
#include "runtime/clock.h"
#include "runtime/coordination.h"
#include "runtime/link/dealer_link.h"
#include "runtime/loop.h"

namespace fairlead::sdk {

struct DriverOptions {
  SdkOptions sdk;
  std::string master;       ///< "tcp://127.0.0.1:5050", "zk://…"
  std::string state_dir;    ///< made with mode 0700; one process at a time
  ZookeeperMode zookeeper;  ///< with an address: the state is there instead
  /// For tests: where the state is, instead of both.
  std::function<std::unique_ptr<Coordination>(AcceptState, CoordinationEvents)> coordination;
  SupervisorLink* supervisor = nullptr;  ///< outlives the driver
  std::string http;                      ///< "http://host:port": where standbys find this leader
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
  /// Begins the candidacy. With a state directory it leads at once: it connects, and the
  /// scheduler's on_recovered is called before this returns; in ZooKeeper that comes on the loop,
  /// when its turn has come. Takes over the loop's timer and after-round hook. Everything handed
  /// in outlives the driver.
  static Result<std::unique_ptr<FrameworkDriver>> start(DriverOptions options, Scheduler& scheduler,
                                                        Loop& loop, const Clock& clock,
                                                        ZmqContext& context);
  ~FrameworkDriver();
  FrameworkDriver(const FrameworkDriver&) = delete;
  FrameworkDriver& operator=(const FrameworkDriver&) = delete;

  /// Runs `act` as a callback of the scheduler would run; not at all while it does not lead.
  void act(std::function<void(Instant, SchedulerActions&)> act);
  /// nullptr before it leads.
  const SdkCore* core() const { return core_.get(); }
  Standby standby() const { return coordination_->standby(); }
  /// Why the framework ended; nullopt while it goes on. The loop was stopped then.
  const std::optional<EndFramework>& end() const { return end_; }

 private:
  FrameworkDriver(DriverOptions options, Scheduler& scheduler, Loop& loop, const Clock& clock,
                  ZmqContext& context);

  Status open_coordination();
  Status lead(Lead lead);
  Status connect();
  void give_up(const std::string& reason);

  void step(const SdkEvent& event);
  void perform(SdkAction& action);
  void queue(SpeakToMaster speak);
  void flush();
  void speak(SpeakToMaster speak);
  void on_bytes(const Bytes& bytes);
  void on_link(LinkState state);
  Instant next_deadline() const;
  void on_due(Instant now);
  bool may_act();

  DriverOptions options_;
  Scheduler& scheduler_;
  Loop& loop_;
  const Clock& clock_;
  ZmqContext& context_;
  SupervisorLink no_supervisor_;
  SupervisorLink& supervisor_;
  Beat beat_;
  std::unique_ptr<StateLock> lock_;
  std::unique_ptr<Coordination> coordination_;
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
