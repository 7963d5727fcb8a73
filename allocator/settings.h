// AllocatorConfig as names and texts, one for each row: what a log of the allocator begins with,
// and what a policy file changes. Printing and reading are exact inverses. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "allocator/config.h"
#include "common/allocator_log.h"

namespace fairlead {

/// Every row, in a fixed order: ("seed", "1"), ("mode", "event"), ("interval", "1s"), …
std::vector<AllocatorSetting> settings_of(const AllocatorConfig& config);
/// Their names.
std::vector<std::string> setting_names();

/// Changes one row. kUnsupported: no row of this name; kInvalid: not a value of it. What is allowed
/// together is validate()'s question.
Status set_setting(AllocatorConfig& config, std::string_view name, const std::string& value);
/// The default configuration with all of `settings`, validated.
Result<AllocatorConfig> config_of(const std::vector<AllocatorSetting>& settings);

}  // namespace fairlead
