// Why a demanded shape is not offered now: the deciding rule on every agent, who holds what is
// missing, the smallest changes that would admit one task of it, and what is known about when.
// Plain values that a listing prints; nothing here changes the allocator.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/allocator_events.h"
#include "common/ids.h"
#include "common/resources.h"
#include "common/time.h"

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

struct AgentVerdict {
  AgentId agent;
  std::string hostname;
  WaitReason reason = WaitReason::kNotEnough;
  std::string missing;  ///< "cpus:0.5;mem:1GiB", "2 ports"; "rack equals r1"; why it is paused
};

/// What one framework has on an agent.
struct AgentHolder {
  std::string name;  ///< "role/framework"
  Quantities held;
  Quantities offered;
  Duration offered_for;  ///< the longest of those offers; 0 without one
};

/// Who has what a near agent lacks, most of the scarcest first.
struct HeldAgent {
  AgentId agent;
  std::string missing;
  std::vector<AgentHolder> holders;
  std::size_t left_out = 0;  ///< smaller ones that are not listed
};

/// What a role has of the scarcest resource, its sub-roles included.
struct RoleHold {
  RoleName role;
  std::int64_t amount = 0;          ///< base units
  std::int64_t per_mille = 0;       ///< of the cluster
  std::int64_t fair_per_mille = 0;  ///< what its weight gives it while all who want compete
  std::int64_t guarantee = 0;       ///< base units; 0: none
};

/// What can be done. The less it takes from others, the earlier in this list.
enum class ChangeKind : std::uint8_t {
  kWait,            ///< until a filter or a back-off ends
  kConnect,         ///< the framework
  kRevive,          ///< the role, which its framework suppressed
  kSpread,          ///< more tasks on one agent
  kDropConstraint,  ///< of the shape
  kReduceShape,     ///< to what fits
  kReturnOffer,     ///< that somebody else holds
  kResumeAgent,     ///< that is paused
  kRaiseLimit,      ///< of the role or of one above it
  kFree,            ///< what somebody holds
  kAddAgents,       ///< of a kind that there is
};
/// "wait", "connect", "revive", …
const char* to_string(ChangeKind kind);

/// One change that admits one task: tried on a copy of the allocator, where it did.
struct AdmittingChange {
  ChangeKind kind = ChangeKind::kWait;
  std::string text;                       ///< "free cpus:0.5 on agent-3"
  Duration in;                            ///< when it takes effect
  std::vector<allocation::Event> events;  ///< the change itself
};

/// What is known about when. Every line says what it rests on.
struct Outlook {
  std::optional<Duration> in;  ///< when something happens; none: unknown
  std::string text;
};

/// How many tasks of a gang an agent could be given now.
struct GangFit {
  AgentId agent;
  std::uint32_t tasks = 0;
};

/// What keeps the shape waiting before any agent is looked at; "" when nothing does.
struct Explanation {
  std::string shape;
  std::string gate;           ///< "framework is not connected", "role a is at its limit", …
  std::uint32_t wanted = 0;   ///< tasks
  std::uint32_t offered = 0;  ///< of them, covered by outstanding offers
  std::size_t agents = 0;     ///< looked at: all that are present
  std::array<std::size_t, kWaitReasons> counts{};  ///< agents by WaitReason
  std::string scarcest;               ///< resource that is short on most of the kNotEnough agents
  std::vector<AgentVerdict> nearest;  ///< the agents that lack least, the nearest first; up to 3
  std::vector<AgentVerdict> listed;   ///< those that were asked for, by handle
  std::string accumulating_on;        ///< agents that are kept free for it: "a1, a2"; "": none
  std::vector<std::string> before;    ///< "role/framework" that want something and come first
  StandardAmounts debt{};             ///< what its client owes for offers held for long
  std::vector<HeldAgent> holders;     ///< of the nearest agents, where something is missing
  std::vector<RoleHold> roles;        ///< most of the scarcest resource first; up to 5
  std::vector<AdmittingChange> changes;  ///< the least intrusive first; up to 5
  std::string no_change;                 ///< why there is none
  std::vector<Outlook> outlook;          ///< what comes first in front
  std::uint32_t gang_size = 0;           ///< 0: its tasks are independent
  std::uint32_t gang_fits = 0;   ///< of one gang, how many there is room for now; all rules count
  std::vector<GangFit> gang_on;  ///< where; the most first; up to 3
};

struct ExplainOptions {
  std::optional<Instant> now;  ///< none: of the last step
  Duration offer_hold_max;     ///< when the master takes an offer back; 0: unknown
  std::size_t agents_after = 0;
  std::size_t agents_max = 0;  ///< so many verdicts are listed, after that many are left out
  bool with_changes = true;    ///< tries them: a copy of the allocator for each
};

/// "gang of 4: 3 fit now, 2 on a1 and 1 on a2"; "" without a gang.
std::string gang_text(const Explanation& explanation);
/// What is known at a glance: a few lines for a person, ending in a newline.
std::string to_text(const Explanation& explanation);
/// What to_text() leaves out: every agent that was asked for, holders, changes, when.
std::string to_long_text(const Explanation& explanation);

}  // namespace fairlead
