#include "simulator/openb/report.h"

namespace fairlead::openb {
namespace {

std::string decimals(std::int64_t hundredths) {
  const std::string rest = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + (rest.size() == 1 ? ".0" : ".") + rest;
}

std::int64_t rounded_mean(std::int64_t sum, std::size_t count) {
  const auto divisor = static_cast<std::int64_t>(count);
  return (sum + divisor / 2) / divisor;
}

std::int64_t mean_of(const std::vector<SeedResult>& seeds) {
  std::int64_t sum = 0;
  for (const SeedResult& one : seeds) sum += one.allocated();
  return rounded_mean(sum, seeds.size());
}

std::int64_t mean_of(const std::map<std::uint64_t, std::int64_t>& seeds) {
  std::int64_t sum = 0;
  for (const auto& [seed, percent] : seeds) sum += percent;
  return rounded_mean(sum, seeds.size());
}

const char* knowledge_of(const Options& options) {
  return options.knows_tasks ? "the pod list" : "what came before";
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

/// A policy's name is plain text; nothing in it is escaped.
std::string quoted(const std::string& text) {
  return '"' + text + '"';
}

}  // namespace

std::string line_of(const SeedResult& result) {
  return "seed " + std::to_string(result.seed) + ": " + decimals(result.allocated()) +
         " % of the GPUs allocated, " + std::to_string(result.pods_placed) + " pods placed, " +
         std::to_string(result.pods_dropped) + " dropped";
}

std::string summary_of(const Report& report) {
  const Options& options = report.options;
  std::string text = "mean of " + std::to_string(report.seeds.size()) + ": " +
                     decimals(mean_of(report.seeds)) + " %, placement " +
                     to_string(options.placement) + ", which knows " + knowledge_of(options) + "\n";
  if (!report.published.empty()) text += "published, by the paper's own simulator:\n";
  for (const auto& [policy, seeds] : report.published) {
    text += "  " + padded(policy, 18) + decimals(mean_of(seeds)) + " %\n";
  }
  return text;
}

std::string json_of(const Report& report) {
  std::string text = "{\"placement\":" + quoted(to_string(report.options.placement)) +
                     ",\"knows\":" + quoted(knowledge_of(report.options)) +
                     ",\"percent_arrived\":" + std::to_string(report.options.percent_max) +
                     ",\"seeds\":[";
  for (const SeedResult& one : report.seeds) {
    if (&one != &report.seeds.front()) text += ",";
    text += "{\"seed\":" + std::to_string(one.seed) +
            ",\"allocated_percent\":" + decimals(one.allocated()) +
            ",\"gpu_milli_total\":" + std::to_string(one.gpu_milli_total) +
            ",\"gpu_milli_arrived\":" + std::to_string(one.gpu_milli_arrived) +
            ",\"gpu_milli_allocated\":" + std::to_string(one.gpu_milli_allocated) +
            ",\"pods_placed\":" + std::to_string(one.pods_placed) +
            ",\"pods_dropped\":" + std::to_string(one.pods_dropped) + "}";
  }
  text += "],\"mean_allocated_percent\":" + decimals(mean_of(report.seeds)) + ",\"published\":{";
  bool is_first = true;
  for (const auto& [policy, seeds] : report.published) {
    text += (is_first ? "" : ",") + quoted(policy) + ":" + decimals(mean_of(seeds));
    is_first = false;
  }
  return text + "}}\n";
}

}  // namespace fairlead::openb
