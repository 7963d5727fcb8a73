#include <utility>

#include "simulator/scenario/handlers.h"

namespace fairlead::scenario {
namespace {

std::uint32_t place_for(World& world, Running running) {
  if (world.running_free.empty()) {
    world.running.push_back(std::move(running));
    return static_cast<std::uint32_t>(world.running.size() - 1);
  }
  const std::uint32_t place = world.running_free.back();
  world.running_free.pop_back();
  world.running[place] = std::move(running);
  return place;
}

/// Tasks of a fixed duration end together; others have an end of their own, drawn from what they
/// are and not from when they start, so that it is the same in every run of these jobs.
void plan_ends(World& world, const Start& start, const HeldOffer& offer, Resources& room,
               Resources& used) {
  const std::uint32_t framework = offer.offer.framework.index;
  const JobPart& part = world.jobs[start.job].parts[start.part];
  const Shape& shape = world.scenario.frameworks[framework].shapes[start.shape];
  const std::uint64_t together = part.duration.law == Law::kFixed ? start.tasks : 1;
  const std::uint64_t seed = mixed(
      mixed(world.frameworks[framework].seed, world.job_states[start.job].number), start.part);
  for (std::uint64_t done = 0; done < start.tasks; done += together) {
    const Amounts amounts{
        .scalars = times(shape.amounts.scalars, static_cast<std::int64_t>(together)),
        .ranges = {},
        .sets = {}};
    std::optional<Resources> taken = take(room, amounts, offer.offer.role);
    check(taken.has_value(), "what was chosen fits into the offer");
    subtract(room, *taken);
    add(used, *taken);
    Random random(mixed(seed, start.first + done));
    const Instant end = world.now + draw(part.duration, random);
    const std::uint32_t agent = offer.offer.agent.index;
    world.measure.on_used(agent, *taken, 1);
    plan(world, end, Happening::kTasksEnd,
         place_for(world, {.job = start.job,
                           .framework = framework,
                           .agent = agent,
                           .tasks = static_cast<std::uint32_t>(together),
                           .resources = std::move(*taken)}));
  }
}

void note_start(World& world, const Start& start, FrameworkReport& report) {
  JobState& job = world.job_states[start.job];
  job.unstarted -= start.tasks;
  job.running += start.tasks;
  if (job.first_start.is_never()) job.first_start = world.now;
  report.tasks_started += start.tasks;
  if (job.unstarted > 0) return;
  job.last_start = world.now;
  --world.jobs_waiting;
}

}  // namespace

Resources start_tasks(World& world, const HeldOffer& offer, const std::vector<Start>& starts) {
  FrameworkState& framework = world.frameworks[offer.offer.framework.index];
  Resources room = offer.offer.resources;
  Resources used;
  for (const Start& start : starts) {
    plan_ends(world, start, offer, room, used);
    note_start(world, start, framework.report);
  }
  const std::uint32_t agent = offer.offer.agent.index;
  if (!starts.empty() && !framework.agents_used[agent]) {
    framework.agents_used[agent] = true;
    ++framework.report.agents_used;
  }
  return used;
}

void on_tasks_end(World& world, std::uint32_t place) {
  const Running ended = std::move(world.running[place]);
  world.running_free.push_back(place);
  FrameworkReport& report = world.frameworks[ended.framework].report;
  JobState& job = world.job_states[ended.job];
  job.running -= ended.tasks;
  report.tasks_ended += ended.tasks;
  if (job.is_over()) {
    if (!job.abandoned) ++report.jobs_done;
    --world.jobs_open;
  }
  world.measure.on_used(ended.agent, ended.resources, -1);
  tell(world,
       allocation::HoldingFreed{
           {ended.agent},
           {{ended.framework}, world.scenario.frameworks[ended.framework].role, ended.resources}});
}

}  // namespace fairlead::scenario
