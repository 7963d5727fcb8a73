// Arrivals become jobs; a scenario becomes a smaller one.
#include <algorithm>

#include "simulator/scenario/draw.h"
#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {
namespace {

struct Maker {
  const Scenario& scenario;
  std::vector<Job>& jobs;
  std::uint32_t framework;
  const Arrivals& arrivals;
  Random& random;

  void add(Instant submit) {
    Job job{.framework = framework, .submit = submit, .parts = {}};
    for (const Arrivals::Tasks& tasks : arrivals.tasks) {
      job.parts.push_back(
          {.shape = tasks.shape,
           .tasks = draw(tasks.count, random),
           .duration = scenario.frameworks[framework].shapes[tasks.shape].duration});
    }
    jobs.push_back(std::move(job));
  }

  /// False when there are too many.
  bool add_all(Instant end) {
    for (Instant at : arrivals.at) {
      if (at < end) add(at);
    }
    if (arrivals.gap <= Duration{}) return true;
    const SpanLaw law{.law = arrivals.is_poisson ? Law::kExponential : Law::kFixed,
                      .least = arrivals.gap,
                      .most = {}};
    end = std::min(end, arrivals.until);
    Instant at = arrivals.from;
    if (arrivals.is_poisson) at = at + draw(law, random);
    for (std::uint64_t made = 0; at < end && (arrivals.count == 0 || made < arrivals.count);
         ++made) {
      if (jobs.size() >= kJobsMax) return false;
      add(at);
      // Two jobs of one list never come at the same time: a gap is at least 1 ns.
      at = at + std::max(draw(law, random), Duration{1});
    }
    return true;
  }
};

std::uint64_t scaled(std::uint64_t number, const Scale& scale) {
  const auto product = static_cast<unsigned __int128>(number) * scale.part / scale.whole;
  return std::max<std::uint64_t>(static_cast<std::uint64_t>(product), 1);
}

}  // namespace

Result<std::vector<Job>> draw_jobs(const Scenario& scenario) {
  std::vector<Job> jobs;
  const Instant end = Instant{} + scenario.duration;
  for (std::uint32_t f = 0; f < scenario.frameworks.size(); ++f) {
    const Framework& framework = scenario.frameworks[f];
    std::uint64_t place = 0;
    for (const Arrivals& arrivals : framework.arrivals) {
      // By name, so that a framework's jobs stay what they are without the others.
      Random random(mixed(mixed(scenario.seed, ++place), framework.name));
      if (!Maker{scenario, jobs, f, arrivals, random}.add_all(end)) {
        return Error{ErrorCode::kExhausted,
                     "framework " + framework.name + ": more than " + std::to_string(kJobsMax) +
                         " jobs; hint: make the gap between them longer or the run shorter"};
      }
    }
  }
  std::stable_sort(jobs.begin(), jobs.end(),
                   [](const Job& a, const Job& b) { return a.submit < b.submit; });
  return jobs;
}

Scenario scaled(Scenario scenario, const Scale& scale) {
  for (AgentGroup& group : scenario.agents) {
    group.count = static_cast<std::uint32_t>(scaled(group.count, scale));
  }
  for (Framework& framework : scenario.frameworks) {
    for (Arrivals& arrivals : framework.arrivals) {
      for (Arrivals::Tasks& tasks : arrivals.tasks) {
        tasks.count.least = scaled(tasks.count.least, scale);
        tasks.count.most = scaled(tasks.count.most, scale);
      }
    }
  }
  return scenario;
}

}  // namespace fairlead::scenario
