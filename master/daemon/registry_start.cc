#include "master/daemon/registry_start.h"

#include <sys/random.h>

#include <algorithm>
#include <array>

#include "common/check.h"
#include "runtime/link/registry_rows.h"

namespace fairlead {

ClusterId fresh_cluster_id() {
  std::array<unsigned char, 16> random{};
  check(::getrandom(random.data(), random.size(), 0) == static_cast<ssize_t>(random.size()),
        "the kernel gives 16 random bytes");
  ClusterId id;
  for (unsigned char byte : random) {
    constexpr const char* kHex = "0123456789abcdef";
    id.text += kHex[byte >> 4];
    id.text += kHex[byte & 15];
  }
  return id;
}

ClusterRecord next_epoch(std::vector<RegistryRecord>& registry, const Lead& lead) {
  auto after = [&lead](Epoch before) {
    if (lead.epoch.number > 0) return lead.epoch;
    return std::max(Epoch{before.number + 1}, lead.epoch_floor);
  };
  for (RegistryRecord& record : registry) {
    if (auto* cluster = std::get_if<ClusterRecord>(&record)) {
      cluster->epoch = after(cluster->epoch);
      return *cluster;
    }
  }
  ClusterRecord first{.cluster = lead.cluster.empty() ? fresh_cluster_id() : lead.cluster,
                      .epoch = after({})};
  registry.push_back(first);
  return first;
}

Status accept_registry(const ClusterId& cluster, const StoreContents& contents) {
  Result<std::vector<RegistryRecord>> registry = read_registry(contents);
  if (!registry) return registry.error();
  for (const RegistryRecord& record : *registry) {
    const auto* own = std::get_if<ClusterRecord>(&record);
    if (own == nullptr || own->cluster == cluster) continue;
    return invalid({.what = "registry: cluster id in its rows",
                    .expected = cluster.text,
                    .got = own->cluster.text,
                    .hint = "nodes of two clusters are mixed; restore the registry"});
  }
  return {};
}

}  // namespace fairlead
