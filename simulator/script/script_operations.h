// Operations on an agent's resources as scripts write them. Pure.
#pragma once

#include "common/resource_operation.h"
#include "simulator/script/script_line.h"

namespace fairlead {

/// reserve AGENT ROLE AMOUNTS [from=ROLE] [by=PRINCIPAL]
/// unreserve AGENT ROLE AMOUNTS
/// create-volume AGENT ROLE ID SIZE PATH [shared]
/// destroy-volume AGENT ROLE ID
/// with the verb at word `at`.
bool is_script_operation(const std::string& verb);
Result<ResourceOperation> parse_script_operation(const ScriptLine& line, std::size_t at);

}  // namespace fairlead
