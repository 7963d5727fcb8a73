// The twin's reclaims: others are told to make room for a shape that waited for long.
#pragma once

#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {

/// When it is looked first whether others can make room.
Instant first_reclaim(const Books& books, ClientNumber client, const Shape& shape);
/// Keeps an agent for the shape and tells others there what to give, if that is possible.
bool begin_reclaim(Books& books, ClientNumber client, const Shape& shape);
/// What others give for it is still due to it. REQUIRES that they are told to.
bool is_called_for(const Books& books, ClientNumber client);
void end_reclaim(Books& books, ClientNumber client);
void forget_victims(Books& books, FrameworkHandle framework);

void add_priority(Books& books, ClientNumber client, AgentNumber agent, const HeldPriority& held);
void remove_priority(Books& books, ClientNumber client, AgentNumber agent, std::int32_t priority,
                     const Resources& resources);

}  // namespace fairlead::twin
