// What is reserved on agents, and their volumes, over HTTP: what a body asks for, and what an agent
// is shown with (docs/http_api.md). Pure. Errors say what a body has to look like.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "master/master_core.h"

namespace fairlead {

/// `verb` is the last word of the path: reserve, unreserve, create_volume or destroy_volume.
/// nullopt for another one.
std::optional<Result<OperatorRequest>> read_conversion(const std::string& verb,
                                                       const std::string& agent,
                                                       const std::string& body);

namespace views {

/// What is reserved of `total`, lot by lot, and volumes.
nlohmann::json reservations(const Resources& total);
/// Adds the reservations of an agent, and what it has too little of for them.
void add_reservations(const master::MasterState& state, const master::AgentEntry& agent,
                      nlohmann::json& view);

}  // namespace views
}  // namespace fairlead
