#include "agent/volumes.h"

#include <algorithm>

#include "agent/containers.h"
#include "common/resource_operation.h"

namespace fairlead {
namespace {

/// Role names are words of [A-Za-z0-9._-] and '/': what is escaped meets nothing that is not.
std::string as_one_word(const RoleName& role) {
  std::string word;
  for (const char c : role.text) {
    if (c == '/') {
      word += "%2F";
    } else if (c == '.' && word.empty()) {
      word += "%2E";
    } else {
      word += c;
    }
  }
  return word;
}

bool has_volume(const Resources& resources, const VolumeName& name) {
  return std::any_of(resources.lots.begin(), resources.lots.end(), [&](const Lot& lot) {
    return lot.kind.volume && volume_name_of(lot.kind) == name;
  });
}

/// The task that has not ended and has the volume; nullptr: it is free.
const AgentTask* user_of(const AgentState& state, const VolumeName& name) {
  for (const auto& [serial, task] : state.tasks) {
    if (task.stage == ContainerStage::kEnded) continue;
    if (has_volume(task.record.launch.spec.resources, name)) return &task;
  }
  return nullptr;
}

std::string used_by(const AgentTask& task) {
  const LaunchToken& token = task.record.launch.token;
  return "task " + token.framework.text + "/" + token.task.text + " uses it";
}

/// Its mount point would lie in what others may change.
Status check_none_below_shared(const Resources& resources, const std::vector<std::string>& paths) {
  for (const Lot& lot : resources.lots) {
    if (!lot.kind.volume || !lot.kind.shared) continue;
    const std::string above = lot.kind.volume->container_path + "/";
    for (const std::string& path : paths) {
      if (path.compare(0, above.size(), above) != 0) continue;
      return invalid({.what = "volumes",
                      .where = "container path",
                      .expected = "none within a shared volume",
                      .got = "'" + path + "' within '" + lot.kind.volume->container_path + "'",
                      .hint = {}});
    }
  }
  return {};
}

void answer(AgentContext& context, const VolumeName& volume, std::string why_not) {
  // Asked again after the next welcome.
  if (!context.state.link.is_registered) return;
  context.send(VolumeDestroyed{.volume = volume, .why_not = std::move(why_not)});
}

}  // namespace

std::string volume_folder(const std::string& root, const VolumeName& name) {
  return root + "/" + as_one_word(name.role) + "/" + name.id;
}

std::vector<VolumeMount> volume_mounts(const std::string& root, const Resources& resources) {
  std::vector<VolumeMount> mounts;
  for (const Lot& lot : resources.lots) {
    if (!lot.kind.volume) continue;
    mounts.push_back({.folder = volume_folder(root, volume_name_of(lot.kind)),
                      .path = lot.kind.volume->container_path,
                      .shared = lot.kind.shared});
  }
  // `data` is there before `data/db` is mounted in it.
  std::sort(mounts.begin(), mounts.end(),
            [](const VolumeMount& a, const VolumeMount& b) { return a.path < b.path; });
  return mounts;
}

Status check_volumes(const Resources& resources) {
  std::vector<std::string> paths;
  for (const Lot& lot : resources.lots) {
    if (!lot.kind.volume) continue;
    if (Status valid = check_volume_name(volume_name_of(lot.kind)); !valid) return valid;
    if (Status valid = check_volume_path(lot.kind.volume->container_path); !valid) return valid;
    paths.push_back(lot.kind.volume->container_path);
  }
  std::sort(paths.begin(), paths.end());
  const auto twice = std::adjacent_find(paths.begin(), paths.end());
  if (twice == paths.end()) return check_none_below_shared(resources, paths);
  return invalid({.what = "volumes",
                  .where = "container path",
                  .expected = "another one for each",
                  .got = "'" + *twice + "' twice",
                  .hint = {}});
}

std::string why_volumes_taken(const AgentState& state, const Resources& resources) {
  for (const Lot& lot : resources.lots) {
    if (!lot.kind.volume) continue;
    const VolumeName name = volume_name_of(lot.kind);
    if (state.volumes_leaving.count(name) > 0) return to_string(name) + " is being destroyed";
    const AgentTask* user = user_of(state, name);
    if (user != nullptr && !lot.kind.shared) return to_string(name) + ": " + used_by(*user);
  }
  return {};
}

void on_destroy_volume(AgentContext& context, const DestroyVolume& destroy,
                       const EnvelopeHeader& header) {
  const VolumeName& name = destroy.volume;
  // A word of an earlier session may be about a volume of that name that is no more.
  if (!is_obeyed(context, header)) return context.reject("destroy_stale");
  if (!check_volume_name(name)) return context.reject("volume_name");
  if (const AgentTask* user = user_of(context.state, name)) {
    return answer(context, name, used_by(*user));
  }
  if (!context.state.volumes_leaving.insert(name).second) return;  // answered when it is gone
  context.emit(RemoveVolume{name, volume_folder(context.config.volume_root, name)});
}

void on_volume_removed(AgentContext& context, const VolumeRemoved& removed) {
  if (context.state.volumes_leaving.erase(removed.volume) == 0) {
    return context.reject("volume_unknown");
  }
  answer(context, removed.volume, removed.error);
}

}  // namespace fairlead
