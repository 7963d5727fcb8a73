// The smallest framework: runs a command some times, wherever there is room, then ends.
//   fairlead-hello --master tcp://127.0.0.1:5050 --state-dir /tmp/hello --count 3
#include <cstdio>
#include <map>

#include "frameworks/sdk/driver/framework_main.h"
#include "frameworks/sdk/row_codec.h"

using namespace fairlead;

class Hello final : public sdk::Scheduler {
 public:
  explicit Hello(std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) todo_["hello." + std::to_string(i)] = 1;
  }

  void on_recovered(Instant, const sdk::Recovered& earlier, sdk::SchedulerActions& act) override {
    for (const sdk::StateRow& row : earlier.rows) sdk::RowReader(row.value)(todo_[row.key]);
    left_ = todo_.size() - std::erase_if(todo_, [](auto& task) { return task.second == 0; });
    for (const sdk::LiveLaunch& launch : earlier.launches) todo_.erase(launch.task.text);
    act.want({"hello"}, need_, todo_.size());
  }

  void on_offers(Instant, std::span<const Offer> offers, sdk::SchedulerActions& act) override {
    for (const Offer& offer : offers) {
      const auto room = take(offer.resources, need_, offer.role);
      if (todo_.empty() || !room) {
        act.decline({offer.id}, seconds(5));
        continue;
      }
      const auto next = todo_.extract(todo_.begin());
      TaskSpec task{.id = {next.key()}, .resources = *room};
      task.command.argv = {"sh", "-c", "echo hello from $(hostname)"};
      act.launch(offer.id, task, next.mapped());
    }
    act.want({"hello"}, need_, todo_.size());
  }

  void on_status(Instant, const TaskStatus& status, sdk::SchedulerActions& act) override {
    std::printf("%s %s\n", status.task.text.c_str(), to_string(status.state));
    if (!is_terminal(status.state)) return;
    const std::uint32_t next = status.state == TaskState::kFinished ? 0 : status.attempt + 1;
    act.persist({}, {{.key = status.task.text, .value = sdk::row_of(next)}});
    if (next != 0) todo_[status.task.text] = next;
    if (next == 0 && --left_ == 0) return act.teardown();
    act.want({"hello"}, need_, todo_.size());
  }

 private:
  const Amounts need_ = parse_amounts("cpus:0.1;mem:32MiB").value();
  std::map<std::string, std::uint32_t> todo_;  // to launch, and as which attempt; a row's 0: done
  std::size_t left_ = 0;                       // not finished yet
};

int main(int argc, char** argv) {
  std::int64_t count = 3;
  sdk::FrameworkMain program("hello", "Runs a command some times, then ends.");
  program.flags().add({.name = "count", .help = "how many times"}, &count, {1, 10'000, "tasks"});
  return program.run(argc, argv, [&] { return std::make_unique<Hello>(count); });
}
