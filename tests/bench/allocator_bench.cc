// Measures the allocator alone: whole cycles, and single events. One JSON line per figure.
//
// usage: allocator_bench [NAME...] [--agents N --frameworks M] [--one-role] [--cycles N] [--short]
// names: fresh again nothing_free declined declined_all quota_cycle event event_demand event_quota
// demand (default: all, each at its own sizes)
//
// A cycle runs inside measured(), so that callgrind can count its instructions alone:
// valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*bench*measured*'
// allocator_bench …
#include <time.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <numeric>
#include <optional>
#include <string_view>

#include "tests/bench/allocator_load.h"

namespace fairlead::bench {
namespace {

struct Options {
  std::vector<std::string> names;
  std::optional<LoadSize> size;  ///< instead of each figure's own
  bool one_role = false;
  std::uint32_t cycles = 5;
  bool is_short = false;
};

struct Timer {
  std::chrono::steady_clock::time_point wall = std::chrono::steady_clock::now();
  std::clock_t cpu = std::clock();

  double wall_ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - wall)
        .count();
  }
  double cpu_ms() const { return static_cast<double>(std::clock() - cpu) * 1000 / CLOCKS_PER_SEC; }
};

struct Figure {
  std::string name;
  double value = 0;
  const char* unit = "ms";
  std::string workload;
  const Cluster& cluster;
  std::string more;  ///< further members, each with a comma before it
};

void print(const Figure& figure) {
  std::printf(
      "{\"name\": \"allocator/%s\", \"value\": %.3f, \"unit\": \"%s\", \"workload\": \"%s\", "
      "\"offers\": %llu, \"checksum\": %llu%s}\n",
      figure.name.c_str(), figure.value, figure.unit, figure.workload.c_str(),
      static_cast<unsigned long long>(figure.cluster.offers_made()),
      static_cast<unsigned long long>(figure.cluster.checksum()), figure.more.c_str());
  std::fflush(stdout);
}

std::string sized(const char* name, const LoadSize& size) {
  return std::string(name) + (size.one_role ? "/one_role/" : "/") + std::to_string(size.agents) +
         "x" + std::to_string(size.frameworks);
}

std::string wall(double ms) {
  return ", \"wall_ms\": " + std::to_string(ms);
}

struct Taken {
  double cpu_ms = 0;
  double wall_ms = 0;
};

/// The only place that is counted, when only this is counted: not to be inlined.
[[gnu::noinline]] Taken measured(const std::function<void()>& work) {
  Timer timer;
  work();
  return {timer.cpu_ms(), timer.wall_ms()};
}

Taken resume_all(Cluster& cluster) {
  return measured([&] { cluster.resume_all(); });
}

/// Everything that is free is offered once; nobody has declined anything before.
void fresh(const LoadSize& size, const Options&) {
  Cluster cluster(size, three_quarters);
  Taken taken = resume_all(cluster);
  print({sized("fresh", size), taken.cpu_ms, "ms", "CPU time of one cycle, no earlier declines",
         cluster, wall(taken.wall_ms)});
}

/// The same by an allocator that has made as many offers before: they were rescinded.
void again(const LoadSize& size, const Options&) {
  Cluster cluster(size, three_quarters);
  cluster.resume_all();
  cluster.pause_all();
  cluster.take_offers();
  Taken taken = resume_all(cluster);
  print({sized("again", size), taken.cpu_ms, "ms",
         "CPU time of one cycle, no earlier declines, as many offers before that were rescinded",
         cluster, wall(taken.wall_ms)});
}

/// A cycle over all agents when nothing is free.
void nothing_free(const LoadSize& size, const Options&) {
  Cluster cluster(size, everything);
  Taken taken = resume_all(cluster);
  print({sized("nothing_free", size), taken.cpu_ms, "ms",
         "CPU time of a cycle over agents of which nothing is free", cluster, wall(taken.wall_ms)});
}

