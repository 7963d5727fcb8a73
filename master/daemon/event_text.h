// What an event says to an operator: one sentence with who, what, where and why. The only place
// where events become words; /api/v1/events and `fairlead events` print them. Pure; loop thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "master/daemon/event_history.h"
#include "master/state.h"

namespace fairlead {

/// The names behind ids as they are now; an empty answer leaves the id alone in the sentence. Both
/// are set.
struct EventNames {
  std::function<std::string(std::string_view id)> hostname_of;
  std::function<std::string(std::string_view id)> framework_name_of;
};

/// The names that `state` has for ids. The state outlives them.
EventNames names_in(const master::MasterState& state);

/// "task j3.main.0 of batch (attempt 1) failed on node-2: exit code 7". Never empty: an event of a
/// kind that is not known here says its kind, subject and text.
std::string sentence_of(const KeptEvent& event, const EventNames& names);

}  // namespace fairlead
