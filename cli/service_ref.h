// Services of fairlead-pods as commands name them. Every call asks the cluster. Main thread only.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "cli/cluster_client.h"
#include "common/result.h"

namespace fairlead::cli {

inline constexpr const char* kServicesPath = "/api/v1/services";

/// A service and the fairlead-pods that has it.
struct ServiceRef {
  JsonClient client;
  nlohmann::json view;
};

/// The first fairlead-pods that has it. kNotFound with the nearest name that there is.
Result<ServiceRef> find_service(ClusterClient& cluster, const std::string& name);

}  // namespace fairlead::cli
