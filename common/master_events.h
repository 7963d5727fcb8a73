// Everything that can happen to a master's core, and everything it can order.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/agent_messages.h"
#include "common/framework_messages.h"
#include "common/operator_messages.h"
#include "common/records.h"
#include "common/result.h"

namespace fairlead {

// --- events --------------------------------------------------------------------------------------

/// First event of a core's life: it leads, under this epoch, with this registry.
struct MasterStarted {
  ClusterId cluster;
  Epoch epoch;
  WallTime wall_at_zero;  ///< wall time when Instant was 0; how long a drain goes on
  std::vector<RegistryRecord> registry;
};

/// Who sent something, as proved (connection, principal) and as claimed (id, session).
struct Sender {
  ConnectionId connection;
  Principal principal;
  Session session;
};

struct AgentSaid {
  Sender sender;
  AgentId agent;  ///< claimed
  AgentToMaster message;
};

struct FrameworkSaid {
  Sender sender;
  FrameworkId framework;  ///< claimed; empty before the first Subscribed
  FrameworkToMaster message;
};

/// Envelopes of this agent were lost on the way, or its queue was full.
struct AgentLinkBroken {
  ConnectionId connection;
  AgentId agent;
};

struct FrameworkLinkBroken {
  ConnectionId connection;
  FrameworkId framework;
};

enum class WriteOutcome : std::uint8_t { kPersisted, kRefused, kUnknown };

struct RegistryWritten {
  Ticket ticket;
  WriteOutcome outcome = WriteOutcome::kPersisted;
  std::string reason;
};

struct OperatorAsked {
  RequestId request;
  Principal principal;
  OperatorRequest body;
  WallTime at;  ///< by the clock as it is then: what the registry keeps of it outlives this master
};

struct TimePassed {};

/// The operator's list of hosts that make offers; nullopt: all do. Not durable: every master is
/// told from its own file.
struct HostsAllowed {
  std::optional<std::vector<std::string>> hostnames;
};

using MasterEvent =
    std::variant<MasterStarted, AgentSaid, FrameworkSaid, AgentLinkBroken, FrameworkLinkBroken,
                 RegistryWritten, OperatorAsked, TimePassed, HostsAllowed>;

// --- actions -------------------------------------------------------------------------------------

struct SendToAgent {
  ConnectionId connection;
  AgentId agent;
  MasterToAgent message;
};

struct SendToFramework {
  ConnectionId connection;
  FrameworkId framework;
  MasterToFramework message;
};

/// All or nothing. Answered by RegistryWritten with the same ticket.
struct WriteRegistry {
  Ticket ticket;
  std::vector<RegistryRecord> put;
  std::vector<std::string> erase;  ///< keys
};

struct AnswerOperator {
  RequestId request;
  Status outcome;
  std::string made;  ///< id of what the request made; empty: nothing that has one
};

struct RecordAudit {
  Principal principal;
  std::string action;   ///< "set_weight"
  std::string subject;  ///< "role a/b weight 2.000"
  std::string outcome;  ///< "ok" or the error
};

/// A line of /api/v1/events.
struct PublishEvent {
  std::string kind;     ///< "task_updated", "agent_added", …
  std::string subject;  ///< id
  std::string text;
  std::optional<TaskStatus> status;
};

/// A peer's mistake, counted.
struct CountReject {
  std::string kind;  ///< small fixed set: "offer_unknown", "not_registered", …
};

/// The core cannot go on as a leader (a write was refused by a newer head).
struct StepDown {
  std::string reason;
};

using MasterAction = std::variant<SendToAgent, SendToFramework, WriteRegistry, AnswerOperator,
                                  RecordAudit, PublishEvent, CountReject, StepDown>;

}  // namespace fairlead
