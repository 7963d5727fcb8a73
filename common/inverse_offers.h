// Maintenance ahead, as frameworks hear of it: an inverse offer asks one of them to leave an agent
// until a window begins, and what it answers is advice for the operator: the window begins anyway.
// Plain values that the master and frameworks share.
#pragma once

#include <string>
#include <vector>

#include "common/ids.h"
#include "common/time.h"

namespace fairlead {

/// When an agent is to be empty.
struct Unavailability {
  Duration begins_in;  ///< from when it was said; 0: it begins now
  Duration length;
  friend bool operator==(const Unavailability&, const Unavailability&) = default;
};

/// The window and the agent name it: a framework has at most one of them for both.
struct InverseOffer {
  WindowId window;
  AgentId agent;
  std::string hostname;
  Unavailability unavailability;
  Duration stay_max;  ///< what is still there so long after the begin is killed
  std::string reason;
  friend bool operator==(const InverseOffer&, const InverseOffer&) = default;
};

/// To frameworks that hold something on an agent with a window ahead: once it is known, with the
/// first task there, and again after each subscription or when a declined one asks for it.
struct InverseOffers {
  std::vector<InverseOffer> offers;
  friend bool operator==(const InverseOffers&, const InverseOffers&) = default;
};

/// The window will not begin. One that begins is told by AgentDraining to those that are still
/// there.
struct InverseOffersWithdrawn {
  WindowId window;
  std::string reason;
  friend bool operator==(const InverseOffersWithdrawn&, const InverseOffersWithdrawn&) = default;
};

/// Replaces the answer before it.
struct AnswerInverseOffer {
  WindowId window;
  AgentId agent;
  bool accepts = false;  ///< it will have left before the window begins
  std::string reason;    ///< for people; of a declined one why
  Duration ask_again;    ///< of a declined one: after so long; 0: never
  friend bool operator==(const AnswerInverseOffer&, const AnswerInverseOffer&) = default;
};

}  // namespace fairlead
