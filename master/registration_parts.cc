// RegisterAgentPart: a registration too large for one envelope, until all of it is here.
#include <string>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

void refuse(Context& c, const Sender& sender, const AgentId& agent, AgentRefused refused) {
  count_reject(c, reject::kAgentRefused);
  publish(c, "agent_refused", agent.text, refused.error.message);
  answer(c, sender, agent, std::move(refused));
}

void queue_deadline(Context& c) {
  MasterState& state = c.state;
  if (state.registration_parts_queued || state.open_registrations.size() == 0) return;
  state.registration_parts_queued = true;
  state.deadlines.add(
      {state.open_registrations.next_expiry(), DeadlineKind::kRegistrationParts, 0, 0});
}

}  // namespace

void on_register_part(Context& c, const Sender& sender, const AgentId& claimed,
                      const RegisterAgentPart& message) {
  AgentId id{shortened(claimed.text)};
  // Before anything of it is kept: a stranger must not fill the bounds.
  std::optional<AgentRefused> refused = check_agent(c, sender, claimed, message.content);
  if (refused) return refuse(c, sender, id, std::move(*refused));
  OpenRegistrations::Outcome outcome = c.state.open_registrations.take(c.now, sender, message);
  queue_deadline(c);
  switch (outcome.taken) {
    case PartTaken::kMore:
    case PartTaken::kRepeated:
      return;
    case PartTaken::kWhole:
      return on_register_agent(c, sender, claimed, *outcome.whole);
    case PartTaken::kLost:
      count_reject(c, reject::kAgentMessage);
      return answer(c, sender, id, AgentResync{"a part of the registration is missing"});
    case PartTaken::kTooLarge:
      return refuse(c, sender, id,
                    {{ErrorCode::kExhausted,
                      "agent registration: expected at most " +
                          std::to_string(limits::kRegistrationPartsMax) + " parts and " +
                          std::to_string(limits::kRegistrationBytesMax >> 20) + " MiB, got " +
                          std::to_string(message.parts) + " parts"}});
    case PartTaken::kNoRoom:
      // No answer: an agent repeats its registration later and later by itself.
      return count_reject(c, reject::kLimit);
  }
}

void on_registration_lost(Context& c, ConnectionId connection) {
  auto lost = c.state.open_registrations.give_up(c.now, connection);
  if (!lost) return;
  answer(c, lost->sender, lost->agent, AgentResync{"a part of the registration was lost"});
}

void on_registration_parts_due(Context& c) {
  c.state.registration_parts_queued = false;
  for (std::size_t left = c.state.open_registrations.expire(c.now); left > 0; --left) {
    count_reject(c, reject::kAgentMessage);
  }
  queue_deadline(c);
}

}  // namespace fairlead::master
