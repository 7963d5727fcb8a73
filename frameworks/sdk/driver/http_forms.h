// How frameworks answer over HTTP: replies of JSON and text, amounts as JSON, the SDK's counters as
// metrics. Pure; any thread.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/amounts.h"
#include "frameworks/sdk/sdk_core.h"
#include "runtime/http.h"

namespace fairlead::sdk {

/// {"cpus": "0.5", "mem": "64MiB", "ports": 2}: exact texts; of a range only how much it is.
nlohmann::json amounts_json(const Amounts& amounts);
/// One line; bytes that are not UTF-8 (texts from tasks may hold anything) become U+FFFD.
std::string dump(const nlohmann::json& json);

HttpReply json_reply(const nlohmann::json& body, int status = 200);
/// The content type is the one of Prometheus' text format.
HttpReply text_reply(std::string body, int status = 200);

struct Metric {
  const char* name;
  const char* type;  ///< "gauge" or "counter"
  const char* help;
  std::uint64_t value = 0;
};
void append_metric(std::string& text, const Metric& metric);
/// fairlead_framework_…: what every framework counts.
void append_sdk_metrics(std::string& text, const SdkCore& core);

}  // namespace fairlead::sdk
