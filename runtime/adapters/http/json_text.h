// JSON that a peer sent: parsed without exceptions, and within a depth that no honest document has.
// Thread-safe function without state.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace fairlead {

/// Discarded (is_discarded()) when `text` is not JSON or nests deeper than limits::kJsonDepthMax: a
/// few megabytes of '[' would else become hundreds of megabytes of values.
nlohmann::json parse_json(std::string_view text);

}  // namespace fairlead
