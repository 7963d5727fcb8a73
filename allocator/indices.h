// What clients and roles are called inside the allocator: places in State::clients and
// State::roles. Internal to allocator/.
#pragma once

#include <compare>
#include <cstdint>

namespace fairlead::allocation {

struct ClientIndex {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(ClientIndex, ClientIndex) = default;
};

inline constexpr ClientIndex kNoClient{0xFFFFFFFF};

struct RoleIndex {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(RoleIndex, RoleIndex) = default;
};

inline constexpr RoleIndex kRootRole{0};

}  // namespace fairlead::allocation
