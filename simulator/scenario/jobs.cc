#include <algorithm>

#include "simulator/scenario/handlers.h"

namespace fairlead::scenario {

void on_job_arrives(World& world, std::uint32_t index) {
  const Job& job = world.jobs[index];
  const Framework& framework = world.scenario.frameworks[job.framework];
  FrameworkState& state = world.frameworks[job.framework];
  JobState& job_state = world.job_states[index];
  job_state.number = state.report.jobs++;
  job_state.arrived = true;
  job_state.answers_before = state.answers;
  for (const JobPart& part : job.parts) job_state.unstarted += part.tasks;
  if (job_state.unstarted == 0) {  // nothing to do is done
    ++state.report.jobs_done;
    --world.jobs_open;
    return;
  }
  ++world.jobs_waiting;
  state.queue.add(index, job.parts);
  state.unoffered.push_back(index);
  state.placing.push_back(index);
  state.demand_is_stale = true;
  if (framework.abandon_wait > Duration{}) {
    plan(world, world.now + framework.abandon_wait, Happening::kJobIsGivenUp, index);
  }
  // While it looks at offers it does nothing else: it says what it wants together with its answer.
  if (!state.is_deciding) send_demand(world, job.framework);
}

void on_job_is_given_up(World& world, std::uint32_t job) {
  if (world.job_states[job].unstarted == 0) return;
  abandon(world, job);
  if (!world.frameworks[world.jobs[job].framework].is_deciding) {
    send_demand(world, world.jobs[job].framework);
  }
}

void abandon(World& world, std::uint32_t index) {
  const Job& job = world.jobs[index];
  FrameworkState& state = world.frameworks[job.framework];
  JobState& job_state = world.job_states[index];
  state.queue.remove(index, job.parts);
  state.demand_is_stale = true;
  std::erase(state.placing, index);
  std::erase(state.unoffered, index);
  job_state.unstarted = 0;
  job_state.abandoned = true;
  ++state.report.jobs_abandoned;
  --world.jobs_waiting;
  if (job_state.is_over()) --world.jobs_open;
}

void send_demand(World& world, std::uint32_t index) {
  const Framework& framework = world.scenario.frameworks[index];
  FrameworkState& state = world.frameworks[index];
  if (!state.demand_is_stale) return;
  state.demand_is_stale = false;
  if (framework.policy == OfferPolicy::kDemand) {
    tell(world, allocation::DemandSet{{index}, framework.role, state.queue.demand()});
    return;
  }
  const bool should_sleep = framework.suppress_when_idle && state.queue.empty();
  if (should_sleep == state.suppressed) return;
  state.suppressed = should_sleep;
  if (should_sleep) {
    tell(world, allocation::RolesSuppressed{{index}, {framework.role}});
  } else {
    tell(world, allocation::RolesRevived{{index}, {framework.role}});
  }
}

}  // namespace fairlead::scenario
