// A generated scheduler on the real SDK: it keeps wanting tasks of a few sizes, launches them on
// what is offered, starts another attempt of what did not finish, and kills some. Its own state is
// one row a task, written in the batch of the callback that changed it. What it is told goes to the
// ledger. Owned by a FrameworkNode's life; not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "frameworks/sdk/scheduler.h"
#include "simulator/chaos/ledger.h"

namespace fairlead::chaos {

class Workload final : public sdk::Scheduler {
 public:
  struct Options {
    RoleName role;
    std::string prefix;    ///< of its tasks' ids
    Instant tasks_until;   ///< of the process' clock: no new ones afterwards
    std::size_t open_max;  ///< tasks that are not done
    std::uint64_t life = 0;
  };

  Workload(Stage& stage, Ledger& ledger, Options options);

  std::size_t open() const { return tasks_.size() - done_; }
  std::size_t tasks() const { return tasks_.size(); }
  /// Some task that is not done, with its state; for messages.
  std::string any_open() const;

  void on_recovered(Instant now, const sdk::Recovered& recovered,
                    sdk::SchedulerActions& actions) override;
  void on_offers(Instant now, std::span<const Offer> offers,
                 sdk::SchedulerActions& actions) override;
  void on_status(Instant now, const TaskStatus& status, sdk::SchedulerActions& actions) override;
  void on_refused(Instant now, const FrameworkRefused& refused,
                  sdk::SchedulerActions& actions) override;
  void on_persisted(Instant now, Ticket ticket, sdk::SchedulerActions& actions) override;
  void on_time(Instant now, sdk::SchedulerActions& actions) override;
  Instant next_deadline() const override { return more_at_; }

 private:
  enum class Phase : std::uint8_t { kWanted, kLaunched, kDone };
  struct Task {
    std::uint32_t attempt = 0;  ///< the newest
    Phase phase = Phase::kWanted;
    std::size_t size = 0;  ///< index of its shape
  };

  void add_task(sdk::SchedulerActions& actions);
  void set_phase(const TaskId& id, Task& task, Phase phase, sdk::SchedulerActions& actions);
  void tell_demand(sdk::SchedulerActions& actions);
  TaskSpec spec_of(const TaskId& id, const Task& task);
  void on_attempt_ended(const TaskStatus& status, Task& task, sdk::SchedulerActions& actions);
  void kill_something(sdk::SchedulerActions& actions);
  TaskLaunch launch_of(const TaskId& id, Task& task);
  /// A task that is wanted and fits; nullptr when there is none.
  const TaskId* find_fit(const Resources& free, const std::set<TaskId>& but_not) const;
  /// One task on each of two agents, together or not at all. False when the offers do not allow it.
  bool launch_gang(const Offer& one, const Offer& other, sdk::SchedulerActions& actions);
  void launch_on(const Offer& offer, sdk::SchedulerActions& actions);

  Stage& stage_;
  Ledger& ledger_;
  const Options options_;
  std::map<TaskId, Task> tasks_;
  std::set<TaskId> wanted_;
  std::set<TaskId> killed_;  ///< asked for in this life
  std::size_t done_ = 0;
  std::uint64_t numbered_ = 0;
  Instant more_at_;
  std::map<Ticket, TaskStatus> told_;  ///< terminal ones that are not durable yet
  std::uint64_t tickets_ = 0;
  TaskStatus before_;  ///< for Plant::kRepeatedStatus
};

}  // namespace fairlead::chaos
