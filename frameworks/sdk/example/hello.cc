// The smallest framework: runs a command N times wherever there is room, then exits.
//   fairlead-hello tcp://127.0.0.1:5050 /tmp/hello-state 3
#include <cstdio>
#include <cstdlib>
#include <set>

#include "frameworks/sdk/driver/framework_driver.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"

namespace {

using namespace fairlead;

class Hello final : public sdk::Scheduler {
 public:
  explicit Hello(unsigned count) {
    for (unsigned i = 0; i < count; ++i) todo_.insert("hello." + std::to_string(i));
  }

  void on_recovered(Instant, const sdk::Recovered& earlier,
                    sdk::SchedulerActions& actions) override {
    for (const sdk::LiveLaunch& launch : earlier.launches) {
      running_.insert(launch.task.text);
      todo_.erase(launch.task.text);
      attempts_[launch.task.text] = launch.attempt;
    }
    say_demand(actions);
  }

  void on_offers(Instant, std::span<const Offer> offers, sdk::SchedulerActions& actions) override {
    for (const Offer& offer : offers) {
      auto room = take(offer.resources, need_, offer.role);
      if (todo_.empty() || !room) {
        actions.decline({offer.id}, seconds(5));
        continue;
      }
      TaskLaunch launch;
      launch.spec.id = {*todo_.begin()};
      launch.spec.command.argv = {"sh", "-c", "echo hello from $(hostname)"};
      launch.spec.resources = *room;
      launch.attempt = ++attempts_[*todo_.begin()];
      running_.insert(todo_.extract(todo_.begin()));
      actions.accept({.offers = {offer.id}, .launches = {launch}, .refuse_for = {}});
    }
    say_demand(actions);
  }

  void on_status(Instant, const TaskStatus& status, sdk::SchedulerActions& actions) override {
    std::printf("%s %s\n", status.task.text.c_str(), to_string(status.state));
    if (!is_terminal(status.state)) return;
    running_.erase(status.task.text);
    if (status.state != TaskState::kFinished) todo_.insert(status.task.text);
    if (todo_.empty() && running_.empty()) return actions.teardown();
    say_demand(actions);
  }

 private:
  void say_demand(sdk::SchedulerActions& actions) const {
    const auto count = static_cast<std::uint32_t>(todo_.size());
    actions.set_demand({"hello"}, {{.name = "hello", .amounts = need_, .count = count}});
  }

  const Amounts need_ = parse_amounts("cpus:0.1;mem:32MiB").value();
  std::set<std::string> todo_, running_;
  std::map<std::string, std::uint32_t> attempts_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: fairlead-hello MASTER STATE_DIR COUNT\n"), 64;
  Hello hello(static_cast<unsigned>(std::atoi(argv[3])));
  sdk::DriverOptions options{.master = argv[1], .state_dir = argv[2]};
  options.sdk.info = {.name = "hello", .principal = {"anonymous"}, .roles = {{"hello"}}};
  const SystemClock clock;
  auto loop = EpollLoop::create(clock).value();
  const Status end = sdk::run_framework(std::move(options), hello, *loop, clock);
  if (!end.ok()) std::fprintf(stderr, "%s\n", end.error().message.c_str());
  return end.ok() ? 0 : 1;
}
