// bench-framework: launches a counted number of tiny tasks through a real master by the SDK and
// prints one JSON line of what it measured. With --stay the tasks run on until it is stopped.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "frameworks/sdk/driver/framework_driver.h"
#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/log/log.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/process/stop_signals.h"
#include "tests/bench/cluster/bench_scheduler.h"

namespace {

using namespace fairlead;

struct Options {
  std::string master;
  std::string state_dir;
  std::string shape = "cpus:1;mem:32MiB";
  std::string ready_file;
  DealerKeyFiles keys;
  std::vector<std::string> command;
  Duration run_time;
  std::int64_t tasks = 1'000;
  bool write_ahead = true;
  bool stay = false;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.add({.name = "master", .help = "where it listens", .is_required = true}, &options.master);
  flags.add({.name = "key-file", .help = "own CURVE key pair"}, &options.keys.own);
  flags.add({.name = "master-key-file", .help = "public key of the master"}, &options.keys.master);
  flags.add({.name = "state-dir", .help = "launch records", .is_required = true},
            &options.state_dir);
  flags.add({.name = "shape", .help = "resources of one task"}, &options.shape);
  flags.add({.name = "ready-file", .help = "with --stay: written once all tasks run"},
            &options.ready_file);
  flags.add_repeated(
      {.name = "command", .help = "a word of what real tasks run; none: emulated ones"},
      &options.command);
  flags.add({.name = "run-time", .help = "of an emulated task, up to twice as long"},
            &options.run_time, {{}, seconds(3600)});
  flags.add({.name = "tasks", .help = "how many"}, &options.tasks, {1, 100'000'000, "tasks"});
  flags.add({.name = "write-ahead", .help = "launches are recorded durably before they leave"},
            &options.write_ahead);
  flags.add({.name = "stay", .help = "tasks run for ever; ends by SIGTERM"}, &options.stay);
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/// The value below which `part` of `whole` of the sorted samples lie, in microseconds.
double percentile_us(const std::vector<std::int64_t>& sorted, std::size_t part, std::size_t whole) {
  if (sorted.empty()) return 0;
  return static_cast<double>(sorted[(sorted.size() - 1) * part / whole]) / 1e3;
}

void print_seen(const bench::BenchScheduler::Seen& seen) {
  std::vector<std::int64_t> freed = seen.freed_to_offered_ns;
  std::sort(freed.begin(), freed.end());
  double wall_s = static_cast<double>((seen.last_terminal - seen.first_offer).ns) / 1e9;
  std::printf(
      "{\"launched\":%llu,\"finished\":%llu,\"others\":%llu,\"offers\":%llu,\"wall_s\":%.4f,"
      "\"cpu_s\":%.3f,\"samples\":%zu,\"p50_us\":%.1f,\"p90_us\":%.1f,\"p99_us\":%.1f,"
      "\"checksum\":\"%016llx\"}\n",
      static_cast<unsigned long long>(seen.launched),
      static_cast<unsigned long long>(seen.finished), static_cast<unsigned long long>(seen.others),
      static_cast<unsigned long long>(seen.offers), wall_s, cpu_seconds(), freed.size(),
      percentile_us(freed, 50, 100), percentile_us(freed, 90, 100), percentile_us(freed, 99, 100),
      static_cast<unsigned long long>(seen.checksum));
}

Status run(const Options& options) {
  Result<Amounts> shape = parse_amounts(options.shape);
  if (!shape) return shape.error();
  auto keys = read_dealer_keys(options.keys);
  if (!keys) return keys.error();
  const SystemClock clock;
  auto loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  EpollLoop& the_loop = **loop;
  bool is_done = false;
  Instant stop_at = Instant::never();
  bench::BenchScheduler scheduler(
      {.tasks = static_cast<std::uint64_t>(options.tasks),
       .shape = *shape,
       .command = options.command,
       .run_time = options.run_time,
       .stays = options.stay},
      [&clock] { return clock.now(); },
      [&] {
        is_done = true;
        if (!options.ready_file.empty()) std::ofstream(options.ready_file) << "ready\n";
        // The last acknowledgements leave before the loop stops.
        if (!options.stay) stop_at = clock.now() + milliseconds(200);
      });
  sdk::DriverOptions driver_options{.master = options.master, .state_dir = options.state_dir};
  // As the allow-list of scripts/bench names its key.
  const char* principal = keys->has_value() ? "bench" : "anonymous";
  driver_options.sdk.info = {.name = "bench", .principal = {principal}, .roles = {{"bench"}}};
  driver_options.keys = std::move(*keys);
  driver_options.sdk.write_ahead = options.write_ahead;
  driver_options.extra_deadline = [&stop_at] { return stop_at; };
  driver_options.extra_due = [&](Instant now) {
    if (now >= stop_at) the_loop.stop();
  };
  ZmqContext context;
  auto driver =
      sdk::FrameworkDriver::start(std::move(driver_options), scheduler, the_loop, clock, context);
  if (!driver) return driver.error();
  auto signals = StopSignals::watch(the_loop, [&the_loop] { the_loop.stop(); });
  if (!signals) return signals.error();
  the_loop.run();
  print_seen(scheduler.seen());
  if (!is_done) return Error{ErrorCode::kUnavailable, "stopped before every task was done"};
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  block_stop_signals();
  FlagSet flags("bench-framework", "Launches many tiny tasks and measures.");
  Options options;
  add_flags(flags, options);
  FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) return print(outcome);
  Status ended = run(options);
  if (ended) return 0;
  std::fprintf(stderr, "bench-framework: %s\n", ended.error().message.c_str());
  return 1;
}
