// Conditions on agents, and what a framework can take, as scripts write them.
#pragma once

#include <string_view>
#include <vector>

#include "common/framework_messages.h"

namespace fairlead {

/// "rack:r1" equals, "rack~r[12]" matches, "rack" exists; "!" in front is the opposite. Separated
/// by commas, which quotes protect: rack~"r{1,2}".
std::vector<Constraint> parse_script_constraints(std::string_view text);
/// "a@rack:r1,ssd|gpu;b@!old": of each role, groups of which one holds.
std::vector<RoleConstraints> parse_script_role_constraints(std::string_view text);

/// "revocable,shared,region_aware".
FrameworkCapabilities parse_script_capabilities(std::string_view text);

}  // namespace fairlead
