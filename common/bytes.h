// A run of bytes as it travels and as it is stored.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fairlead {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

}  // namespace fairlead
