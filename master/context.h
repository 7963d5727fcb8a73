// What a handler works with, and the few things that every handler does: send, publish, count,
// tell the allocator. Lives for one step. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "allocator/allocator.h"
#include "common/master_events.h"
#include "master/allocator_watch.h"
#include "master/config.h"
#include "master/state.h"

namespace fairlead::master {

struct Context {
  MasterState& state;
  AllocatorCore& allocator;
  const MasterConfig& config;
  Instant now;
  std::vector<MasterAction>& out;
  std::vector<allocation::Action> allocated;  ///< not translated yet (offers.cc)
  AllocatorWatch* watch = nullptr;            ///< null: nobody
};

/// Kinds of CountReject: the whole set.
namespace reject {
inline constexpr const char* kAgentRefused = "agent_refused";
inline constexpr const char* kAgentNotRegistered = "agent_not_registered";
inline constexpr const char* kAgentSession = "agent_session_old";
inline constexpr const char* kAgentMessage = "agent_message";
inline constexpr const char* kFrameworkRefused = "framework_refused";
inline constexpr const char* kFrameworkNotSubscribed = "framework_not_subscribed";
inline constexpr const char* kFrameworkSession = "framework_session_old";
inline constexpr const char* kFrameworkMessage = "framework_message";
inline constexpr const char* kOfferUnknown = "offer_unknown";
inline constexpr const char* kTaskInvalid = "task_invalid";
inline constexpr const char* kTaskUnknown = "task_unknown";
inline constexpr const char* kStatusEdge = "status_edge";
inline constexpr const char* kDenied = "denied";
inline constexpr const char* kLimit = "limit";
inline constexpr const char* kOperatorRequest = "operator_request";
inline constexpr const char* kOperation = "operation";
inline constexpr const char* kRegistry = "registry";
inline constexpr const char* kAllocator = "allocator";
}  // namespace reject

void count_reject(Context& c, const char* kind);
void publish(Context& c, std::string kind, std::string subject, std::string text);

/// To the agent's current connection; nothing when it has none.
void send_to_agent(Context& c, std::uint32_t agent, MasterToAgent message);
/// To the framework's current connection; nothing when it is not connected.
void send_to_framework(Context& c, std::uint32_t framework, MasterToFramework message);
/// To someone that is not (yet, or any more) registered.
void answer(Context& c, const Sender& sender, const AgentId& agent, MasterToAgent message);
void answer(Context& c, const Sender& sender, const FrameworkId& framework,
            MasterToFramework message);

/// One step of the allocator. Its actions are translated at the end of the master's step.
void tell_allocator(Context& c, const allocation::Event& event);

/// Text of a peer, cut to what may be repeated to a peer.
std::string shortened(std::string_view text, std::size_t characters_max = 128);

}  // namespace fairlead::master
