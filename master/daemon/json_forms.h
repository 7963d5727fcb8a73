// Fairlead's values as the JSON of docs/http_api.md. Pure. Texts from peers may hold anything, so
// every dump replaces what is not UTF-8.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "common/quota.h"
#include "common/resources.h"
#include "common/task.h"

namespace fairlead::json_forms {

/// {"cpus":"1.5","mem":"2GiB","ports":"[31000-32000]"}
nlohmann::json of(const Quantities& quantities);
nlohmann::json of(const Resources& resources);
/// Those that differ from `base`.
nlohmann::json of(const StandardAmounts& amounts, const StandardAmounts& base);
nlohmann::json of(const TaskStatus& status);
/// A body that is another one than `expected`.
Error bad_body(const char* expected, const std::string& body);
/// One line, safe for any bytes.
std::string dump(const nlohmann::json& json);

}  // namespace fairlead::json_forms
