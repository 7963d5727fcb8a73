// Changes of quotas and weights over HTTP: what a body asks for, and what a dry run answers
// (docs/http_api.md). Pure. Errors say what a body has to look like.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "master/master_core.h"

namespace fairlead {

struct OperatorCall {
  OperatorRequest request;
  bool dry_run = false;
};

Result<OperatorCall> read_weight_change(const std::string& role, const std::string& body);
Result<OperatorCall> read_quota_change(const std::string& body);

namespace views {

/// By path. O(roles with a quota).
nlohmann::json quotas(const MasterCore& core);
/// O(what was found + tasks of the frameworks that hold too much).
nlohmann::json what_if(const MasterCore& core, const WhatIf& found);

}  // namespace views
}  // namespace fairlead
