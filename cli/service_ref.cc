#include "cli/service_ref.h"

#include <utility>
#include <vector>

#include "common/edit_distance.h"

namespace fairlead::cli {

using nlohmann::json;

Result<ServiceRef> find_service(ClusterClient& cluster, const std::string& name) {
  Result<std::vector<FrameworkRef>> frameworks = cluster.frameworks("pods");
  if (!frameworks) return frameworks.error();
  std::vector<std::string> names;
  for (const FrameworkRef& framework : *frameworks) {
    JsonClient client = cluster.client_of(framework);
    Result<json> view = client.get(std::string(kServicesPath) + "/" + url_encoded(name));
    if (view) return ServiceRef{std::move(client), std::move(view).value()};
    if (view.error().code != ErrorCode::kNotFound) return view.error();
    Result<json> all = client.get(kServicesPath);
    if (!all) return all.error();
    for (const json& one : list_of(*all, "services")) names.push_back(text_of(one, "name"));
  }
  const std::string near = did_you_mean(name, names);
  return Error{ErrorCode::kNotFound, "service " + name + ": not known; hint: " +
                                         (near.empty() ? "fairlead service list" : near)};
}

}  // namespace fairlead::cli
