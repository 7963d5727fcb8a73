#include "simulator/driver/report_output.h"

#include <sys/resource.h>

#include <cstdio>
#include <fstream>

#include "common/parse_units.h"
#include "simulator/files/report_json.h"
#include "simulator/report/format.h"
#include "simulator/report/report_html.h"
#include "simulator/report/report_text.h"
#include "simulator/scenario/simulation.h"

namespace fairlead {
namespace {

/// What this process took so far.
void print_usage(std::chrono::steady_clock::duration wall, std::uint64_t tasks) {
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
  const auto span = [](std::int64_t seconds_whole, std::int64_t micro) {
    return scenario::short_span(seconds(seconds_whole) + microseconds(micro));
  };
  const std::int64_t micro = std::chrono::duration_cast<std::chrono::microseconds>(wall).count();
  std::fprintf(
      stderr, "took %s (%s of CPU), %s at most, for %s tasks\n", span(0, micro).c_str(),
      span(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec,
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
          .c_str(),
      (scenario::grouped(static_cast<std::uint64_t>(usage.ru_maxrss) / 1'024) + " MiB").c_str(),
      scenario::grouped(tasks).c_str());
}

/// A run that takes long says now and then how far it is.
class ProgressLines {
 public:
  void operator()(const scenario::Progress& progress) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + kGap;
    std::string of;
    if (progress.whole > Duration{}) of = " of " + scenario::short_span(progress.whole);
    std::fprintf(stderr, "%s%s simulated, %s tasks ended\n",
                 scenario::short_span(progress.simulated).c_str(), of.c_str(),
                 scenario::grouped(progress.tasks_ended).c_str());
  }

 private:
  static constexpr std::chrono::seconds kGap{20};
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now() + kGap;
};

Status write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return {};
  return invalid({.what = "flag",
                  .where = "--html",
                  .expected = "a file that can be written",
                  .got = path,
                  .hint = {}});
}

}  // namespace

void ReportOutput::declare(CLI::App& app) {
  app.add_option("-o,--output", format_, "text or json, to stdout")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_option("--html", html_, "FILE: writes a page with plots, complete in itself");
}

int ReportOutput::run(const scenario::Scenario& scenario,
                      const std::vector<scenario::Job>& jobs) const {
  if (Status valid = scenario::validate(scenario); !valid) return refuse(valid.error());
  // Before the run: who runs for an hour wants to know now that the page cannot be written.
  if (!html_.empty()) {
    if (Status written = write_file(html_, ""); !written) return refuse(written.error());
  }
  const auto before = std::chrono::steady_clock::now();
  const scenario::Report report = scenario::run(scenario, jobs, ProgressLines());
  const auto took = std::chrono::steady_clock::now() - before;
  const std::string text =
      format_ == "json" ? scenario::json_of(report) : scenario::text_of(report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!html_.empty()) {
    if (Status written = write_file(html_, scenario::html_of(report)); !written) {
      return refuse(written.error());
    }
  }
  std::uint64_t tasks = 0;
  for (const scenario::FrameworkReport& one : report.frameworks) tasks += one.tasks_ended;
  print_usage(took, tasks);
  return 0;
}

}  // namespace fairlead
