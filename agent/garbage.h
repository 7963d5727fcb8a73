// Room on the disk: whether launches are taken, and when sandboxes of ended tasks go.
#pragma once

#include <string>

#include "agent/context.h"

namespace fairlead {

/// "" when launches are taken, else why not: one sentence for people.
std::string why_no_launches(const AgentState& state, const AgentConfig& config);
void on_disk_sampled(AgentContext& context, const DiskSampled& sampled);
/// `path` is removed after sandbox_age_max, or sooner when the disk is full.
void keep_sandbox_for_now(AgentContext& context, const std::string& path);
/// Those that lay there when the agent started, unless a task owns them.
void recover_sandboxes(AgentContext& context);
void remove_old_sandboxes(AgentContext& context);

}  // namespace fairlead
