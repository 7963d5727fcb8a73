// One number for everything that the allocator decided in a run, in order, with times and amounts.
// Two runs with the same number took the same decisions. Not cryptographic.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/allocator_events.h"

namespace fairlead::scenario {

class ActionHash {
 public:
  void add(Instant now, const allocation::Action& action);
  std::uint64_t value() const { return hash_; }

 private:
  void mix(std::uint64_t word);
  void mix(std::string_view text);
  void mix(const Resources& resources);

  std::uint64_t hash_ = 0xCBF29CE484222325;
};

}  // namespace fairlead::scenario
