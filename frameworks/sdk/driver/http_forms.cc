#include "frameworks/sdk/driver/http_forms.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/amounts_text.h"

namespace fairlead::sdk {

nlohmann::json amounts_json(const Amounts& amounts) {
  nlohmann::json out = nlohmann::json::object();
  constexpr std::array<const char*, kStandardScalars> kNames = {"cpus", "mem", "disk", "gpus"};
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    const std::int64_t value = amounts.scalars.standard[i];
    if (value > 0) {
      out[kNames[i]] = scalar_to_string(kNames[i], value);
    }
  }
  for (const CustomScalar& scalar : amounts.scalars.custom) {
    out[scalar.name] = scalar_to_string(scalar.name, scalar.milli);
  }
  for (const NamedRanges& ranges : amounts.ranges) {
    out[ranges.name] = count_of(ranges.intervals);
  }
  return out;
}

std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

HttpReply json_reply(const nlohmann::json& body, int status) {
  HttpReply reply;
  reply.status = status;
  reply.body = dump(body) + "\n";
  return reply;
}

HttpReply text_reply(std::string body, int status) {
  HttpReply reply;
  reply.status = status;
  reply.body = std::move(body);
  reply.content_type = "text/plain; version=0.0.4";
  return reply;
}

void append_metric(std::string& text, const Metric& metric) {
  const std::string name = metric.name;
  text += "# HELP " + name + " " + metric.help + "\n# TYPE " + name + " " + metric.type + "\n" +
          name + " " + std::to_string(metric.value) + "\n";
}

void append_sdk_metrics(std::string& text, const SdkCore& core) {
  const SdkCounters& counters = core.counters();
  const Metric metrics[] = {
      {"fairlead_framework_subscribed", "gauge", "1 while a master listens.",
       core.is_subscribed() ? 1U : 0U},
      {"fairlead_framework_subscribes_total", "counter", "Subscribes sent.", counters.subscribes},
      {"fairlead_framework_launches_total", "counter", "Launches ordered.", counters.launches},
      {"fairlead_framework_statuses_total", "counter", "Statuses delivered.", counters.statuses},
      {"fairlead_framework_statuses_repeated_total", "counter",
       "Statuses that had been delivered before.", counters.statuses_repeated},
      {"fairlead_framework_envelopes_stale_total", "counter", "Envelopes of lower epochs.",
       counters.envelopes_stale},
      {"fairlead_framework_offers_total", "counter", "Offers received.", counters.offers},
      {"fairlead_framework_offers_declined_total", "counter", "Offers declined.",
       counters.offers_declined},
  };
  for (const Metric& metric : metrics) append_metric(text, metric);
}

}  // namespace fairlead::sdk
