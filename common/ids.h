// Identities. Strong types over the text that a person sees in a listing; two kinds never mix.
// A text id that came from a peer is checked with `check_id_text` before it is kept anywhere.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace fairlead {

template <class Tag>
struct TextId {
  std::string text;

  bool empty() const { return text.empty(); }
  friend auto operator<=>(const TextId&, const TextId&) = default;
};

template <class Tag>
struct NumberId {
  std::uint64_t number = 0;

  friend constexpr auto operator<=>(NumberId, NumberId) = default;
};

using ClusterId = TextId<struct ClusterTag>;  ///< 32 hex digits, made once per registry
using AgentId = TextId<struct AgentTag>;      ///< made by the agent once, kept in its checkpoint
using FrameworkId = TextId<struct FrameworkTag>;  ///< given by the master at the first subscribe
using TaskId = TextId<struct TaskTag>;            ///< chosen by the framework, unique inside it
using RoleName = TextId<struct RoleTag>;          ///< path of words: "analytics/ads"
using WindowId = TextId<struct WindowTag>;        ///< given by the master: "w-3-1"
using GangId = TextId<struct GangTag>;            ///< given by the master: "g-3-1"
using Principal = TextId<struct PrincipalTag>;    ///< who an authenticated key belongs to
using PeerId = TextId<struct PeerTag>;            ///< "agent/<id>", "framework/<id>": who speaks

using OfferId = NumberId<struct OfferTag>;            ///< unique within one leader epoch
using ReclaimId = NumberId<struct ReclaimTag>;        ///< likewise
using Epoch = NumberId<struct EpochTag>;              ///< leader epoch; 0 = none seen
using Session = NumberId<struct SessionTag>;          ///< one life of one sender; never 0
using Ticket = NumberId<struct TicketTag>;            ///< ties a durable write to its outcome
using ConnectionId = NumberId<struct ConnectionTag>;  ///< a transport's name for one link
using RequestId = NumberId<struct RequestTag>;        ///< ties an operator's call to its reply

/// Accepts 1..128 characters of [A-Za-z0-9._-], not starting with '-' or '.'.
/// `what` names the field in the message. O(length).
Status check_id_text(std::string_view text, std::string_view what);

/// Accepts role paths: words of [A-Za-z0-9._-] joined by '/'; no empty word, no "." or "..",
/// no leading '-', "*" only alone; at most kRoleDepthMax words and 256 characters.
Status check_role_name(std::string_view text);

/// Names one attempt to run one task on one agent. At most one container ever runs per token.
struct LaunchToken {
  FrameworkId framework;
  TaskId task;
  std::uint32_t attempt = 0;
  AgentId agent;

  friend auto operator<=>(const LaunchToken&, const LaunchToken&) = default;
};

}  // namespace fairlead

template <class Tag>
struct std::hash<fairlead::TextId<Tag>> {
  std::size_t operator()(const fairlead::TextId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.text);
  }
};

template <class Tag>
struct std::hash<fairlead::NumberId<Tag>> {
  std::size_t operator()(fairlead::NumberId<Tag> id) const noexcept {
    return std::hash<std::uint64_t>{}(id.number);
  }
};
