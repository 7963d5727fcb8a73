// What a master does once a write to its registry has an outcome: one small struct per kind of
// write, handled in registry.cc. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

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
  WallTime asked;
  AgentStanding standing = AgentStanding::kAdmitted;  ///< of its agent, as it was written
};

/// Nothing waits for it.
struct Housekeeping {};

struct PendingWrite {
  std::variant<AdmitAgent, ExpireAgent, AdmitFramework, RemoveFramework, OperatorWrite, FinishDrain,
               Housekeeping>
      then;
};

}  // namespace fairlead::master
