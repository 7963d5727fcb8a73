// fairlead-sim chaos: attacks a whole simulated cluster, seed by seed.
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/chaos/shrink.h"
#include "simulator/chaos/summary.h"
#include "simulator/chaos/world.h"
#include "simulator/driver/batch.h"
#include "simulator/driver/subcommand.h"

namespace fairlead {
namespace {

constexpr int kExitBroken = 1;         // a promise was broken
constexpr int kExitNeverHappened = 2;  // --expect-all: some fault or check did not occur
constexpr std::size_t kShrinkRunsMax = 150;

struct ChaosFlags {
  chaos::RunOptions run;
  std::string seeds;  ///< "1..500"
  std::size_t jobs = 1;
  std::vector<std::string> without;
  std::vector<std::string> only;
  std::string plant;
  bool no_swarm = false;
  bool trace = false;
  bool shrink = false;
  bool quiet = false;
  bool expect_all = false;
};

/// "A..B"; a single run when there is none.
Result<chaos::Seeds> seeds_of(const ChaosFlags& flags) {
  if (flags.seeds.empty()) return chaos::Seeds{flags.run.seed, flags.run.seed};
  chaos::Seeds range;
  const char* end = flags.seeds.data() + flags.seeds.size();
  auto first = std::from_chars(flags.seeds.data(), end, range.first);
  bool has_dots = end - first.ptr > 2 && first.ptr[0] == '.' && first.ptr[1] == '.';
  auto last = has_dots ? std::from_chars(first.ptr + 2, end, range.last) : first;
  if (!has_dots || last.ptr != end || range.last < range.first) {
    return invalid({.what = "flag", .where = "--seeds", .expected = "A..B", .got = flags.seeds});
  }
  return range;
}

Result<std::uint32_t> faults_of(const char* flag, const std::vector<std::string>& names) {
  std::uint32_t bits = 0;
  for (const std::string& name : names) {
    std::size_t fault = chaos::find_fault(name);
    if (fault == chaos::kFaults) {
      return invalid({.what = "flag", .where = flag, .expected = "names of faults", .got = name});
    }
    bits |= std::uint32_t{1} << fault;
  }
  return bits;
}

Status read_names(ChaosFlags& flags) {
  flags.run.swarm = !flags.no_swarm;
  Result<std::uint32_t> without = faults_of("--without", flags.without);
  Result<std::uint32_t> only = faults_of("--only", flags.only);
  if (!without) return without.error();
  if (!only) return only.error();
  flags.run.without = *without | (flags.only.empty() ? 0 : chaos::kAllFaults & ~*only);
  if (flags.plant.empty()) return {};
  for (const chaos::PlantRow& row : chaos::kPlants) {
    if (row.name == flags.plant) flags.run.plant = row.plant;
  }
  if (flags.run.plant != chaos::Plant::kNone) return {};
  return invalid(
      {.what = "flag", .where = "--plant", .expected = "a planted bug", .got = flags.plant});
}

chaos::RunOptions with_seed(chaos::RunOptions options, std::uint64_t seed) {
  options.seed = seed;
  return options;
}

void print_shrunk(const chaos::RunOptions& options, const chaos::RunReport& report) {
  chaos::Shrunk small =
      chaos::shrink(options, report, kShrinkRunsMax,
                    [](const chaos::RunOptions& smaller) { return chaos::run(smaller); });
  print("smaller, after " + std::to_string(small.runs) + " runs: " + chaos::line_of(small.report));
  print("  again: " + chaos::command_of(small.options) + " --trace");
}

int run_chaos(ChaosFlags flags) {
  Status named = read_names(flags);
  auto seeds = seeds_of(flags);
  if (!named) return refuse(named.error());
  if (!seeds) return refuse(seeds.error());
  chaos::Totals totals;
  std::vector<chaos::RunReport> broken;
  auto take = [&](const chaos::RunReport& report) {
    if (!flags.quiet || report.violation) print(chaos::line_of(report));
    if (report.violation) {
      print("  again: " + chaos::command_of(with_seed(flags.run, report.seed)) + " --trace");
      broken.push_back(report);
    }
    totals.add(report);
  };
  if (flags.trace) {
    take(chaos::run(with_seed(flags.run, seeds->first), print));
  } else {
    chaos::run_batch({.run = flags.run, .seeds = *seeds, .jobs = flags.jobs}, take);
  }
  print(totals.text());
  if (flags.shrink && !broken.empty()) {
    print_shrunk(with_seed(flags.run, broken.front().seed), broken.front());
  }
  if (!broken.empty()) return kExitBroken;
  std::string missing = totals.never_happened();
  if (totals.runs() == 1 || missing.empty()) return 0;
  print("never happened:" + missing);
  return flags.expect_all ? kExitNeverHappened : 0;
}

void add_flags(CLI::App& chaos, ChaosFlags& flags) {
  chaos.add_option("--seed", flags.run.seed, "one run of this seed");
  chaos.add_option("--seeds", flags.seeds, "A..B: one run of each seed");
  chaos.add_option("--jobs", flags.jobs, "runs at the same time")->check(CLI::Range(1, 256));
  chaos.add_option("--minutes", flags.run.minutes, "simulated; the last fifth without faults")
      ->check(CLI::Range(3, 1'000));
  chaos.add_option("--masters", flags.run.masters, "how many")->check(CLI::Range(1, 9));
  chaos.add_option("--agents", flags.run.agents, "how many")->check(CLI::Range(1, 99));
  chaos.add_option("--frameworks", flags.run.frameworks, "how many")->check(CLI::Range(1, 99));
  chaos.add_option("--without", flags.without, "faults to leave out, by name")->delimiter(',');
  chaos.add_option("--only", flags.only, "leave out all faults but these")->delimiter(',');
  chaos.add_flag("--no-swarm", flags.no_swarm, "every fault as often as usual, in each run");
  chaos.add_option("--plant", flags.plant, "a bug to plant into the simulated world");
  chaos.add_flag("--trace", flags.trace, "print what happens, of one run");
  chaos.add_flag("--shrink", flags.shrink, "make the first failing run smaller");
  chaos.add_flag("--quiet", flags.quiet, "no line for a run that broke no promise");
  chaos.add_flag("--expect-all", flags.expect_all,
                 "fail when some fault never struck or some promise was never checked");
}

class ChaosCommand final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override {
    CLI::App& app = *parent.add_subcommand("chaos", "attack a simulated cluster, seed by seed");
    add_flags(app, flags_);
    return app;
  }
  int run() override { return run_chaos(flags_); }

 private:
  ChaosFlags flags_;
};

}  // namespace

std::unique_ptr<Subcommand> chaos_command() {
  return std::make_unique<ChaosCommand>();
}

}  // namespace fairlead
