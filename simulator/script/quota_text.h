// Quota as scripts show it. Pure.
#pragma once

#include <string>
#include <vector>

#include "allocator/allocator.h"

namespace fairlead {

/// "role a: guarantee cpus:4, limit none, consumed cpus:1, held cpus:3"
std::string quota_line(const RoleQuotaUse& use);

/// By handle.
struct ScriptNames {
  const std::vector<std::string>& agents;
  const std::vector<std::string>& frameworks;
};

/// A line for each thing that would follow; "nothing would change" when there is none.
std::vector<std::string> what_if_lines(const WhatIf& found, const ScriptNames& names);

}  // namespace fairlead
