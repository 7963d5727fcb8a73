// A framework that only measures: it launches a counted number of tiny tasks wherever it is offered
// room, as fast as it can, and notes what it saw. Pure; owned by bench-framework's main.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "frameworks/sdk/scheduler.h"

namespace fairlead::bench {

struct BenchSchedulerOptions {
  std::uint64_t tasks = 1'000;
  RoleName role = {"bench"};
  Amounts shape;                     ///< of one task
  std::vector<std::string> command;  ///< what a real agent runs; empty: an emulated task
  /// Of an emulated task: at least so long, at most twice as long, by its id. 0: none.
  Duration run_time;
  bool stays = false;  ///< tasks run for ever: done when all of them run
};

class BenchScheduler final : public sdk::Scheduler {
 public:
  struct Seen {
    Instant first_offer;
    Instant last_terminal;
    std::uint64_t launched = 0;
    std::uint64_t running = 0;
    std::uint64_t finished = 0;
    std::uint64_t others = 0;  ///< terminal but not finished: launched again
    std::uint64_t offers = 0;
    std::uint64_t checksum = 0;  ///< of the ids that finished (or run, if they stay), in any order
    /// From an agent's word that a task has ended to the next offer of that agent, in ns.
    std::vector<std::int64_t> freed_to_offered_ns;
  };

  /// `now` reads the clock that agents stamp with; `on_done` is called once.
  BenchScheduler(BenchSchedulerOptions options, std::function<Instant()> now,
                 std::function<void()> on_done);

  void on_recovered(Instant now, const sdk::Recovered& recovered,
                    sdk::SchedulerActions& actions) override;
  void on_offers(Instant now, std::span<const Offer> offers,
                 sdk::SchedulerActions& actions) override;
  void on_status(Instant now, const TaskStatus& status, sdk::SchedulerActions& actions) override;

  const Seen& seen() const { return seen_; }

 private:
  void say_demand(sdk::SchedulerActions& actions) const;
  void accept(const Offer& offer, sdk::SchedulerActions& actions);
  TaskLaunch next_launch(Resources resources);
  std::vector<std::string> command_for(const TaskId& task) const;
  void finish_if_done();

  const BenchSchedulerOptions options_;
  const std::function<Instant()> now_;
  const std::function<void()> on_done_;
  std::uint64_t todo_;
  std::uint64_t next_ = 0;
  bool is_done_ = false;
  std::unordered_map<std::string, std::int64_t> freed_at_;  ///< agent → its stamp, not offered yet
  Seen seen_;
};

}  // namespace fairlead::bench
