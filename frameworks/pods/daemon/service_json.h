// Services as the HTTP API shows them (docs/http_api_pods.md). Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "frameworks/pods/pods_scheduler.h"

namespace fairlead::pods {

struct ShownAt {
  Instant now;
  WallTime wall;
};

nlohmann::json summary_json(const Service& service);
/// The summary, the spec and every replica.
nlohmann::json service_json(const Service& service, const ShownAt& at);
nlohmann::json endpoints_json(const std::vector<Endpoint>& endpoints);

}  // namespace fairlead::pods
