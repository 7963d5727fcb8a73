#include "simulator/scenario/task_queue.h"

#include <algorithm>

#include "common/check.h"
#include "common/limits.h"

namespace fairlead::scenario {

TaskQueue::TaskQueue(const std::vector<Shape>& shapes) : shapes_(shapes), queues_(shapes.size()) {}

void TaskQueue::add(std::uint32_t job, const std::vector<JobPart>& parts) {
  for (std::uint32_t part = 0; part < parts.size(); ++part) {
    const JobPart& one = parts[part];
    check(one.tasks > 0, "a part of a job has a task");
    take_out(one.shape);
    queues_[one.shape].entries.push_back({.job = job, .part = part, .left = one.tasks});
    queues_[one.shape].tasks += one.tasks;
    put_in(one.shape);
  }
}

void TaskQueue::remove(std::uint32_t job, const std::vector<JobPart>& parts) {
  for (const JobPart& part : parts) {
    Queue& queue = queues_[part.shape];
    take_out(part.shape);
    std::erase_if(queue.entries, [&](const Entry& entry) {
      if (entry.job != job) return false;
      queue.tasks -= entry.left;
      return true;
    });
    put_in(part.shape);
  }
}

void TaskQueue::put_back(std::uint32_t job, std::uint32_t part, std::uint32_t shape,
                         std::uint64_t number) {
  Queue& queue = queues_[shape];
  take_out(shape);
  auto at = std::find_if(queue.entries.begin(), queue.entries.end(),
                         [&](const Entry& entry) { return entry.job >= job; });
  queue.entries.insert(at, {.job = job, .part = part, .left = 1, .started = number});
  ++queue.tasks;
  put_in(shape);
}

std::vector<Start> TaskQueue::choose(const Quantities& room, const Machine& machine) {
  std::vector<Start> starts;
  Quantities left = room;
  const std::vector<Place> order(order_.begin(), order_.end());
  for (const Place& place : order) {
    if (left.is_zero()) break;
    const std::vector<Constraint>& constraints = shapes_[place.shape].constraints;
    const bool may_run =
        std::all_of(constraints.begin(), constraints.end(), [&](const Constraint& constraint) {
          return satisfies(machine.attributes, machine.hostname, constraint);
        });
    if (!may_run) continue;
    const Quantities& need = shapes_[place.shape].amounts.scalars;
    const auto waiting = static_cast<std::int64_t>(queues_[place.shape].tasks);
    const std::int64_t fit = how_many_fit(left, need, waiting);
    if (fit == 0) continue;
    subtract(left, times(need, fit));
    take_from(place.shape, static_cast<std::uint64_t>(fit), starts);
  }
  return starts;
}

void TaskQueue::take_from(std::uint32_t shape, std::uint64_t tasks, std::vector<Start>& starts) {
  Queue& queue = queues_[shape];
  take_out(shape);
  queue.tasks -= tasks;
  while (tasks > 0) {
    Entry& entry = queue.entries.front();
    const std::uint64_t now = std::min(tasks, entry.left);
    starts.push_back({.job = entry.job,
                      .part = entry.part,
                      .shape = shape,
                      .tasks = now,
                      .first = entry.started});
    entry.left -= now;
    entry.started += now;
    tasks -= now;
    if (entry.left == 0) queue.entries.pop_front();
  }
  put_in(shape);
}

std::vector<DemandShape> TaskQueue::demand() const {
  std::vector<DemandShape> demand;
  for (const Place& place : order_) {
    if (demand.size() == limits::kDemandShapesMax) break;
    const Shape& shape = shapes_[place.shape];
    const std::uint64_t tasks = queues_[place.shape].tasks;
    DemandShape wanted{.name = shape.name, .amounts = shape.amounts};
    wanted.count =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(tasks, limits::kDemandCountMax));
    wanted.constraints = shape.constraints;
    wanted.priority = shape.priority;
    wanted.per_agent_max = shape.per_agent_max;
    demand.push_back(std::move(wanted));
  }
  return demand;
}

TaskQueue::Place TaskQueue::place_of(std::uint32_t shape) const {
  return {.priority = -std::int64_t{shapes_[shape].priority},
          .job = queues_[shape].entries.front().job,
          .shape = shape};
}

void TaskQueue::take_out(std::uint32_t shape) {
  if (!queues_[shape].entries.empty()) order_.erase(place_of(shape));
}

void TaskQueue::put_in(std::uint32_t shape) {
  if (!queues_[shape].entries.empty()) order_.insert(place_of(shape));
}

}  // namespace fairlead::scenario
