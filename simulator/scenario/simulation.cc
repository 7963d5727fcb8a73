#include "simulator/scenario/simulation.h"

#include <algorithm>
#include <map>

#include "common/limits.h"
#include "simulator/scenario/handlers.h"

namespace fairlead::scenario {
namespace {

void happen(World& world, const Event& event) {
  switch (event.happening) {
    case Happening::kJobArrives: {
      // The next one is planned only now: the queue stays as small as what can happen.
      const std::uint32_t next = event.subject + 1;
      if (next < world.jobs.size()) {
        plan(world, world.jobs[next].submit, Happening::kJobArrives, next);
      }
      return on_job_arrives(world, event.subject);
    }
    case Happening::kJobIsGivenUp:
      return on_job_is_given_up(world, event.subject);
    case Happening::kFrameworkAnswers:
      return on_framework_answers(world, event.subject);
    case Happening::kTasksEnd:
      return on_tasks_end(world, event.subject);
    case Happening::kFrameworkGivesBack:
      return on_framework_gives_back(world, event.subject);
  }
}

/// Roles of frameworks and those above them, by path.
std::vector<std::string> roles_of(const Scenario& scenario) {
  std::vector<std::string> roles;
  auto add = [&](std::string role) {
    for (std::size_t end = 0; end != std::string::npos;) {
      end = role.find('/', end + 1);
      roles.push_back(role.substr(0, end));
    }
  };
  for (const Role& role : scenario.roles) add(role.name.text);
  for (const Framework& framework : scenario.frameworks) add(framework.role.text);
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return roles;
}

std::vector<std::string> names_of_shapes(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Framework& framework : scenario.frameworks) {
    for (const Shape& shape : framework.shapes) names.push_back(framework.name + "/" + shape.name);
  }
  return names;
}

/// At most as many of a framework as it may declare.
std::vector<WaitingShape> waiting_shapes(const World& world) {
  std::vector<WaitingShape> waiting;
  std::size_t first = 0;
  for (std::size_t f = 0; f < world.frameworks.size(); ++f) {
    const std::vector<Shape>& shapes = world.scenario.frameworks[f].shapes;
    std::size_t left = limits::kDemandShapesMax;
    world.frameworks[f].queue.for_each_waiting([&](std::uint32_t shape) {
      if (left == 0) return;
      --left;
      waiting.push_back({first + shape, shapes[shape].amounts.scalars.standard});
    });
    first += shapes.size();
  }
  return waiting;
}

void take_sample(World& world, const std::vector<std::string>& roles) {
  Sample sample;
  sample.jobs_waiting = world.jobs_waiting;
  std::map<std::string, std::int64_t> shares;
  for (const RoleShare& share : world.allocator.role_shares()) {
    shares[share.role.text] = share.per_mille;
  }
  for (const std::string& role : roles) sample.shares.push_back(shares[role]);
  world.measure.sample(std::move(sample), waiting_shapes(world));
}

void tell_progress(const World& world, const OnProgress& on_progress) {
  if (!on_progress) return;
  Progress progress{.simulated = world.now - Instant{}, .whole = world.scenario.duration};
  for (const FrameworkState& one : world.frameworks) progress.tasks_ended += one.report.tasks_ended;
  on_progress(progress);
}

/// The allocator alone may wake up for ever for a job that no agent can take.
constexpr Duration kIdleMax = seconds(86'400);

/// Until `end`; earlier when no job is left or nothing more can happen.
void go_on(World& world, Instant end, const std::vector<std::string>& roles,
           const OnProgress& on_progress) {
  Instant last_planned;
  while (world.jobs_open > 0) {
    const Instant by_itself = world.allocator.next_deadline();
    const Instant planned = world.events.empty() ? Instant::never() : world.events.top().at;
    const Instant next = std::min(by_itself, planned);
    // What was planned for the moment of a sample is seen by it.
    const Instant sample = world.measure.next_sample();
    const Instant at = std::min(next, sample);
    if (next.is_never() || at >= end || (planned.is_never() && at > last_planned + kIdleMax)) break;
    world.measure.advance(std::max(at, world.now));
    world.now = std::max(at, world.now);
    if (sample < next) {
      take_sample(world, roles);
      tell_progress(world, on_progress);
    } else if (by_itself <= planned) {
      tell(world, allocation::TimePassed{});
    } else {
      const Event event = world.events.top();
      world.events.pop();
      last_planned = event.at;
      happen(world, event);
    }
  }
  if (world.jobs_open > 0 && !end.is_never()) {
    world.measure.advance(end);
    world.now = end;
  }
  take_sample(world, roles);
}

Waits waits_of(std::vector<Duration> all) {
  Waits waits{.count = all.size(), .at = {}};
  if (all.empty()) return waits;
  std::sort(all.begin(), all.end());
  for (std::size_t twentieth = 0; twentieth <= 20; ++twentieth) {
    // The nearest rank: the least that covers so many of them.
    const std::size_t rank = (all.size() * twentieth + 19) / 20;
    waits.at.push_back(all[rank == 0 ? 0 : rank - 1]);
  }
  return waits;
}

void report_jobs(const World& world, Report& report) {
  std::vector<std::array<std::vector<Duration>, 3>> waits(world.frameworks.size());
  for (std::size_t j = 0; j < world.jobs.size(); ++j) {
    const JobState& state = world.job_states[j];
    if (!state.arrived) continue;
    const Job& job = world.jobs[j];
    const std::array<Instant, 3> moments = {state.first_offer, state.first_start, state.last_start};
    for (std::size_t m = 0; m < moments.size(); ++m) {
      if (!moments[m].is_never()) waits[job.framework][m].push_back(moments[m] - job.submit);
    }
    if (!state.is_over() && !state.abandoned) ++report.frameworks[job.framework].jobs_running;
  }
  for (std::size_t f = 0; f < waits.size(); ++f) {
    report.frameworks[f].first_offer = waits_of(std::move(waits[f][0]));
    report.frameworks[f].first_start = waits_of(std::move(waits[f][1]));
    report.frameworks[f].all_started = waits_of(std::move(waits[f][2]));
  }
}

}  // namespace

Report run(const Scenario& scenario, const std::vector<Job>& jobs, const OnProgress& on_progress) {
  World world(scenario, jobs);
  world.jobs_open = jobs.size();
  build_cluster(world);
  if (!jobs.empty()) plan(world, jobs.front().submit, Happening::kJobArrives, 0);
  const bool is_bounded = scenario.duration > Duration{};
  const std::vector<std::string> roles = roles_of(scenario);
  go_on(world, is_bounded ? Instant{} + scenario.duration : Instant::never(), roles, on_progress);
  Report report;
  report.name = scenario.name;
  report.seed = scenario.seed;
  report.roles = roles;
  report.events = world.allocator_events;
  report.actions = world.allocator_actions;
  report.hash = world.hash.value();
  for (const FrameworkState& state : world.frameworks) report.frameworks.push_back(state.report);
  report_jobs(world, report);
  world.measure.finish(report, names_of_shapes(scenario));
  return report;
}

}  // namespace fairlead::scenario
