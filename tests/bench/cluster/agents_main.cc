// bench-agents: many emulated agents in one process, until it is told to stop.
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <utility>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/flags/flags.h"
#include "runtime/adapters/loop/epoll_loop.h"
#include "runtime/adapters/process/stop_signals.h"
#include "tests/bench/cluster/emulated_agents.h"

namespace {

using namespace fairlead;

struct Options {
  std::string master;
  std::string resources = "cpus:100;mem:400GiB";
  std::string ready_file;
  DealerKeyFiles keys;
  std::int64_t agents = 100;
  std::int64_t first = 0;
  std::int64_t connections = 4;
};

void add_flags(FlagSet& flags, Options& options) {
  flags.add({.name = "master", .help = "where it listens", .is_required = true}, &options.master);
  flags.add({.name = "key-file", .help = "own CURVE key pair"}, &options.keys.own);
  flags.add({.name = "master-key-file", .help = "public key of the master"}, &options.keys.master);
  flags.add({.name = "resources", .help = "of each agent"}, &options.resources);
  flags.add({.name = "ready-file", .help = "written once every agent is registered"},
            &options.ready_file);
  flags.add({.name = "agents", .help = "how many"}, &options.agents, {1, 1'000'000, "agents"});
  flags.add({.name = "first", .help = "the number that the first of them is named by"},
            &options.first, {0, 1'000'000, "agents"});
  flags.add({.name = "connections", .help = "that they share"}, &options.connections,
            {1, 1'000, "connections"});
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void print_counters(const bench::EmulatedAgents& agents) {
  const auto& c = agents.counters();
  std::printf(
      "{\"registered\":%llu,\"launches\":%llu,\"finished\":%llu,\"acknowledged\":%llu,"
      "\"resyncs\":%llu,\"lost_links\":%llu,\"refused\":%llu,\"tasks\":%zu,\"cpu_s\":%.3f}\n",
      static_cast<unsigned long long>(c.registered), static_cast<unsigned long long>(c.launches),
      static_cast<unsigned long long>(c.finished), static_cast<unsigned long long>(c.acknowledged),
      static_cast<unsigned long long>(c.resyncs), static_cast<unsigned long long>(c.lost_links),
      static_cast<unsigned long long>(c.refused), agents.tasks(), cpu_seconds());
}

Status run(const Options& options) {
  Result<Resources> total = parse_resources(options.resources);
  if (!total) return total.error();
  auto keys = read_dealer_keys(options.keys);
  if (!keys) return keys.error();
  const SystemClock clock;
  auto loop = EpollLoop::create(clock);
  if (!loop) return loop.error();
  EpollLoop& the_loop = **loop;
  ZmqContext context;
  auto agents =
      bench::EmulatedAgents::start({.master = options.master,
                                    .agents = static_cast<std::size_t>(options.agents),
                                    .first = static_cast<std::size_t>(options.first),
                                    .connections = static_cast<std::size_t>(options.connections),
                                    .total = *total,
                                    .keys = std::move(*keys)},
                                   context, the_loop, clock);
  if (!agents) return agents.error();
  auto signals = StopSignals::watch(the_loop, [&the_loop] { the_loop.stop(); });
  if (!signals) return signals.error();
  (*agents)->set_on_complete([&options] {
    if (!options.ready_file.empty()) std::ofstream(options.ready_file) << "ready\n";
  });
  the_loop.run();
  print_counters(**agents);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  block_stop_signals();
  FlagSet flags("bench-agents", "Emulates many agents over a few connections.");
  Options options;
  add_flags(flags, options);
  FlagOutcome outcome = flags.parse(argc, argv);
  if (!outcome.run) return print(outcome);
  Status ended = run(options);
  if (ended) return 0;
  std::fprintf(stderr, "bench-agents: %s\n", ended.error().message.c_str());
  return 1;
}
