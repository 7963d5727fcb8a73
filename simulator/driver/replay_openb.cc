// fairlead-sim replay openb: the experiment of simulator/openb on the files of the trace.

#include <charconv>
#include <cstdio>
#include <fstream>
#include <future>
#include <sstream>
#include <utility>

#include "simulator/driver/replay_sources.h"
#include "simulator/openb/report.h"

namespace fairlead {
namespace {

constexpr std::uint64_t kSeedsMax = 10'000;

using SeedRange = std::pair<std::uint64_t, std::uint64_t>;

Result<std::string> text_of_file(const char* flag, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  if (file) text << file.rdbuf();
  if (file && !file.bad()) return text.str();
  return invalid({.what = "flag",
                  .where = flag,
                  .expected = "a file that can be read",
                  .got = path,
                  .hint = "the trace is in simulator/traces/openb"});
}

/// "42..51", or one.
Result<SeedRange> parse_seeds(const std::string& text) {
  SeedRange range;
  const char* end = text.data() + text.size();
  auto first = std::from_chars(text.data(), end, range.first);
  range.second = range.first;
  bool is_read = first.ec == std::errc{} && first.ptr == end;
  if (!is_read && first.ec == std::errc{} && std::string_view(first.ptr, end).starts_with("..")) {
    auto last = std::from_chars(first.ptr + 2, end, range.second);
    is_read = last.ec == std::errc{} && last.ptr == end && range.second >= range.first &&
              range.second - range.first < kSeedsMax;
  }
  if (is_read) return range;
  return invalid({.what = "flag",
                  .where = "--seeds",
                  .expected = "A..B, at most 10000 of them",
                  .got = text,
                  .hint = ""});
}

void say(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

/// Reads a file and what it says.
template <class Read>
auto read_trace(const char* flag, const std::string& path, Read read)
    -> decltype(read(std::string_view{}, std::string{})) {
  Result<std::string> text = text_of_file(flag, path);
  if (!text) return text.error();
  return read(*text, path);
}

class ReplayOpenb final : public Subcommand {
 public:
  CLI::App& declare(CLI::App& parent) override;
  int run() override;

 private:
  std::string nodes_ = "simulator/traces/openb/nodes.csv";
  std::string pods_ = "simulator/traces/openb/pods_default.csv";
  std::string published_ = "simulator/traces/openb/published_default.csv";
  std::string policy_ = "fairlead";
  std::string seeds_ = "42..51";
  std::string typical_ = "trace";
  std::string format_ = "text";
  std::size_t jobs_ = 1;
};

CLI::App& ReplayOpenb::declare(CLI::App& parent) {
  CLI::App& app =
      *parent.add_subcommand("openb", "Alibaba's GPU trace, until 130 % of the GPUs are asked for");
  app.add_option("--nodes", nodes_, "machines, CSV")->capture_default_str();
  app.add_option("--pods", pods_, "tasks, CSV")->capture_default_str();
  app.add_option("--published", published_, "results to show beside it, CSV; none: \"\"")
      ->capture_default_str();
  app.add_option("--policy", policy_, "best-fit, spread, fragmentation or fairlead")
      ->capture_default_str();
  app.add_option("--seeds", seeds_, "A..B: one run of each seed")->capture_default_str();
  app.add_option("--typical", typical_,
                 "what the policy knows of tasks at first: those of the trace, or none")
      ->check(CLI::IsMember({"trace", "none"}))
      ->capture_default_str();
  app.add_option("--jobs", jobs_, "runs at the same time")->check(CLI::Range(1, 256));
  app.add_option("-o,--output", format_, "text or json")->check(CLI::IsMember({"text", "json"}));
  return app;
}

int ReplayOpenb::run() {
  openb::Report report;
  Result<Placement> placement = parse_placement(policy_);
  if (!placement)
    return refuse({placement.error().code, "flag --policy: " + placement.error().message});
  report.options.placement = *placement;
  report.options.knows_tasks = typical_ == "trace";
  const Result<SeedRange> seeds = parse_seeds(seeds_);
  if (!seeds) return refuse(seeds.error());
  openb::Trace trace;
  auto nodes = read_trace("--nodes", nodes_, openb::read_nodes);
  if (!nodes) return refuse(nodes.error());
  trace.nodes = std::move(*nodes);
  auto pods = read_trace("--pods", pods_, openb::read_pods);
  if (!pods) return refuse(pods.error());
  trace.pods = std::move(*pods);
  if (!published_.empty()) {
    auto published = read_trace("--published", published_, openb::read_published);
    if (!published) return refuse(published.error());
    report.published = std::move(*published);
  }
  // As many at a time as there are jobs, told in the order of their seeds.
  std::vector<std::future<openb::SeedResult>> runs;
  for (std::uint64_t seed = seeds->first; report.seeds.size() <= seeds->second - seeds->first;) {
    for (; runs.size() < jobs_ && seed <= seeds->second; ++seed) {
      runs.push_back(std::async(std::launch::async, [&trace, &report, seed] {
        return openb::run(trace, report.options, seed);
      }));
    }
    report.seeds.push_back(runs.front().get());
    runs.erase(runs.begin());
    if (format_ == "text") say(openb::line_of(report.seeds.back()) + "\n");
  }
  say(format_ == "text" ? openb::summary_of(report) : openb::json_of(report));
  return 0;
}

}  // namespace

std::unique_ptr<Subcommand> replay_openb() {
  return std::make_unique<ReplayOpenb>();
}

}  // namespace fairlead
