// Persistent volumes of this agent: which folder is whose, that at most one task at a time has one,
// and their destruction when the master orders it. What they are made of is the master's to know
// (docs/decisions/0043-reservations-and-volumes.md); here they are names in what tasks hold.
#pragma once

#include <string>
#include <vector>

#include "agent/context.h"
#include "common/container.h"

namespace fairlead {

/// `<root>/<role>/<id>`, with the role as one word: '/' is "%2F" there, and a leading '.' "%2E".
/// REQUIRES check_volume_name(). Different names have different folders.
std::string volume_folder(const std::string& root, const VolumeName& name);
/// What of `resources` are volumes, as a container gets them; the outer path first.
/// REQUIRES check_volumes().
std::vector<VolumeMount> volume_mounts(const std::string& root, const Resources& resources);
/// Names and paths that folders can be made of; no path twice.
Status check_volumes(const Resources& resources);
/// Why a task with `resources` may not be launched now; empty: it may. O(tasks) with volumes.
std::string why_volumes_taken(const AgentState& state, const Resources& resources);

/// Answered by VolumeDestroyed, at once when a task has it: the master asks again.
void on_destroy_volume(AgentContext& context, const DestroyVolume& destroy,
                       const EnvelopeHeader& header);
void on_volume_removed(AgentContext& context, const VolumeRemoved& removed);

}  // namespace fairlead
