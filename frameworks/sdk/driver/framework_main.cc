#include "frameworks/sdk/driver/framework_main.h"

#include <utility>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/process/stop_signals.h"

namespace fairlead::sdk {
namespace {

/// Until the framework ends or a signal comes.
Status run_to_end(const FrameworkFlags& values, Scheduler& scheduler, SupervisorLink& supervisor) {
  const SystemClock clock;
  auto options = driver_options(values, clock);
  if (!options) return options.error();
  options->supervisor = &supervisor;
  auto loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  auto signals = StopSignals::watch(**loop, [&loop] { (*loop)->stop(); });
  if (!signals) return signals.error();
  return run_framework(std::move(*options), scheduler, **loop, clock);
}

}  // namespace

FrameworkMain::FrameworkMain(const std::string& name, const std::string& help)
    : program_("fairlead-" + name), flags_(program_, help) {
  values_.kind = name;
  values_.name = name;
  values_.roles = {name};
  add_framework_flags(flags_, values_);
  flags_.add_example(program_ + " --master tcp://127.0.0.1:5050 --state-dir /var/lib/" + name);
}

int FrameworkMain::run(int argc, const char* const* argv,
                       const std::function<std::unique_ptr<Scheduler>()>& make_scheduler) {
  block_stop_signals();
  const FlagOutcome outcome = flags_.parse(argc, argv);
  if (!outcome.run) return print(outcome);
  return run_framework_program(program_, values_, [&](SupervisorLink& supervisor) {
    const std::unique_ptr<Scheduler> scheduler = make_scheduler();
    return run_to_end(values_, *scheduler, supervisor);
  });
}

}  // namespace fairlead::sdk
