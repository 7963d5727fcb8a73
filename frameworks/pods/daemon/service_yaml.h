// The text of a service (YAML, or JSON as a part of it) to its spec. Strict: unknown keys, wrong
// kinds and values out of range are refused with their place. Thread-safe; no I/O.
#pragma once

#include <string_view>

#include "frameworks/pods/service.h"

namespace fairlead::pods {

/// The role may stay empty: the framework's first one. `name` is for messages.
Result<ServiceSpec> parse_service(std::string_view text, std::string_view name);
/// What `text` says replaces that part of `base`; name, role and replicas cannot be said.
Result<ServiceSpec> parse_service_update(std::string_view text, std::string_view name,
                                         ServiceSpec base);
/// `{"replicas": 5}`.
Result<std::uint32_t> parse_scale(std::string_view text, std::string_view name);

}  // namespace fairlead::pods
