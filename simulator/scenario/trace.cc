#include "simulator/scenario/trace.h"

#include <algorithm>

namespace fairlead::scenario {

void TraceBuilder::add(const RoleName& role, Instant submit, const std::vector<TracePart>& parts) {
  const std::uint32_t framework = framework_of(role);
  Job job{.framework = framework, .submit = submit, .parts = {}};
  for (const TracePart& part : parts) {
    if (part.tasks == 0) continue;
    job.parts.push_back({.shape = shape_of(framework, part.amounts),
                         .tasks = part.tasks,
                         .duration = {.law = Law::kFixed, .least = part.duration, .most = {}}});
  }
  jobs_.push_back(std::move(job));
}

std::vector<Job> TraceBuilder::take_jobs() {
  std::stable_sort(jobs_.begin(), jobs_.end(),
                   [](const Job& a, const Job& b) { return a.submit < b.submit; });
  return std::move(jobs_);
}

std::uint32_t TraceBuilder::framework_of(const RoleName& role) {
  const auto [known, is_new] =
      by_role_.emplace(role, static_cast<std::uint32_t>(frameworks_.size()));
  if (is_new) {
    frameworks_.push_back(behaviour_);
    frameworks_.back().role = role;
    frameworks_.back().name = role.text;
    std::replace(frameworks_.back().name.begin(), frameworks_.back().name.end(), '/', '-');
  }
  return known->second;
}

std::uint32_t TraceBuilder::shape_of(std::uint32_t framework, const Amounts& amounts) {
  std::vector<Shape>& shapes = frameworks_[framework].shapes;
  const auto [known, is_new] = shapes_.emplace(std::pair(framework, to_string(amounts)),
                                               static_cast<std::uint32_t>(shapes.size()));
  if (is_new) shapes.push_back({.name = known->first.second, .amounts = amounts});
  return known->second;
}

}  // namespace fairlead::scenario
