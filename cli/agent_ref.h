// Agents as commands name them: by hostname or id. Pure; thread-safe.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "common/result.h"

namespace fairlead::cli {

/// The id of the agent that `name` means in the answer of `/api/v1/agents`: a machine that was
/// given up keeps its hostname in the list. A name that is not there is returned as it is: the
/// master says what is wrong with it. kInvalid when several agents have this hostname.
Result<std::string> agent_id_of(const nlohmann::json& agents, const std::string& name);

}  // namespace fairlead::cli
