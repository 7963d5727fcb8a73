// Valid inputs of the fuzz targets, made by the generators of the property tests.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "common/bytes.h"
#include "tests/fuzz/targets.h"

namespace fairlead::fuzz {

struct Target {
  std::string_view name;  ///< also the folder of its corpus
  void (*run)(BytesView bytes);
  Bytes (*seed_input)(std::uint64_t seed);  ///< same seed, same bytes
};

/// All of them, sorted by name.
std::vector<Target> targets();

}  // namespace fairlead::fuzz