/// Every role gets its guarantee, which is also its limit: half an agent, or one and a half.
void quota_cycle(const LoadSize& size, const Options&) {
  LoadSize with_quotas = size;
  with_quotas.quotas = Quotas::kAll;
  Cluster cluster(with_quotas, nothing);
  Taken taken = resume_all(cluster);
  print({sized("quota_cycle", size), taken.cpu_ms, "ms",
         "CPU time of one cycle in which all there is goes to guarantees", cluster,
         wall(taken.wall_ms)});
}

/// The cycle after it, over the same agents: nothing is left to be given.
void quota_idle(const LoadSize& size, const Options&) {
  LoadSize with_quotas = size;
  with_quotas.quotas = Quotas::kAll;
  Cluster cluster(with_quotas, nothing);
  cluster.resume_all();
  Taken taken = resume_all(cluster);
  print({sized("quota_idle", size), taken.cpu_ms, "ms",
         "CPU time of a cycle over all agents after quota_cycle: nothing is left", cluster,
         wall(taken.wall_ms)});
}

/// The same when all offers of each cycle are declined for ever.
void declined(const LoadSize& size, const Options& options) {
  Cluster cluster(size, three_quarters);
  cluster.resume_all();
  Taken taken = measured([&] {
    for (std::uint32_t i = 0; i < options.cycles; ++i) cluster.decline_all();
  });
  print({sized("declined", size), taken.cpu_ms / options.cycles, "ms",
         "CPU time of one cycle, the mean of " + std::to_string(options.cycles) +
             "; every offer is declined for ever",
         cluster, wall(taken.wall_ms / options.cycles)});
}

/// Every pair has declined: a cycle over all agents that offers nothing.
void declined_all(const LoadSize& size, const Options&) {
  Cluster cluster(size, three_quarters);
  cluster.resume_all();
  for (std::uint32_t i = 0; i < size.frameworks; ++i) cluster.decline_all();
  cluster.pause_all();
  Taken taken = resume_all(cluster);
  print({sized("declined_all", size), taken.cpu_ms, "ms",
         "CPU time of a cycle in which every framework has declined every agent", cluster,
         wall(taken.wall_ms)});
}

void print_steps(const Figure& figure, std::vector<double> us) {
  std::sort(us.begin(), us.end());
  double sum = std::accumulate(us.begin(), us.end(), 0.0);
  Figure all = figure;
  all.value = us[us.size() * 99 / 100];
  all.more = ", \"p50_us\": " + std::to_string(us[us.size() / 2]) +
             ", \"mean_us\": " + std::to_string(sum / static_cast<double>(us.size()));
  print(all);
}

std::size_t steps(const Options& options) {
  return options.is_short ? 200 : 20'000;
}

void events(const char* name, const LoadSize& size, const Options& options, bool demand) {
  TaskEnds ends(size, demand);
  std::vector<double> us;
  for (std::size_t i = 0; i < steps(options); ++i) {
    allocation::HoldingFreed task = ends.next();
    Timer timer;
    ends.end(task);
    us.push_back(timer.wall_ms() * 1000);
    ends.refill(task);
  }
  print_steps({sized(name, size), 0, "us",
               "p99 of the wall time of the step in which one task ends", ends.cluster(), ""},
              us);
}

void event(const LoadSize& size, const Options& options) {
  events("event", size, options, false);
}

void event_demand(const LoadSize& size, const Options& options) {
  events("event_demand", size, options, true);
}

void event_quota(const LoadSize& size, const Options& options) {
  LoadSize with_quotas = size;
  with_quotas.quotas = Quotas::kFar;
  events("event_quota", with_quotas, options, true);
}

