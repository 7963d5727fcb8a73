#include "master/daemon/json_forms.h"

#include <nlohmann/json.hpp>

namespace fairlead::json_forms {
namespace {

constexpr const char* kStandardNames[] = {"cpus", "mem", "disk", "gpus"};

nlohmann::json of(const Amounts& amounts) {
  nlohmann::json json = json_forms::of(amounts.scalars);
  for (const NamedRanges& one : amounts.ranges) {
    std::string text = to_string(Amounts{.ranges = {one}});
    json[one.name] = text.substr(one.name.size() + 1);
  }
  for (const NamedSet& one : amounts.sets) {
    std::string text = to_string(Amounts{.sets = {one}});
    json[one.name] = text.substr(one.name.size() + 1);
  }
  return json;
}

}  // namespace

nlohmann::json of(const StandardAmounts& amounts, const StandardAmounts& base) {
  nlohmann::json json = nlohmann::json::object();
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (amounts[i] == base[i]) continue;
    json[kStandardNames[i]] = scalar_to_string(kStandardNames[i], amounts[i]);
  }
  return json;
}

nlohmann::json of(const Quantities& quantities) {
  nlohmann::json json = of(quantities.standard, {});
  for (const CustomScalar& one : quantities.custom) {
    json[one.name] = scalar_to_string(one.name, one.milli);
  }
  return json;
}

nlohmann::json of(const Resources& resources) {
  return of(total(resources));
}

nlohmann::json of(const TaskStatus& status) {
  nlohmann::json json = {
      {"framework", status.framework.text}, {"task", status.task.text},
      {"attempt", status.attempt},          {"agent", status.agent.text},
      {"state", to_string(status.state)},   {"reason", to_string(status.reason)},
      {"message", status.message},          {"container_path", status.container_path},
      {"since_unix_ms", status.at.unix_ms}};
  if (status.exit && status.exit->code) json["exit_code"] = *status.exit->code;
  if (status.exit && status.exit->signal) json["signal"] = *status.exit->signal;
  return json;
}

Error bad_body(const char* expected, const std::string& body) {
  constexpr std::size_t kBodyShownMax = 100;
  return invalid({.what = "body", .expected = expected, .got = body.substr(0, kBodyShownMax)});
}

std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace fairlead::json_forms
