// fairlead-sim: the cores under virtual time. `chaos` attacks a whole simulated cluster.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/chaos/summary.h"
#include "simulator/chaos/world.h"

namespace {

using namespace fairlead;

struct ChaosFlags {
  chaos::RunOptions run;
  std::string seeds;  ///< "1..500"
  std::vector<std::string> without;
  std::string plant;
  bool trace = false;
};

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

/// First and last seed of "A..B"; a single run when there is none.
Result<std::pair<std::uint64_t, std::uint64_t>> seeds_of(const ChaosFlags& flags) {
  if (flags.seeds.empty()) return std::pair{flags.run.seed, flags.run.seed};
  std::pair<std::uint64_t, std::uint64_t> range;
  const char* end = flags.seeds.data() + flags.seeds.size();
  auto first = std::from_chars(flags.seeds.data(), end, range.first);
  bool has_dots = end - first.ptr > 2 && first.ptr[0] == '.' && first.ptr[1] == '.';
  auto last = has_dots ? std::from_chars(first.ptr + 2, end, range.second) : first;
  if (!has_dots || last.ptr != end || range.second < range.first) {
    return invalid({.what = "flag", .where = "--seeds", .expected = "A..B", .got = flags.seeds});
  }
  return range;
}

Status read_names(ChaosFlags& flags) {
  for (const std::string& name : flags.without) {
    std::size_t fault = chaos::find_fault(name);
    if (fault == chaos::kFaults) {
      return invalid(
          {.what = "flag", .where = "--without", .expected = "names of faults", .got = name});
    }
    flags.run.without |= 1U << fault;
  }
  if (flags.plant.empty()) return {};
  for (const chaos::PlantRow& row : chaos::kPlants) {
    if (row.name == flags.plant) flags.run.plant = row.plant;
  }
  if (flags.run.plant != chaos::Plant::kNone) return {};
  return invalid(
      {.what = "flag", .where = "--plant", .expected = "a planted bug", .got = flags.plant});
}

int run_chaos(ChaosFlags flags) {
  Status named = read_names(flags);
  auto seeds = seeds_of(flags);
  if (!named || !seeds) {
    std::fprintf(stderr, "%s\n", (named ? seeds.error() : named.error()).message.c_str());
    return 64;
  }
  chaos::Totals totals;
  for (std::uint64_t seed = seeds->first; seed <= seeds->second; ++seed) {
    chaos::RunOptions options = flags.run;
    options.seed = seed;
    chaos::RunReport report =
        chaos::run(options, flags.trace ? chaos::Trace::Reader(print) : chaos::Trace::Reader());
    print(chaos::line_of(report));
    if (report.violation) print("  again: " + chaos::command_of(options) + " --trace");
    totals.add(report);
  }
  print(totals.text());
  if (totals.runs() > 1 && !totals.never_happened().empty()) {
    print("never happened:" + totals.never_happened());
  }
  return totals.violations() == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Fairlead's cores under virtual time"};
  app.require_subcommand(1);
  ChaosFlags flags;
  CLI::App* chaos = app.add_subcommand("chaos", "attack a simulated cluster, seed by seed");
  chaos->add_option("--seed", flags.run.seed, "one run of this seed");
  chaos->add_option("--seeds", flags.seeds, "A..B: one run of each seed");
  chaos
      ->add_option("--minutes", flags.run.minutes,
                   "simulated; the last fifth, at least two, without faults")
      ->check(CLI::Range(3, 1'000));
  chaos->add_option("--masters", flags.run.masters, "how many")->check(CLI::Range(1, 9));
  chaos->add_option("--agents", flags.run.agents, "how many")->check(CLI::Range(1, 99));
  chaos->add_option("--frameworks", flags.run.frameworks, "how many")->check(CLI::Range(1, 99));
  chaos->add_option("--without", flags.without, "faults to leave out, by name")->delimiter(',');
  chaos->add_option("--plant", flags.plant, "a bug to plant into the simulated world");
  chaos->add_flag("--trace", flags.trace, "print what happens");
  CLI11_PARSE(app, argc, argv);
  return run_chaos(flags);
}
