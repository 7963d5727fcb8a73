// How large a value is at most in an envelope, without encoding it: for cores that have to keep a
// message below limits::kMessageBytesMax and do not see schemas/. Upper bounds, at most some
// hundred bytes per value too high. Pure.
#pragma once

#include <cstddef>

#include "common/agent_messages.h"
#include "common/framework_messages.h"

namespace fairlead {

std::size_t encoded_bytes_max(const Resources& resources);
std::size_t encoded_bytes_max(const AgentInfo& info);
std::size_t encoded_bytes_max(const TaskReport& report);
std::size_t encoded_bytes_max(const TaskSpec& spec);
std::size_t encoded_bytes_max(const SetDemand& demand);
std::size_t encoded_bytes_max(const AcceptOperations& message);

}  // namespace fairlead
