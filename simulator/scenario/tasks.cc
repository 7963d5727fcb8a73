#include <algorithm>
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
               Started& started) {
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
    add(started.used, *taken);
    if (shape.priority != 0) {
      started.priorities.push_back({shape.priority, reclaimable(*taken)});
    }
    Random random(mixed(seed, start.first + done));
    const Instant end = world.now + draw(part.duration, random);
    const std::uint32_t agent = offer.offer.agent.index;
    world.measure.on_used(agent, *taken, 1);
    plan(world, end, Happening::kTasksEnd,
         place_for(world, {.job = start.job,
                           .framework = framework,
                           .agent = agent,
                           .tasks = static_cast<std::uint32_t>(together),
                           .resources = std::move(*taken),
                           .part = start.part,
                           .first = start.first + done,
                           .since = world.now}));
  }
}

void note_start(World& world, const Start& start, FrameworkReport& report) {
  JobState& job = world.job_states[start.job];
  job.unstarted -= start.tasks;
  job.running += start.tasks;
  if (job.first_start.is_never()) job.first_start = world.now;
  report.tasks_started += start.tasks;
  if (job.unstarted > 0) return;
  // What is started again after it was ended for somebody else counts no second time.
  if (job.last_start.is_never()) job.last_start = world.now;
  --world.jobs_waiting;
}

/// All of what it held, or a part.
void give_back(World& world, const Running& ended, const Resources& resources) {
  const Framework& framework = world.scenario.frameworks[ended.framework];
  world.measure.on_used(ended.agent, resources, -1);
  tell(world, allocation::HoldingFreed{
                  {ended.agent},
                  {{ended.framework}, framework.role, resources, shape_of(world, ended).priority}});
}

/// It waits again, as if it had not started.
void wait_again(World& world, const Running& running) {
  const std::uint32_t index = running.job;
  JobState& job = world.job_states[index];
  FrameworkState& state = world.frameworks[running.framework];
  state.queue.put_back(index, running.part, world.jobs[index].parts[running.part].shape,
                       running.first + running.tasks);
  state.demand_is_stale = true;
  if (job.unstarted++ == 0) ++world.jobs_waiting;
  auto place = std::lower_bound(state.placing.begin(), state.placing.end(), index);
  if (place == state.placing.end() || *place != index) state.placing.insert(place, index);
}

}  // namespace

const Shape& shape_of(const World& world, const Running& running) {
  const JobPart& part = world.jobs[running.job].parts[running.part];
  return world.scenario.frameworks[running.framework].shapes[part.shape];
}

Started start_tasks(World& world, const HeldOffer& offer, const std::vector<Start>& starts) {
  FrameworkState& framework = world.frameworks[offer.offer.framework.index];
  Resources room = offer.offer.resources;
  Started started;
  for (const Start& start : starts) {
    plan_ends(world, start, offer, room, started);
    note_start(world, start, framework.report);
  }
  const std::uint32_t agent = offer.offer.agent.index;
  if (!starts.empty() && !framework.agents_used[agent]) {
    framework.agents_used[agent] = true;
    ++framework.report.agents_used;
  }
  return started;
}

void on_tasks_end(World& world, std::uint32_t place) {
  const Running ended = std::move(world.running[place]);
  world.running_free.push_back(place);
  if (ended.tasks == 0) return;
  FrameworkReport& report = world.frameworks[ended.framework].report;
  JobState& job = world.job_states[ended.job];
  job.running -= ended.tasks;
  report.tasks_ended += ended.tasks;
  if (job.is_over()) {
    if (!job.abandoned) ++report.jobs_done;
    --world.jobs_open;
  }
  give_back(world, ended, ended.resources);
}

void preempt_task(World& world, std::uint32_t place) {
  Running& running = world.running[place];
  const RoleName& role = world.scenario.frameworks[running.framework].role;
  std::optional<Resources> one = take(running.resources, shape_of(world, running).amounts, role);
  check(running.tasks > 0 && one.has_value(), "a task runs there");
  subtract(running.resources, *one);
  --running.tasks;
  const Running ended = running;
  ++world.frameworks[ended.framework].report.tasks_preempted;
  JobState& job = world.job_states[ended.job];
  --job.running;
  if (!job.abandoned) wait_again(world, ended);
  if (job.is_over()) --world.jobs_open;
  give_back(world, ended, *one);
}

}  // namespace fairlead::scenario
