#include "isolators/plan.h"

#include <algorithm>

#include "common/limits.h"
#include "isolators/cpu.h"
#include "isolators/freezer.h"
#include "isolators/isolator.h"
#include "isolators/memory.h"
#include "isolators/namespaces.h"
#include "isolators/pids.h"
#include "isolators/rlimits.h"

namespace fairlead::isolators {
namespace {

constexpr std::size_t kParentDepthMax = 4;

std::vector<std::string> words_of(std::string_view path) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin <= path.size()) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    words.emplace_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// The mounts that containers use on `host`, each once, in a fixed order.
std::vector<std::string> mounts_of(const HostFacts& host) {
  std::vector<std::string> mounts;
  auto add = [&mounts](const std::string& mount) {
    if (mount.empty()) return;
    if (std::find(mounts.begin(), mounts.end(), mount) == mounts.end()) mounts.push_back(mount);
  };
  add(host.unified_mount);
  if (host.layout == CgroupLayout::kV2) return mounts;
  add(host.cpu_mount);
  if (host.unified_mount.empty()) add(host.cpuacct_mount);
  add(host.memory_mount);
  add(host.pids_mount);
  if (host.unified_mount.empty()) add(host.freezer_mount);
  return mounts;
}

void plan_parents(const HostFacts& host, std::string_view parent, ContainerPlan& plan) {
  const std::vector<std::string> words = words_of(parent);
  for (const std::string& mount : mounts_of(host)) {
    std::string dir = mount;
    for (const std::string& word : words) {
      // On v2 a controller reaches a child only if every ancestor passes it on.
      if (host.layout == CgroupLayout::kV2) {
        plan.steps.push_back(WriteFile{dir + "/cgroup.subtree_control", "+cpu +memory +pids"});
      }
      dir += "/" + word;
      plan.steps.push_back(EnsureDirectory{dir});
    }
    if (host.layout == CgroupLayout::kV2) {
      plan.steps.push_back(WriteFile{dir + "/cgroup.subtree_control", "+cpu +memory +pids"});
    }
  }
}

}  // namespace

Status check_cgroup_word(std::string_view word, std::string_view what) {
  auto is_alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  bool good = !word.empty() && word.size() <= limits::kIdCharsMax && is_alphanumeric(word.front());
  for (char c : word) good = good && (is_alphanumeric(c) || c == '.' || c == '_' || c == '-');
  if (good) return {};
  return invalid({.what = std::string(what),
                  .expected = "1..128 characters of [a-z0-9._-], starting with a letter or digit",
                  .got = std::string(word.substr(0, 60))});
}

Status check_cgroup_parent(std::string_view parent) {
  const std::vector<std::string> words = words_of(parent);
  if (words.size() > kParentDepthMax) {
    return invalid({.what = "cgroup parent",
                    .expected = "1..4 words",
                    .got = std::string(parent.substr(0, 60))});
  }
  for (const std::string& word : words) {
    if (Status ok = check_cgroup_word(word, "cgroup parent"); !ok) return ok;
  }
  return {};
}

std::vector<std::string> parent_directories(const HostFacts& host, std::string_view parent) {
  std::vector<std::string> out;
  for (const std::string& mount : mounts_of(host)) out.push_back(mount + "/" + std::string(parent));
  return out;
}

std::vector<std::string> cgroup_directories(const ContainerPlan& plan) {
  std::vector<std::string> out;
  for (const Step& step : plan.steps) {
    if (const auto* made = std::get_if<MakeCgroup>(&step)) out.push_back(made->path);
  }
  return out;
}

void add_v1_cgroup(const std::string& mount, const Place& place, ContainerPlan& plan) {
  const std::string dir = place.in(mount);
  const Step made = MakeCgroup{dir};
  if (std::find(plan.steps.begin(), plan.steps.end(), made) != plan.steps.end()) return;
  plan.steps.push_back(made);
  plan.steps.push_back(JoinCgroup{dir + "/tasks"});
}

Result<ContainerPlan> plan(const ContainerSpec& spec, const HostFacts& host,
                           std::string_view parent) {
  if (Status ok = check_cgroup_word(spec.id.text, "container id"); !ok) return ok.error();
  if (Status ok = check_cgroup_parent(parent); !ok) return ok.error();
  if (host.layout == CgroupLayout::kV2 && host.unified_mount.empty()) {
    return Error{ErrorCode::kUnsupported, "cgroups: layout v2 without a mounted v2 tree"};
  }
  ContainerPlan out{.id = spec.id};
  const Place place{host, std::string(parent) + "/" + spec.id.text};
  plan_parents(host, parent, out);
  if (!host.unified_mount.empty()) out.steps.push_back(MakeCgroup{place.in(host.unified_mount)});
  for (auto* isolator :
       {plan_cpu, plan_memory, plan_pids, plan_freezer, plan_namespaces, plan_rlimits}) {
    if (Status ok = isolator(spec, place, out); !ok) return ok.error();
  }
  return out;
}

}  // namespace fairlead::isolators
