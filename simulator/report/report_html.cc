#include "simulator/report/report_html.h"

#include <algorithm>
#include <bit>

#include "simulator/report/format.h"
#include "simulator/report/report_text.h"
#include "simulator/report/svg.h"

namespace fairlead::scenario {
namespace {

// Okabe and Ito's colours, which people with any colour vision tell apart.
constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --rule: #d9dee5; --back: #ffffff;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #b58900; --c5: #56b4e9;
  --c6: #7a5195; --c7: #6b6b6b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa5b4; --rule: #333c48;
  --back: #141a22; --c0: #56b4e9; --c4: #f0e442; --c5: #8ecae6; --c6: #b39ddb; --c7: #aaaaaa; } }
body { margin: 2rem auto; max-width: 960px; padding: 0 1rem; background: var(--back);
  color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 2rem 0 0.2rem; }
p { margin: 0.2rem 0; color: var(--soft); }
svg { display: block; width: 100%; height: auto; }
svg text { font: 11px system-ui, sans-serif; fill: var(--soft); }
.grid { stroke: var(--rule); } .axis { stroke: var(--soft); }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.key span { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 2px; margin: 0 0.35em 0 1em; }
.key span:first-child { margin-left: 0; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--rule); border-radius: 6px;
  font-size: 12.5px; line-height: 1.45; }
)";

std::string head(const Report& report) {
  std::string html = kHead;
  for (std::size_t i = 0; i < kLineClasses; ++i) {
    const std::string n = std::to_string(i);
    html += ".l" + n + " { stroke: var(--c" + n + "); } .k" + n + " { background: var(--c" + n +
            "); }\n";
  }
  return html + "</style>\n<title>" + escaped(report.name) + "</title>\n</head>\n<body>\n<h1>" +
         escaped(report.name) + "</h1>\n<p>seed " + std::to_string(report.seed) + ", " +
         grouped(report.agents) + " agents, " + short_span(report.end - Instant{}) +
         " of virtual time, hash " + hex(report.hash) + "</p>\n";
}

std::string section(const std::string& title, const std::string& note, const Plot& plot) {
  std::string html =
      "<h2>" + title + "</h2>\n<p>" + note + "</p>\n" + svg_of(plot) + "<p class=\"key\">";
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    html += "<span class=\"k" + std::to_string(i % kLineClasses) + "\"></span>" +
            escaped(plot.lines[i].name);
  }
  return html + "</p>\n";
}

/// Over the run's time; values in thousandths.
Plot plot_over_time(const Report& report, const std::string& about) {
  Plot plot{.about = about, .x_max = report.end.ns, .y_max = 1'000};
  for (std::int64_t sixth = 0; sixth <= 6; ++sixth) {
    const std::int64_t at = report.end.ns / 6 * sixth;
    plot.x_ticks.push_back({at, short_span(Duration{at})});
  }
  for (std::int64_t quarter = 0; quarter <= 4; ++quarter) {
    plot.y_ticks.push_back({quarter * 250, std::to_string(quarter * 25) + " %"});
  }
  return plot;
}

Plot plot_utilisation(const Report& report) {
  Plot plot = plot_over_time(report, "utilisation of each resource over time");
  auto add = [&](const std::string& name, std::size_t i, auto value) {
    Line line{.name = name, .points = {}};
    for (const Sample& sample : report.samples) {
      line.points.push_back({sample.at.ns, (sample.*value)[i]});
    }
    plot.lines.push_back(std::move(line));
  };
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (report.total[i] > 0) add(kResourceNames[i], i, &Sample::used);
  }
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    const bool was_offered =
        std::any_of(report.samples.begin(), report.samples.end(),
                    [i](const Sample& sample) { return sample.offered[i] > 0; });
    if (was_offered) add(std::string(kResourceNames[i]) + " in offers", i, &Sample::offered);
  }
  return plot;
}

Plot plot_shares(const Report& report) {
  Plot plot = plot_over_time(report, "dominant share of each role over time");
  for (std::size_t r = 0; r < report.roles.size(); ++r) {
    Line line{.name = report.roles[r], .points = {}};
    for (const Sample& sample : report.samples) {
      line.points.push_back({sample.at.ns, sample.shares[r]});
    }
    plot.lines.push_back(std::move(line));
  }
  return plot;
}

/// log2 of one and so many milliseconds, in 1/1024; straight between powers of two.
std::int64_t log_of(Duration wait) {
  const auto ms = static_cast<std::uint64_t>(wait.ms()) + 1;
  const int whole = 63 - std::countl_zero(ms);
  const std::uint64_t rest = whole > 10 ? ms >> (whole - 10) : ms << (10 - whole);
  return std::int64_t{whole} * 1'024 + static_cast<std::int64_t>(rest & 1'023);
}

Plot plot_waits(const Report& report) {
  Plot plot{.about = "waits until the last task of a job starts, by quantile", .x_max = 20};
  Duration longest = milliseconds(10);
  for (const FrameworkReport& one : report.frameworks) {
    Line line{.name = one.name, .points = {}};
    for (std::size_t i = 0; i < one.all_started.at.size(); ++i) {
      const Duration wait = one.all_started.at[i];
      line.points.push_back({static_cast<std::int64_t>(i), log_of(wait)});
      longest = std::max(longest, wait);
    }
    plot.lines.push_back(std::move(line));
  }
  plot.y_max = log_of(longest);
  for (std::int64_t i = 0; i <= 20; i += 4) {
    plot.x_ticks.push_back({i, std::to_string(i * 5) + " %"});
  }
  plot.y_ticks.push_back({0, "0s"});
  for (std::int64_t ms : {10LL, 100LL, 1'000LL, 10'000LL, 60'000LL, 600'000LL, 3'600'000LL,
                          36'000'000LL, 864'000'000LL, 8'640'000'000LL}) {
    if (milliseconds(ms) > longest) break;
    plot.y_ticks.push_back({log_of(milliseconds(ms)), short_span(milliseconds(ms))});
  }
  return plot;
}

}  // namespace

std::string html_of(const Report& report) {
  return head(report) +
         section("Utilisation",
                 "Part of the cluster that running tasks use; what lies in offers that "
                 "nobody answered yet is a line of its own.",
                 plot_utilisation(report)) +
         section("Shares",
                 "Dominant share of each role with its sub-roles, offers included, not weighted.",
                 plot_shares(report)) +
         section("Waits",
                 "From a job's submission to the start of its last task: so many of a framework's "
                 "jobs waited no longer. The scale of times is logarithmic.",
                 plot_waits(report)) +
         "<h2>In numbers</h2>\n<pre>" + escaped(text_of(report)) + "</pre>\n</body>\n</html>\n";
}

}  // namespace fairlead::scenario
