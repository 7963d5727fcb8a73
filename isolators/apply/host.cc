#include "isolators/apply/host.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "isolators/apply/descriptor.h"

namespace fairlead::isolators {
namespace {

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

void take_v1(std::string_view mount, std::string_view options, HostFacts& host) {
  for (std::string_view option : split(options, ',')) {
    if (option == "cpu") host.cpu_mount = mount;
    if (option == "cpuacct") host.cpuacct_mount = mount;
    if (option == "memory") host.memory_mount = mount;
    if (option == "pids") host.pids_mount = mount;
    if (option == "freezer") host.freezer_mount = mount;
  }
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

}  // namespace

HostFacts host_from_mounts(std::string_view mounts) {
  HostFacts host;
  for (std::string_view line : split(mounts, '\n')) {
    const std::vector<std::string_view> fields = split(line, ' ');
    if (fields.size() < 4) continue;
    if (fields[2] == "cgroup") take_v1(fields[1], fields[3], host);
    // Another mount of the same tree elsewhere changes nothing: the first one is the host's.
    if (fields[2] == "cgroup2" && host.unified_mount.empty()) host.unified_mount = fields[1];
  }
  const bool has_v1 =
      !host.cpu_mount.empty() || !host.memory_mount.empty() || !host.pids_mount.empty();
  if (host.unified_mount.empty()) {
    host.layout = CgroupLayout::kV1;
  } else {
    host.layout = has_v1 ? CgroupLayout::kHybrid : CgroupLayout::kV2;
  }
  return host;
}

Result<HostFacts> detect_host() {
  Result<std::string> mounts = read_file("/proc/self/mounts", 1 << 20);
  if (!mounts) return mounts.error();
  HostFacts host = host_from_mounts(*mounts);
  if (host.unified_mount.empty() && host.memory_mount.empty() && host.pids_mount.empty()) {
    return Error{ErrorCode::kUnsupported,
                 "cgroups: none is mounted on this host; hint: mount cgroup2 on /sys/fs/cgroup"};
  }
  if (host.layout == CgroupLayout::kV2) {
    host.has_memsw = exists("/proc/swaps");
  } else {
    host.has_memsw = exists(host.memory_mount + "/memory.memsw.limit_in_bytes");
  }
  return host;
}

}  // namespace fairlead::isolators
