// What a service is: a command of which N replicas are to run, and how to replace and check them.
// Plain values and their checks; what runs is replica.h, what to do next is replication.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/task.h"

namespace fairlead::pods {

inline constexpr std::uint32_t kReplicasMax = 10'000;
inline constexpr std::size_t kServicesMax = 1'000;
inline constexpr std::size_t kServiceNameCharsMax = 100;  // a task id adds "." and a number
inline constexpr std::uint64_t kPortsMax = 64;            // per replica
inline constexpr Duration kBackoffMax = seconds(3600);
inline constexpr Duration kProbePeriodMin = milliseconds(100);

/// A replica is ready while a TCP connection to one of its ports can be made.
struct Readiness {
  std::uint32_t port_index = 0;  ///< into the ports of the replica
  Duration initial_delay;        ///< first probe so long after it runs
  Duration period = seconds(2);
  Duration timeout = seconds(1);
  std::uint32_t failure_threshold = 3;  ///< so many in a row take it out
  friend bool operator==(const Readiness&, const Readiness&) = default;
};

/// What one replica runs. A change of it is a new generation.
struct ReplicaTemplate {
  Command command;
  Amounts resources;  ///< how many ports: one interval [1-n], as in a demand
  TaskLimits limits;
  Duration kill_grace = seconds(5);
  friend bool operator==(const ReplicaTemplate&, const ReplicaTemplate&) = default;
};

struct ServiceSpec {
  std::string name;
  RoleName role;
  std::uint32_t replicas = 1;
  ReplicaTemplate shape;
  std::vector<Label> labels;
  std::vector<Constraint> constraints;
  std::optional<Readiness> readiness;  ///< nullopt: ready while it runs
  Duration backoff_min = seconds(1);   ///< pause before the first restart; doubles up to …
  Duration backoff_max = seconds(300);
  std::uint32_t max_unavailable = 0;  ///< rolling replacement: ready ones below `replicas`
  std::uint32_t max_surge = 1;        ///< rolling replacement: live ones above `replicas`
  bool spread = true;                 ///< waits a moment for an agent with fewer of its replicas
  std::uint32_t per_agent_max = 0;    ///< of one generation, strict; 0: any
  Principal owner;  ///< who created it; empty: nobody knows, from before owners were noted
  friend bool operator==(const ServiceSpec&, const ServiceSpec&) = default;
};

/// kInvalid with what, expected and got. `spec.role` must be filled in.
Status validate(const ServiceSpec& spec);

/// `name=a` or `name=a,tier=b`. An empty text selects everything.
Result<std::vector<Label>> parse_selector(std::string_view text);
/// True when `labels` has every label of `selector`.
bool matches(const std::vector<Label>& labels, const std::vector<Label>& selector);

}  // namespace fairlead::pods
