// The twin's filters and back-offs.
#pragma once

#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {

struct Refused {
  Resources resources;
  Duration hide_for;
  bool declined = false;
};

/// REQUIRES the resources to be free again already.
void refuse(Books& books, ClientNumber client, AgentNumber agent, const Refused& refused);
/// It used something there: the next decline starts at the shortest back-off.
void forgive(Books& books, ClientNumber client, AgentNumber agent);
void forgive_everywhere(Books& books, ClientNumber client);
void forget_refusals(Books& books, ClientNumber client);
void forget_refusals_on(Books& books, AgentNumber agent);

}  // namespace fairlead::twin
