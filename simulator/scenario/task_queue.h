// The tasks of one framework that wait for a place, by shape and within a shape first come, first
// served. Chooses what to start on an offer and says what the framework wants. Knows no allocator.
// Owned by a framework's state in world.h. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <utility>
#include <vector>

#include "common/framework_messages.h"
#include "simulator/scenario/scenario.h"

namespace fairlead::scenario {

/// Tasks of one part of a job that start together.
struct Start {
  std::uint32_t job = 0;
  std::uint32_t part = 0;
  std::uint32_t shape = 0;
  std::uint64_t tasks = 0;
  std::uint64_t first = 0;  ///< how many tasks of the part had started before
};

/// What constraints are about.
struct Machine {
  std::string hostname;
  Attributes attributes;
};

class TaskQueue {
 public:
  /// `shapes` outlives the queue and may grow no more.
  explicit TaskQueue(const std::vector<Shape>& shapes);

  /// Behind all others. REQUIRES: parts with tasks of known shapes.
  void add(std::uint32_t job, const std::vector<JobPart>& parts);
  /// One task of a part, which had started, waits again: before the others of its job.
  /// O(jobs in front of it with its shape).
  void put_back(std::uint32_t job, std::uint32_t part, std::uint32_t shape, std::uint64_t number);
  /// Takes out what has not started of the job. O(jobs in front of it with its shapes).
  void remove(std::uint32_t job, const std::vector<JobPart>& parts);

  /// What to start on `room` of the machine, and takes it out of the queue: shapes of higher
  /// priority first, then those whose first job came first, as many of each as fit, where their
  /// constraints hold. O(shapes that wait + starts).
  std::vector<Start> choose(const Quantities& room, const Machine& machine);

  /// The first limits::kDemandShapesMax shapes in that order, with at most kDemandCountMax each.
  std::vector<DemandShape> demand() const;
  /// Shapes with a task that waits, in that order.
  template <class Visit>
  void for_each_waiting(Visit visit) const {
    for (const Place& place : order_) visit(place.shape);
  }
  bool empty() const { return order_.empty(); }
  std::uint64_t waiting(std::uint32_t shape) const { return queues_[shape].tasks; }

 private:
  struct Entry {
    std::uint32_t job = 0;
    std::uint32_t part = 0;
    std::uint64_t left = 0;
    std::uint64_t started = 0;
  };
  struct Queue {
    std::deque<Entry> entries;
    std::uint64_t tasks = 0;
  };
  struct Place {
    std::int64_t priority = 0;  ///< negated: higher first
    std::uint32_t job = 0;      ///< the first one in its queue
    std::uint32_t shape = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  Place place_of(std::uint32_t shape) const;
  /// Call before and after a change of the queue's front.
  void take_out(std::uint32_t shape);
  void put_in(std::uint32_t shape);
  void take_from(std::uint32_t shape, std::uint64_t tasks, std::vector<Start>& starts);

  const std::vector<Shape>& shapes_;
  std::vector<Queue> queues_;  ///< by shape
  std::set<Place> order_;      ///< of shapes with a task that waits
};

}  // namespace fairlead::scenario
