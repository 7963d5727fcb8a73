// Why a demanded shape is not offered now: one reason per agent, the nearest miss, and who is
// before it. Plain values that a listing prints; nothing here changes the allocator.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/resources.h"

namespace fairlead {

/// The first of these that holds is the agent's reason, in this order.
enum class WaitReason : std::uint8_t {
  kPaused,       ///< the agent makes no offers
  kConstraint,   ///< an attribute does not match
  kNeverFits,    ///< the shape is larger than the whole agent, reservations left out
  kReserved,     ///< it would fit, but only into what is reserved for another role
  kNotEnough,    ///< it would fit into the agent, but too little is free
  kAccumulated,  ///< the agent is being kept free for somebody else's large shape
  kFiltered,     ///< the framework refused this agent for some time
  kBackedOff,    ///< the framework declined this agent just now
  kSpread,       ///< per_agent_max is reached there
  kHeld,         ///< what is free there is held for somebody's guarantee
  kFits,         ///< nothing is in the way here
};
inline constexpr std::size_t kWaitReasons = 11;

/// "paused", "constraint", "never_fits", …
const char* to_string(WaitReason reason);

struct NearestMiss {
  AgentId agent;
  std::string hostname;
  WaitReason reason = WaitReason::kNotEnough;
  std::string missing;  ///< "cpus:0.5;mem:1GiB", "2 ports"; "rack equals r1"; why it is paused
};

/// What keeps the shape waiting before any agent is looked at; "" when nothing does.
struct Explanation {
  std::string shape;
  std::string gate;           ///< "framework is not connected", "role a is at its limit", …
  std::uint32_t wanted = 0;   ///< tasks
  std::uint32_t offered = 0;  ///< of them, covered by outstanding offers
  std::size_t agents = 0;     ///< looked at: all that are present
  std::array<std::size_t, kWaitReasons> counts{};  ///< agents by WaitReason
  std::string scarcest;              ///< resource that is short on most of the kNotEnough agents
  std::vector<NearestMiss> nearest;  ///< 0 or 1: the agent that lacks least
  std::string accumulating_on;       ///< id of the agent that is being kept free for it; "" = none
  std::vector<std::string> before;   ///< "role/framework" that want something and come first
};

/// Several lines for a person, ending in a newline.
std::string to_text(const Explanation& explanation);

}  // namespace fairlead
