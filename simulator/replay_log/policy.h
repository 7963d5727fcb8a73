// Another policy than the recorded one, from the first step on: weights and quotas of some roles,
// settings of the allocator. Values only; files/ reads them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "allocator/config.h"
#include "common/allocator_log.h"
#include "common/quota.h"

namespace fairlead::replay_log {

struct Policy {
  std::map<RoleName, std::int64_t> weights;  ///< in thousandths, instead of the recorded ones
  std::map<RoleName, Quota> quotas;          ///< likewise
  std::vector<AllocatorSetting> settings;
};

/// What Policy::settings may name.
std::vector<std::string> policy_setting_names();
/// Whether the value is one of that setting.
Status check_policy_setting(const AllocatorSetting& setting);
/// `config` with the policy's settings. kInvalid when they do not go together.
Result<AllocatorConfig> config_with(AllocatorConfig config, const Policy& policy);

}  // namespace fairlead::replay_log
