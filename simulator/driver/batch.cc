#include "simulator/driver/batch.h"

#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "simulator/chaos/world.h"

namespace fairlead::chaos {
namespace {

thread_local std::string command_at_work;

/// A failed check is a find like a broken promise: it must be possible to run it again.
void say_command(int) {
  if (command_at_work.empty()) return;
  constexpr std::string_view kAgain = "again: ";
  for (std::string_view text : {kAgain, std::string_view(command_at_work)}) {
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;
  }
  (void)!write(STDERR_FILENO, "\n", 1);
}

/// Holds reports back until those of all earlier seeds are there.
class InOrder {
 public:
  InOrder(std::uint64_t first, const std::function<void(const RunReport&)>& on_report)
      : next_(first), on_report_(on_report) {}

  void add(RunReport report) {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.emplace(report.seed, std::move(report));
    for (auto found = waiting_.find(next_); found != waiting_.end(); found = waiting_.find(next_)) {
      on_report_(found->second);
      waiting_.erase(found);
      ++next_;
    }
  }

 private:
  std::mutex mutex_;
  std::uint64_t next_;
  std::map<std::uint64_t, RunReport> waiting_;
  const std::function<void(const RunReport&)>& on_report_;
};

}  // namespace

void run_batch(const Batch& batch, const std::function<void(const RunReport&)>& on_report) {
  std::signal(SIGABRT, say_command);
  InOrder reports(batch.seeds.first, on_report);
  std::atomic<std::uint64_t> next{batch.seeds.first};
  std::atomic<std::size_t> failures{0};
  auto work = [&] {
    while (failures < batch.failures_max) {
      RunOptions options = batch.run;
      options.seed = next++;
      if (options.seed > batch.seeds.last) return;
      command_at_work = command_of(options);
      RunReport report = run(options);
      command_at_work.clear();
      if (report.violation) ++failures;
      reports.add(std::move(report));
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 1; i < batch.jobs; ++i) threads.emplace_back(work);
  work();
}

}  // namespace fairlead::chaos