void demand(const LoadSize& size, const Options& options) {
  DemandChanges changes(size);
  std::vector<double> us;
  for (std::size_t i = 0; i < steps(options); ++i) {
    allocation::DemandSet wanted = changes.next();
    Timer timer;
    changes.set(wanted);
    us.push_back(timer.wall_ms() * 1000);
    changes.finish(wanted);
  }
  print_steps({sized("demand", size), 0, "us",
               "p99 of the wall time of the step in which one more task is demanded",
               changes.cluster(), ""},
              us);
}

struct Row {
  const char* name;
  void (*measure)(const LoadSize&, const Options&);
  std::vector<LoadSize> sizes;
};

std::vector<Row> rows() {
  return {
      {"fresh",
       fresh,
       {{1'000, 200}, {1'000, 200, true}, {10'000, 1'000}, {50'000, 6'000}, {1'000'000, 10'000}}},
      {"again", again, {{1'000, 200}, {10'000, 1'000}, {50'000, 6'000}}},
      {"nothing_free", nothing_free, {{1'000, 200}}},
      {"declined", declined, {{1'000, 200}, {10'000, 1'000}, {50'000, 6'000}}},
      {"declined_all", declined_all, {{1'000, 200}}},
      {"quota_cycle", quota_cycle, {{1'000, 200}, {3'000, 3'000}}},
      {"quota_idle", quota_idle, {{1'000, 200}, {3'000, 3'000}}},
      {"event", event, {{50'000, 1'000}}},
      {"event_demand", event_demand, {{50'000, 1'000}}},
      {"event_quota", event_quota, {{1'000, 200}, {50'000, 1'000}}},
      {"demand", demand, {{50'000, 1'000}}}};
}

std::optional<std::uint32_t> number(const char* text) {
  std::uint32_t value = 0;
  const char* end = text + std::strlen(text);
  auto [stop, error] = std::from_chars(text, end, value);
  if (error != std::errc{} || stop != end || value == 0) return std::nullopt;
  return value;
}

/// nullopt after saying what is wrong.
std::optional<Options> read(const std::vector<const char*>& words) {
  Options options;
  LoadSize size;
  auto refuse = [](const char* expected, std::string_view got) {
    std::fprintf(stderr, "allocator_bench: expected %s, got \"%s\"\n", expected,
                 std::string(got).c_str());
    return std::nullopt;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    std::uint32_t* wanted = word == "--agents"       ? &size.agents
                            : word == "--frameworks" ? &size.frameworks
                            : word == "--cycles"     ? &options.cycles
                                                     : nullptr;
    if (wanted != nullptr) {
      std::optional<std::uint32_t> value;
      if (i + 1 < words.size()) value = number(words[++i]);
      if (!value) return refuse("a number above 0 after it", word);
      *wanted = *value;
    } else if (word == "--short") {
      options.is_short = true;
    } else if (word == "--one-role") {
      options.one_role = true;
    } else {
      std::vector<Row> all = rows();
      bool known =
          std::any_of(all.begin(), all.end(), [&](const Row& row) { return row.name == word; });
      if (!known) return refuse("a name that is in its first lines", word);
      options.names.emplace_back(word);
    }
  }
  if ((size.agents == 0) != (size.frameworks == 0)) {
    return refuse("--agents and --frameworks together", "one of them");
  }
  if (size.agents > 0) options.size = {size.agents, size.frameworks, options.one_role};
  return options;
}

void run(const Options& options) {
  for (const Row& row : rows()) {
    bool wanted = options.names.empty() || std::find(options.names.begin(), options.names.end(),
                                                     row.name) != options.names.end();
    if (!wanted) continue;
    std::vector<LoadSize> sizes = row.sizes;
    if (options.is_short) sizes = {{100, 20}};
    if (options.size) sizes = {*options.size};
    for (const LoadSize& size : sizes) row.measure(size, options);
  }
}

}  // namespace
}  // namespace fairlead::bench

int main(int argc, char** argv) {
  std::optional<fairlead::bench::Options> options = fairlead::bench::read({argv + 1, argv + argc});
  if (!options) return 64;
  fairlead::bench::run(*options);
  return 0;
}
