// What operators see of a master, read from its core's state. Each function answers one path of
// docs/http_api.md. Pure readers: they change nothing and keep nothing.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "master/master_core.h"

namespace fairlead::views {

/// O(agents + tasks).
nlohmann::json cluster(const MasterCore& core, Instant now);
/// O(agents + tasks + offers).
nlohmann::json agents(const MasterCore& core);
nlohmann::json roles(const MasterCore& core);
nlohmann::json frameworks(const MasterCore& core);
nlohmann::json offers(const MasterCore& core, Instant now);
/// Windows that are not over, by their start, with what frameworks answered. O(windows * agents of
/// a window + tasks of an agent for each answer shown). maintenance_view.cc.
nlohmann::json maintenance(const MasterCore& core);

struct TaskFilter {
  std::string framework;      ///< "" = every one
  std::string agent;          ///< "" = every one
  std::string state;          ///< "TASK_RUNNING", …; "" = every one
  std::size_t limit = 1'000;  ///< 1..10000 tasks
  std::size_t after = 0;      ///< how many matching ones to pass over: "next" of the page before
};
nlohmann::json tasks(const MasterCore& core, const TaskFilter& filter);

/// Why one shape of a framework's demand waits. kNotFound when framework, role or shape is unknown.
/// O(agents), and a copy of the allocator for each change that is tried. explain_view.cc.
Result<nlohmann::json> explain(const MasterCore& core, const FrameworkId& framework,
                               const RoleName& role, const std::string& shape,
                               ExplainOptions options);

}  // namespace fairlead::views
