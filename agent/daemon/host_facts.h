// What the machine says about itself at the agent's start: name, boot id, resources.
// Reads /proc and statvfs; keeps nothing.
#pragma once

#include <string>

#include "common/agent_events.h"
#include "common/resources.h"
#include "common/result.h"

namespace fairlead {

std::string host_name();
/// Changes with every boot.
Result<std::string> boot_id();
/// "<hostname>-<8 hex digits>", safe as an id.
AgentId fresh_agent_id(const std::string& hostname);

/// cpus, mem and disk of this machine (disk: what is free at `path`), and ports:[31000-32000].
Result<Amounts> machine_amounts(const std::string& path);
/// `whole` without what is kept for the system. kInvalid when that is more than there is.
Result<Amounts> without_reserve(Amounts whole, const Amounts& reserve);
Result<DiskSampled> sample_disk(const std::string& path);

}  // namespace fairlead
