// The plan of one container: plain steps that build its cgroups and namespaces, what its usage is
// read from, and what proves that memory ran out. Pure values; isolators/apply carries them out.
// Invariants: 1. steps are in order; undoing is reverse order. 2. every path lies below a cgroup
// mount of HostFacts and is made of checked words only. 3. nothing here touches the machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/container.h"
#include "common/result.h"

namespace fairlead::isolators {

/// kHybrid: v1 controllers and an empty v2 tree beside them, which still has cgroup.kill.
enum class CgroupLayout : std::uint8_t { kV1, kHybrid, kV2 };

/// What a machine offers. Mounts are absolute paths without a trailing '/'; empty: not there.
struct HostFacts {
  CgroupLayout layout = CgroupLayout::kV1;
  std::string cpu_mount;      ///< v1
  std::string cpuacct_mount;  ///< v1; may equal cpu_mount
  std::string memory_mount;   ///< v1
  std::string pids_mount;     ///< v1
  std::string freezer_mount;  ///< v1
  std::string unified_mount;  ///< the v2 tree
  bool has_memsw = false;     ///< v1: swap is accounted; v2: memory.swap.max exists
  friend bool operator==(const HostFacts&, const HostFacts&) = default;
};

/// A directory that containers share; made when missing, never undone.
struct EnsureDirectory {
  std::string path;
  friend bool operator==(const EnsureDirectory&, const EnsureDirectory&) = default;
};
/// A cgroup of this container only; it is an error if it exists. Undone by rmdir.
struct MakeCgroup {
  std::string path;
  friend bool operator==(const MakeCgroup&, const MakeCgroup&) = default;
};
struct WriteFile {
  std::string path;
  std::string content;
  friend bool operator==(const WriteFile&, const WriteFile&) = default;
};
/// The container's first process writes "0" to this file, which was opened outside. On v1 it is
/// `tasks`, not `cgroup.procs`: moving one thread that is the writer itself spares the kernel a
/// machine-wide lock, and that process has one thread.
struct JoinCgroup {
  std::string path;
  friend bool operator==(const JoinCgroup&, const JoinCgroup&) = default;
};
/// The container's first process is born in this v2 cgroup (CLONE_INTO_CGROUP).
struct BornInCgroup {
  std::string path;
  friend bool operator==(const BornInCgroup&, const BornInCgroup&) = default;
};
struct Namespaces {
  bool pid = false;
  bool mount = false;
  bool ipc = false;
  bool uts = false;
  std::string hostname;  ///< empty: as it is
  friend bool operator==(const Namespaces&, const Namespaces&) = default;
};
struct SetRlimit {
  ResourceLimit limit;
  friend bool operator==(const SetRlimit&, const SetRlimit&) = default;
};

using Step = std::variant<EnsureDirectory, MakeCgroup, WriteFile, JoinCgroup, BornInCgroup,
                          Namespaces, SetRlimit>;

/// Which number of ResourceUsage a source feeds.
enum class UsageField : std::uint8_t { kCpu, kMemory, kMemoryPeak, kPids, kThrottled };

/// A number in a cgroup file: the whole file, or the line that starts with `key` and a space.
struct NumberInFile {
  std::string path;
  std::string key;
  friend bool operator==(const NumberInFile&, const NumberInFile&) = default;
};
struct UsageSource {
  UsageField field = UsageField::kCpu;
  NumberInFile number;
  std::int64_t factor = 1;  ///< to the unit of ResourceUsage
  std::int64_t less = 0;    ///< taken off afterwards, not below 0: the container's own init
  friend bool operator==(const UsageSource&, const UsageSource&) = default;
};

struct ContainerPlan {
  ContainerId id;
  std::vector<Step> steps;
  std::vector<UsageSource> usage;
  std::vector<NumberInFile> oom_proof;  ///< any of them above 0 proves it; read before the rmdir
  std::string kill_cgroup;              ///< v2 cgroup with cgroup.kill; empty: there is none
  std::string freezer_cgroup;           ///< v1 freezer cgroup for killing; empty: there is none
  friend bool operator==(const ContainerPlan&, const ContainerPlan&) = default;
};

/// One line per step, source and proof: what golden tests compare and what a log shows.
std::string to_string(const ContainerPlan& plan);

/// Accepts what is safe as one directory of a cgroup tree: 1..128 characters of [a-z0-9._-],
/// starting with a letter or a digit.
Status check_cgroup_word(std::string_view word, std::string_view what);
/// Accepts 1..4 such words joined by '/': "fairlead/agent-1".
Status check_cgroup_parent(std::string_view parent);

/// The cgroup directories of `id`, without repetition, in the order in which they are made.
std::vector<std::string> cgroup_directories(const ContainerPlan& plan);
/// `<mount>/<parent>` of every tree that containers use on this host, in a fixed order.
std::vector<std::string> parent_directories(const HostFacts& host, std::string_view parent);

/// Plans everything for `spec` below the cgroup `parent`. kInvalid: an unsafe id or parent, a
/// negative amount, an unknown rlimit; kUnsupported: a limit is asked whose controller is missing.
Result<ContainerPlan> plan(const ContainerSpec& spec, const HostFacts& host,
                           std::string_view parent);

}  // namespace fairlead::isolators
