#include "runtime/link/agent_link.h"

#include <utility>

#include "common/check.h"
#include "common/limits.h"
#include "schemas/agent_codec.h"

namespace fairlead {
namespace {

bool begins_session(const AgentToMaster& message) {
  const auto* part = std::get_if<RegisterAgentPart>(&message);
  return std::holds_alternative<RegisterAgent>(message) || (part != nullptr && part->part == 1);
}

}  // namespace

AgentLink::AgentLink(EventHandler on_event)
    : on_event_(std::move(on_event)), link_(&encode, &decode_master_to_agent) {}

void AgentLink::flush(Dealer& dealer, const IdentityRecord& identity) {
  while (!queued_.empty()) {
    // A registration opens a session: it goes alone before what follows it, and what stands before
    // it belongs to the session that has ended.
    std::vector<AgentToMaster> messages = std::exchange(queued_, {});
    for (std::size_t i = messages.size(); i-- > 0;) {
      if (!begins_session(messages[i])) continue;
      messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(i));
      ++registrations_;
      check(registrations_ < limits::kSessionsOfALifeMax, "the next life's sessions are newer");
      break;
    }
    EnvelopeHeader header{.cluster = identity.cluster,
                          .epoch = identity.epoch_seen,
                          .session = {identity.session.number + registrations_},
                          .peer = {"agent/" + identity.agent.text}};
    bool is_registration = begins_session(messages.front());
    bool is_sent = send(dealer, header, std::move(messages));
    // A lost registration is repeated by its own timer; anything else lost breaks the session.
    if (!is_sent && !is_registration) on_event_(MasterLinkBroken{});
    if (!is_sent) return;
  }
}

bool AgentLink::send(Dealer& dealer, const EnvelopeHeader& header,
                     std::vector<AgentToMaster> messages) {
  // A part fills an envelope: encoding several together only to cut them again would be waste.
  std::size_t parts = 0;
  for (; parts < messages.size(); ++parts) {
    if (!std::holds_alternative<RegisterAgentPart>(messages[parts])) break;
    std::vector<AgentToMaster> alone;
    alone.push_back(std::move(messages[parts]));
    if (!link_.send(dealer, header, std::move(alone))) return false;
  }
  messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(parts));
  return messages.empty() || link_.send(dealer, header, std::move(messages));
}

std::optional<Error> AgentLink::receive(BytesView bytes) {
  auto received = link_.receive(bytes);
  if (received.is_broken) on_event_(MasterLinkBroken{});
  if (!received.envelope) return received.refused;
  for (MasterToAgent& message : received.envelope->messages) {
    on_event_(MasterSaid{received.envelope->header, std::move(message)});
  }
  return received.refused;
}

}  // namespace fairlead
