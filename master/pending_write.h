// What a master does once a write to its registry has an outcome: one small struct per kind of
// write, handled in registry.cc. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/master_events.h"
#include "common/records.h"

namespace fairlead::master {

struct AdmitAgent {
  Sender sender;
  std::uint32_t agent = 0;  ///< slot
  std::uint32_t generation = 0;
  RegisterAgent message;
};

struct ExpireAgent {
  std::uint32_t agent = 0;
};

/// Nothing is left on an agent that was to be emptied.
struct FinishDrain {
  std::uint32_t agent = 0;  ///< slot
  std::uint32_t generation = 0;
  WallTime at;
};

struct AdmitFramework {
  Sender sender;
  bool is_new = false;
  Subscribe message;  ///< with its id
};

struct RemoveFramework {
  FrameworkId framework;
  std::string reason;
};

/// The effect of an operator's request waits for its write.
struct OperatorWrite {
  RequestId request;
  Principal principal;
  OperatorRequest body;
  WallTime asked;                                     ///< by the clock as it was then
  Instant asked_at;                                   ///< the same moment
  AgentStanding standing = AgentStanding::kAdmitted;  ///< of its agent, as it was written
  ReservationsRecord converted = {};                  ///< of its agent then, by ConvertResources
};

/// Its agents are to be drained, by these records.
struct BeginWindow {
  WindowId window;
  std::vector<DrainRecord> drains;
};

/// It is over: its agents are to be taken back.
struct EndWindow {
  WindowId window;
};

/// Its tasks are to run, on all its agents.
struct CommitGang {
  GangId gang;
};

/// What a framework made of its offers.
struct ConvertOffered {
  FrameworkId framework;
  AcceptOperations message;
  AgentId agent;
  ReservationsRecord converted;  ///< of the agent, all of it
};

/// An agent has removed a volume: its disk is what it was before.
struct FinishDestruction {
  VolumeName volume;
  ReservationsRecord converted;  ///< of the agent, all of it
};

/// Nothing waits for it.
struct Housekeeping {};

struct PendingWrite {
  std::variant<AdmitAgent, ExpireAgent, AdmitFramework, RemoveFramework, OperatorWrite, FinishDrain,
               BeginWindow, EndWindow, Housekeeping, CommitGang, ConvertOffered, FinishDestruction>
      then;
};

}  // namespace fairlead::master
