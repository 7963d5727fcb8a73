// A tiny world around one SdkCore: a store that makes writes durable when told, a record of what
// was said to the master, and a scheduler that a test fills in. Restarting keeps only the store.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frameworks/sdk/sdk_core.h"

namespace fairlead::sdk {

class ScriptedScheduler final : public Scheduler {
 public:
  std::function<void(const Recovered&, SchedulerActions&)> recovered = [](auto&, auto&) {};
  std::function<void(std::span<const Offer>, SchedulerActions&)> offers = [](auto, auto&) {};
  std::function<void(const TaskStatus&, SchedulerActions&)> status = [](auto&, auto&) {};
  std::vector<std::string> seen;

  void on_recovered(Instant, const Recovered& given, SchedulerActions& actions) override;
  void on_subscribed(Instant, const Subscribed&, SchedulerActions&) override;
  void on_disconnected(Instant, const std::string&, SchedulerActions&) override;
  void on_offers(Instant, std::span<const Offer> given, SchedulerActions& actions) override;
  void on_offers_rescinded(Instant, std::span<const OfferId> given, SchedulerActions&) override;
  void on_status(Instant, const TaskStatus& given, SchedulerActions& actions) override;
  void on_agent_draining(Instant, const AgentDraining& draining, SchedulerActions&) override;
  void on_reclaim(Instant, const ReclaimResources& reclaim, SchedulerActions&) override;
  void on_reclaim_ended(Instant, const ReclaimCancelled& ended, SchedulerActions&) override;
  void on_demand_impossible(Instant, const DemandImpossible& demand, SchedulerActions&) override;
  void on_inverse_offers(Instant, std::span<const InverseOffer> asked,
                         SchedulerActions& actions) override;
  void on_inverse_offers_withdrawn(Instant, const InverseOffersWithdrawn& withdrawn,
                                   SchedulerActions&) override;
  void on_operations(Instant, const OperationsAnswer& answer, SchedulerActions&) override;
  void on_refused(Instant, const FrameworkRefused& refused, SchedulerActions&) override;
  void on_persisted(Instant, Ticket ticket, SchedulerActions&) override;
};

class SdkWorld {
 public:
  explicit SdkWorld(SdkOptions options = defaults());

  static SdkOptions defaults();

  /// A new life of the framework over the same store; writes that were not durable are lost. The
  /// row that begins it is durable when this returns.
  void start();
  /// The same with that row still on its way, and a clock that gives `session_base`.
  void begin(Session session_base);
  void step(const SdkEvent& event);
  /// Makes all pending writes durable, one after another, and what follows from them.
  void persist();
  /// Makes the oldest pending write durable. REQUIRES: there is one.
  void persist_one();
  void advance(Duration by);
  void master_says(MasterToFramework message, std::uint64_t epoch = 1);
  void subscribed(std::uint64_t epoch = 1);
  /// start, Subscribed, durable; forgets what was said.
  void come_up(std::uint64_t epoch = 1);
  void act(std::function<void(SchedulerActions&)> act);
  void offer(std::uint64_t id, const std::string& agent = "a1");
  /// Each of an agent, in one message.
  void offers(const std::vector<std::pair<std::uint64_t, std::string>>& given);
  void update(const std::string& task, std::uint32_t attempt, TaskState state, std::uint64_t number,
              const std::string& agent = "a1");

  /// What left for the master since the last call, one word per message:
  /// "subscribe(f1)", "accept(1:t1/1)", "ack(t1/1#2)", "demand(r:shape*3)", …; envelopes end by
  /// "|".
  std::string said();
  Subscribe subscribe;  ///< the last one that was said
  std::string seen();   ///< what the scheduler saw since the last call, joined by blanks
  bool ended() const { return !end_reason.empty(); }

  ScriptedScheduler scheduler;
  std::unique_ptr<SdkCore> core;
  std::map<std::string, Bytes> store;
  std::string end_reason;
  Session session;  ///< of the last envelope
  Instant now;

 private:
  void take(std::vector<SdkAction> actions);

  SdkOptions options_;
  std::vector<WriteStore> pending_;
  std::string said_;
  std::uint64_t lives_ = 0;
};

/// One shape, of so many tasks.
std::vector<DemandShape> wanted(std::uint32_t count);
TaskLaunch launch_of(const std::string& task, std::uint32_t attempt = 1);

/// From now on launches `task` on every offer.
void launch_on_offers(SdkWorld& world, const std::string& task, std::uint32_t attempt = 1);

/// Comes up and launches `task` on an offer of agent a1; the record of that is on its way.
void come_up_with_launch(SdkWorld& world, const std::string& task);

}  // namespace fairlead::sdk
