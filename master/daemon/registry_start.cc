#include "master/daemon/registry_start.h"

#include <algorithm>

#include "runtime/adapters/candidate/random_id.h"
#include "runtime/link/registry_rows.h"

namespace fairlead {

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
  ClusterRecord first{.cluster = lead.cluster.empty() ? ClusterId{random_id()} : lead.cluster,
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
