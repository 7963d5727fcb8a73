// What a simulated cluster consists of and what its frameworks will want: plain values, made by a
// reader of files (simulator/files/) or by a test, run by simulation.h. Nothing here is drawn yet:
// laws say how; draw_jobs() turns arrivals into jobs. All times count from the run's beginning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/attributes.h"
#include "common/quota.h"
#include "common/resources.h"
#include "common/time.h"

namespace fairlead::scenario {

enum class Law : std::uint8_t { kFixed, kUniform, kExponential };

/// How a span is drawn. Whole nanoseconds; never negative.
struct SpanLaw {
  Law law = Law::kFixed;
  Duration least;  ///< the span itself when fixed, the mean when exponential
  Duration most;   ///< uniform only; >= least
  friend bool operator==(const SpanLaw&, const SpanLaw&) = default;
};

/// A whole number, uniform between both ends.
struct CountLaw {
  std::uint64_t least = 1;
  std::uint64_t most = 1;
};

/// Agents of one kind. Of several they are called NAME-1, NAME-2, …
struct AgentGroup {
  std::string name;
  std::uint32_t count = 1;
  Resources total;
  Attributes attributes;
};

struct Role {
  RoleName name;
  std::int64_t weight_milli = 1000;
  Quota quota;
};

/// One kind of task of one framework. Scalars only.
struct Shape {
  std::string name;
  Amounts amounts;
  std::vector<Constraint> constraints;
  std::int32_t priority = 0;
  std::uint32_t per_agent_max = 0;  ///< 0: any
  SpanLaw duration;                 ///< of a task, for jobs that say nothing else
};

/// Jobs of one kind and when they come: at given times, every so often, or with exponential gaps.
struct Arrivals {
  std::vector<Instant> at;
  Duration gap;             ///< 0: only those of `at`
  bool is_poisson = false;  ///< `gap` is the mean
  Instant from;
  Instant until = Instant::never();  ///< none at it or later
  std::uint64_t count = 0;           ///< at most so many by `gap`; 0: any
  struct Tasks {
    std::uint32_t shape = 0;  ///< place in Framework::shapes
    CountLaw count;
  };
  std::vector<Tasks> tasks;
};

/// How a framework is offered things: cut to what it declared, or agents as they are.
enum class OfferPolicy : std::uint8_t { kDemand, kWholeAgent };

struct Framework {
  std::string name;
  RoleName role;
  OfferPolicy policy = OfferPolicy::kDemand;
  /// From when it begins to look at its offers to its answer. One at a time: what comes meanwhile
  /// waits for the next look.
  SpanLaw decision;
  Duration refuse = seconds(5);         ///< what it leaves of an offer stays hidden so long
  std::uint32_t decline_per_mille = 0;  ///< of offers that it could use and declines all the same
  bool suppress_when_idle = true;       ///< whole agents: asks for none while it has no work
  std::uint64_t abandon_tries = 0;      ///< answers without room for all of a job; 0: any number
  Duration abandon_wait;                ///< from submission until its last task starts; 0: for ever
  std::vector<Shape> shapes;
  std::vector<Arrivals> arrivals;
};

struct Scenario {
  std::string name;
  std::uint64_t seed = 1;
  Duration duration;  ///< the run ends then, or when every job has ended
  std::vector<AgentGroup> agents;
  std::vector<Role> roles;
  std::vector<Framework> frameworks;
};

/// Tasks of one shape within a job.
struct JobPart {
  std::uint32_t shape = 0;  ///< place in Framework::shapes
  std::uint64_t tasks = 0;
  SpanLaw duration;
};

struct Job {
  std::uint32_t framework = 0;  ///< place in Scenario::frameworks
  Instant submit;
  std::vector<JobPart> parts;
};

/// All jobs that arrive before the scenario's end, by time of submission, then by framework. Each
/// list of arrivals draws from a generator of its own: another framework changes nothing here.
/// kExhausted above kJobsMax.
Result<std::vector<Job>> draw_jobs(const Scenario& scenario);

inline constexpr std::size_t kJobsMax = 10'000'000;  // 1 GiB of jobs and what is noted of them

/// A smaller cluster with less to do: numbers of agents and of tasks times `part` / `whole`,
/// rounded down, at least 1.
struct Scale {
  std::uint32_t part = 1;
  std::uint32_t whole = 1;
};
Scenario scaled(Scenario scenario, const Scale& scale);

}  // namespace fairlead::scenario
