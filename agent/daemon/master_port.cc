#include "agent/daemon/master_port.h"

#include <utility>

#include "runtime/adapters/log/log.h"
#include "schemas/agent_codec.h"

namespace fairlead {
namespace {

bool begins_session(const AgentToMaster& message) {
  const auto* part = std::get_if<RegisterAgentPart>(&message);
  return std::holds_alternative<RegisterAgent>(message) || (part != nullptr && part->part == 1);
}

}  // namespace

MasterPort::MasterPort(Session first_session, EventHandler on_event)
    : on_event_(std::move(on_event)),
      session_(first_session),
      link_(&encode, &decode_master_to_agent) {}

Status MasterPort::connect(ZmqContext& context, Loop& loop, DealerOptions options) {
  Result<std::unique_ptr<ZmqDealer>> dealer = ZmqDealer::connect(
      context, loop, std::move(options),
      [this](const Incoming& incoming) { on_bytes(incoming.bytes); },
      [this](LinkState state) { on_link(state); });
  if (!dealer) return dealer.error();
  dealer_ = std::move(*dealer);
  return {};
}

void MasterPort::flush(const IdentityRecord& identity) {
  while (!queued_.empty()) {
    // A registration opens a session: it goes alone before what follows it, and what stands before
    // it belongs to the session that has ended.
    std::vector<AgentToMaster> messages = std::exchange(queued_, {});
    for (std::size_t i = messages.size(); i-- > 0;) {
      if (!begins_session(messages[i])) continue;
      messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(i));
      ++session_.number;
      break;
    }
    EnvelopeHeader header{.cluster = identity.cluster,
                          .epoch = identity.epoch_seen,
                          .session = session_,
                          .peer = {"agent/" + identity.agent.text}};
    bool is_registration = begins_session(messages.front());
    bool is_sent = send(header, std::move(messages));
    // A lost registration is repeated by its own timer; anything else lost breaks the session.
    if (!is_sent && !is_registration) on_event_(MasterLinkBroken{});
    if (!is_sent) return;
  }
}

bool MasterPort::send(const EnvelopeHeader& header, std::vector<AgentToMaster> messages) {
  // A part fills an envelope: encoding several together only to cut them again would be waste.
  std::size_t parts = 0;
  for (; parts < messages.size(); ++parts) {
    if (!std::holds_alternative<RegisterAgentPart>(messages[parts])) break;
    std::vector<AgentToMaster> alone;
    alone.push_back(std::move(messages[parts]));
    if (!link_.send(*dealer_, header, std::move(alone))) return false;
  }
  messages.erase(messages.begin(), messages.begin() + static_cast<std::ptrdiff_t>(parts));
  return messages.empty() || link_.send(*dealer_, header, std::move(messages));
}

void MasterPort::on_bytes(BytesView bytes) {
  auto received = link_.receive(bytes);
  if (received.refused) {
    log_line(LogLevel::kWarning, "envelope_refused", {{"error", received.refused->message}});
  }
  if (received.is_broken) on_event_(MasterLinkBroken{});
  if (!received.envelope) return;
  for (MasterToAgent& message : received.envelope->messages) {
    on_event_(MasterSaid{received.envelope->header, std::move(message)});
  }
}

void MasterPort::on_link(LinkState state) {
  if (state == LinkState::kRefused) {
    log_line(LogLevel::kWarning, "link_refused",
             {{"hint", "check --key-file, --master-key-file and the master's allow-list"}});
  }
  // Up again after a break: what was on the way is lost, and the master may be another one.
  on_event_(MasterLinkBroken{});
}

}  // namespace fairlead
