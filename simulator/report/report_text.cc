#include "simulator/report/report_text.h"

#include <algorithm>

#include "simulator/report/format.h"

namespace fairlead::scenario {
namespace {

constexpr std::size_t kBarCells = 60;

std::string wait_cell(const Waits& waits, std::size_t percentile) {
  return waits.count == 0 ? "-" : short_span(waits.percentile(percentile));
}

std::string cluster(const Report& report) {
  std::string text = grouped(report.agents) + " agents";
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (report.total[i] == 0) continue;
    text += ", " + scalar_to_string(kResourceNames[i], report.total[i]) + " " + kResourceNames[i];
  }
  return text;
}

/// The course of a value as digits: tenths of the whole, '#' for all of it, '.' for less than 5 %.
template <class ValueOf>
std::string course(const Report& report, ValueOf value_of) {
  std::string line;
  const std::size_t cells = std::min(kBarCells, report.samples.size());
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const std::size_t from = cell * report.samples.size() / cells;
    const std::size_t to = (cell + 1) * report.samples.size() / cells;
    std::int64_t sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += value_of(report.samples[i]);
    const std::int64_t tenths = (sum / static_cast<std::int64_t>(to - from) + 50) / 100;
    line += tenths <= 0 ? '.' : tenths >= 10 ? '#' : static_cast<char>('0' + tenths);
  }
  return line;
}

std::string utilisation(const Report& report) {
  Table table({"resource", "mean", "over time (tenths; # all, . none)"}, {2});
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (report.total[i] == 0) continue;
    table.add({kResourceNames[i], percent(report.used_mean[i]),
               course(report, [i](const Sample& sample) { return sample.used[i]; })});
  }
  return table.text();
}

std::string shares(const Report& report) {
  Table table({"role", "mean", "dominant share over time"}, {2});
  for (std::size_t r = 0; r < report.roles.size(); ++r) {
    table.add({report.roles[r], percent(report.shares_mean[r]),
               course(report, [r](const Sample& sample) { return sample.shares[r]; })});
  }
  return table.text();
}

std::string jobs(const Report& report) {
  Table table({"framework", "role", "policy", "jobs", "done", "open", "abandoned", "tasks started",
               "ended", "preempted", "on agents"},
              {1, 2});
  for (const FrameworkReport& one : report.frameworks) {
    table.add({one.name, one.role, one.policy, grouped(one.jobs), grouped(one.jobs_done),
               grouped(one.jobs_running), grouped(one.jobs_abandoned), grouped(one.tasks_started),
               grouped(one.tasks_ended), grouped(one.tasks_preempted), grouped(one.agents_used)});
  }
  return table.text();
}

std::string waits(const Report& report) {
  Table table({"framework", "until", "jobs", "p50", "p95", "max"}, {1});
  for (const FrameworkReport& one : report.frameworks) {
    auto add = [&](const std::string& name, const char* until, const Waits& of) {
      table.add({name, until, grouped(of.count), wait_cell(of, 50), wait_cell(of, 95),
                 wait_cell(of, 100)});
    };
    add(one.name, "first offer", one.first_offer);
    add("", "first task starts", one.first_start);
    add("", "last task starts", one.all_started);
  }
  return table.text();
}

std::string offers(const Report& report) {
  Table table({"framework", "offers", "declined", "rescinded"});
  for (const FrameworkReport& one : report.frameworks) {
    table.add({one.name, grouped(one.offers), grouped(one.declines), grouped(one.rescinds)});
  }
  return table.text();
}

std::string stranded(const Report& report) {
  std::vector<std::string> head = {"no room for", "moments"};
  for (const char* name : kResourceNames) head.push_back(std::string("free ") + name);
  Table table(head);
  auto add = [&](const Stranded& one) {
    std::vector<std::string> row = {one.shape, grouped(one.moments)};
    for (std::int64_t free : one.free) row.push_back(percent(free));
    table.add(std::move(row));
  };
  for (const Stranded& one : report.stranded) add(one);
  add(report.stranded_by_all);
  return table.text();
}

}  // namespace

std::string text_of(const Report& report) {
  std::string text = report.name + ": seed " + std::to_string(report.seed) + ", " +
                     short_span(report.end - Instant{}) + " of virtual time\n" + cluster(report) +
                     "\n\n";
  text += "Utilisation\n" + utilisation(report) + "\n";
  text += "Shares\n" + shares(report) + "\n";
  text += "Jobs\n" + jobs(report) + "\n";
  text += "Waits, from a job's submission\n" + waits(report) + "\n";
  text += "Offers\n" + offers(report) + "\n";
  if (report.stranded_by_all.moments > 0) {
    text += "Stranded: free where the shape that waits does not fit, mean over the moments\n" +
            stranded(report) + "\n";
  }
  text += "allocator: " + grouped(report.events) + " events, " + grouped(report.actions) +
          " actions, hash " + hex(report.hash) + "\n";
  return text;
}

}  // namespace fairlead::scenario
