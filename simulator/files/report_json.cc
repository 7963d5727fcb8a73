#include "simulator/files/report_json.h"

#include <nlohmann/json.hpp>

#include "simulator/report/format.h"

namespace fairlead::scenario {
namespace {

using Json = nlohmann::ordered_json;

/// By name, of those that the cluster has.
Json by_resource(const Report& report, const std::array<std::int64_t, kStandardScalars>& values) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (report.total[i] > 0) json[kResourceNames[i]] = values[i];
  }
  return json;
}

Json waits_json(const Waits& waits) {
  Json json = {{"jobs", waits.count}};
  if (waits.count == 0) return json;
  json["p50_ns"] = waits.percentile(50).ns;
  json["p95_ns"] = waits.percentile(95).ns;
  json["max_ns"] = waits.percentile(100).ns;
  Json twentieths = Json::array();
  for (Duration wait : waits.at) twentieths.push_back(wait.ns);
  json["twentieths_ns"] = std::move(twentieths);
  return json;
}

Json framework_json(const FrameworkReport& one) {
  return {{"name", one.name},
          {"role", one.role},
          {"policy", one.policy},
          {"jobs", one.jobs},
          {"jobs_done", one.jobs_done},
          {"jobs_open", one.jobs_running},
          {"jobs_abandoned", one.jobs_abandoned},
          {"tasks_started", one.tasks_started},
          {"tasks_ended", one.tasks_ended},
          {"tasks_preempted", one.tasks_preempted},
          {"offers", one.offers},
          {"declines", one.declines},
          {"rescinds", one.rescinds},
          {"agents_used", one.agents_used},
          {"wait_first_offer", waits_json(one.first_offer)},
          {"wait_first_start", waits_json(one.first_start)},
          {"wait_all_started", waits_json(one.all_started)}};
}

Json samples_json(const Report& report) {
  Json samples = Json::array();
  for (const Sample& one : report.samples) {
    Json shares = Json::object();
    for (std::size_t r = 0; r < report.roles.size(); ++r) shares[report.roles[r]] = one.shares[r];
    samples.push_back({{"at_ms", (one.at - Instant{}).ms()},
                       {"used_per_mille", by_resource(report, one.used)},
                       {"offered_per_mille", by_resource(report, one.offered)},
                       {"share_per_mille", std::move(shares)},
                       {"jobs_waiting", one.jobs_waiting}});
  }
  return samples;
}

Json stranded_json(const Report& report) {
  Json all = Json::array();
  auto add = [&](const Stranded& one) {
    all.push_back({{"shape", one.shape},
                   {"moments", one.moments},
                   {"free_per_mille", by_resource(report, one.free)}});
  };
  for (const Stranded& one : report.stranded) add(one);
  if (report.stranded_by_all.moments > 0) add(report.stranded_by_all);
  return all;
}

}  // namespace

std::string json_of(const Report& report) {
  Json shares = Json::object();
  for (std::size_t r = 0; r < report.roles.size(); ++r) {
    shares[report.roles[r]] = report.shares_mean[r];
  }
  Json frameworks = Json::array();
  for (const FrameworkReport& one : report.frameworks) frameworks.push_back(framework_json(one));
  const Json json = {{"name", report.name},
                     {"seed", report.seed},
                     {"end_ms", (report.end - Instant{}).ms()},
                     {"agents", report.agents},
                     {"total", by_resource(report, report.total)},
                     {"used_mean_per_mille", by_resource(report, report.used_mean)},
                     {"share_mean_per_mille", std::move(shares)},
                     {"frameworks", std::move(frameworks)},
                     {"stranded", stranded_json(report)},
                     {"samples", samples_json(report)},
                     {"allocator_events", report.events},
                     {"allocator_actions", report.actions},
                     {"hash", hex(report.hash)}};
  return json.dump(2) + "\n";
}

}  // namespace fairlead::scenario
