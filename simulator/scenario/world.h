// Everything that a run knows: the real allocator, the frameworks, what runs where, what is
// measured. A context for the handlers of handlers.h, each a free function by topic; no logic of
// its own. One run owns it; not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <vector>

#include "allocator/action_hash.h"
#include "allocator/allocator.h"
#include "simulator/scenario/draw.h"
#include "simulator/scenario/measure.h"
#include "simulator/scenario/report.h"
#include "simulator/scenario/scenario.h"
#include "simulator/scenario/task_queue.h"

namespace fairlead::scenario {

/// What may happen by itself. `subject` is a job, a framework, a place in World::running or a
/// number in World::reclaims.
enum class Happening : std::uint8_t {
  kJobArrives,
  kJobIsGivenUp,
  kFrameworkAnswers,
  kTasksEnd,
  kFrameworkGivesBack
};

struct Event {
  Instant at;
  std::uint64_t sequence = 0;  ///< equal times: in the order in which they were planned
  Happening happening = Happening::kJobArrives;
  std::uint32_t subject = 0;

  friend bool operator>(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  }
};

struct JobState {
  std::uint64_t number = 0;     ///< among the jobs of its framework
  std::uint64_t unstarted = 0;  ///< tasks; 0 after it was given up
  std::uint64_t running = 0;
  std::uint64_t answers_before = 0;  ///< that its framework had given when it came
  Instant first_offer = Instant::never();
  Instant first_start = Instant::never();
  Instant last_start = Instant::never();
  bool arrived = false;
  bool abandoned = false;

  bool is_over() const { return unstarted == 0 && running == 0; }
};

struct HeldOffer {
  allocation::MakeOffer offer;
  Instant received;
};

struct FrameworkState {
  FrameworkState(const std::vector<Shape>& shapes, std::uint64_t own_seed)
      : queue(shapes), seed(own_seed), random(std::make_unique<Random>(own_seed)) {}

  TaskQueue queue;
  std::uint64_t seed;              ///< of its tasks' durations
  std::unique_ptr<Random> random;  ///< for decision times and declines
  std::deque<HeldOffer> offers;    ///< unanswered, in the order in which they came
  bool is_deciding = false;
  Instant deciding_since;
  std::uint64_t answers = 0;  ///< rounds of them
  bool suppressed = false;
  bool demand_is_stale = false;
  std::vector<std::uint32_t> unoffered;  ///< jobs that no offer came for yet
  std::deque<std::uint32_t> placing;     ///< jobs with a task to start, in the order they came
  std::vector<bool> agents_used;         ///< by agent
  FrameworkReport report;
};

/// An agent's group and its place in there, from 1.
struct AgentPlace {
  std::uint32_t group = 0;
  std::uint32_t number = 0;
};

/// Tasks that started together on one agent and end together.
struct Running {
  std::uint32_t job = 0;
  std::uint32_t framework = 0;
  std::uint32_t agent = 0;
  std::uint32_t tasks = 0;  ///< 0: all of them were ended before their time
  Resources resources;
  std::uint32_t part = 0;   ///< of the job
  std::uint64_t first = 0;  ///< number of the first one in it
  Instant since;
};

struct World {
  World(const Scenario& plan, const std::vector<Job>& all_jobs);

  const Scenario& scenario;
  const std::vector<Job>& jobs;
  AllocatorCore allocator;
  Instant now;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  std::uint64_t events_planned = 0;
  std::vector<AgentPlace> agents;          ///< by handle
  std::vector<FrameworkState> frameworks;  ///< as in the scenario
  std::vector<JobState> job_states;        ///< as in `jobs`
  std::vector<Running> running;
  std::vector<std::uint32_t> running_free;                ///< places to use again
  std::map<std::uint32_t, allocation::Reclaim> reclaims;  ///< to be obeyed, by number
  std::uint32_t reclaims_told = 0;
  std::uint64_t jobs_waiting = 0;  ///< with a task that has not started
  std::uint64_t jobs_open = 0;     ///< that have not ended, those to come among them
  Measure measure;
  ActionHash hash;
  std::uint64_t allocator_events = 0;
  std::uint64_t allocator_actions = 0;
  std::vector<allocation::Action> actions;  ///< of the step at work
};

/// Its name and attributes.
Machine machine_of(const World& world, AgentHandle agent);

void plan(World& world, Instant at, Happening happening, std::uint32_t subject);

}  // namespace fairlead::scenario
