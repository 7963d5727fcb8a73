// What holds of a master's state after every step, whatever its peers do.
#pragma once

#include "master/state.h"

namespace fairlead {

/// What is offered and what runs on an agent is not more than it has.
void expect_no_overcommit(const master::MasterState& state);
/// The quotas keep the rules of their tree, as if one of them were set once more: agents may have
/// left since. False when there is none to look at.
bool expect_quota_rules(const master::MasterState& state);

}  // namespace fairlead
