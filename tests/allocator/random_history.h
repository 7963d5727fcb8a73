// Random histories for an AllocatorWorld, drawn from numbers, so that a failing one shrinks.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/allocator/allocator_world.h"

namespace fairlead {

inline constexpr std::uint32_t kAgents = 4;
inline constexpr std::uint32_t kFrameworks = 4;
inline constexpr std::uint32_t kRoles = 5;

struct Draw {
  std::vector<std::uint32_t> numbers;
  std::size_t at = 0;
  bool with_quotas = false;      ///< the history sets and changes some
  bool with_devices = false;     ///< some agents have GPUs, some of these know their devices
  bool with_gangs = false;       ///< every second demanded shape is one, not one in twelve
  bool with_operations = false;  ///< reservations and volumes come and go
  bool in_batches = false;       ///< time goes in steps in which filters and runs often meet

  bool is_empty() const { return at >= numbers.size(); }
  std::uint32_t below(std::uint32_t bound) { return is_empty() ? 0 : numbers[at++] % bound; }
};

RoleName role_at(std::uint32_t i);
/// Adds all frameworks and agents.
void begin(AllocatorWorld& world, Draw& draw);
/// One event, also one that contradicts what is there.
void any_event(AllocatorWorld& world, Draw& draw);

}  // namespace fairlead
