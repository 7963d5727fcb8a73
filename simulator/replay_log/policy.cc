#include "simulator/replay_log/policy.h"

#include "allocator/settings.h"

namespace fairlead::replay_log {

std::vector<std::string> policy_setting_names() {
  return setting_names();
}

Status check_policy_setting(const AllocatorSetting& setting) {
  AllocatorConfig config;
  return set_setting(config, setting.name, setting.value);
}

Result<AllocatorConfig> config_with(AllocatorConfig config, const Policy& policy) {
  for (const AllocatorSetting& one : policy.settings) {
    if (Status set = set_setting(config, one.name, one.value); !set) return set.error();
  }
  if (Status valid = validate(config); !valid) return valid.error();
  return config;
}

}  // namespace fairlead::replay_log
