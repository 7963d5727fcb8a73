#include "agent/daemon/master_port.h"

#include <utility>

#include "runtime/adapters/log/log.h"

namespace fairlead {
MasterPort::MasterPort(AgentLink::EventHandler on_event)
    : on_event_(std::move(on_event)), link_(on_event_) {}

Status MasterPort::connect(ZmqContext& context, Loop& loop, DealerOptions options) {
  Result<std::unique_ptr<MasterDealer>> dealer = MasterDealer::connect(
      context, loop, std::move(options),
      [this](const Incoming& incoming) { on_bytes(incoming.bytes); },
      [this](LinkState state) { on_link(state); });
  if (!dealer) return dealer.error();
  dealer_ = std::move(*dealer);
  return {};
}

void MasterPort::on_bytes(BytesView bytes) {
  if (std::optional<Error> refused = link_.receive(bytes)) {
    log_line(LogLevel::kWarning, "envelope_refused", {{"error", refused->message}});
  }
}

void MasterPort::on_link(LinkState state) {
  if (state == LinkState::kRefused) {
    log_line(LogLevel::kWarning, "link_refused",
             {{"hint", "check --key-file, --master-key-file and the master's allow-list"}});
  }
  if (state == LinkState::kUp) return on_event_(MasterLinkRestored{});
  on_event_(MasterLinkBroken{});
}

}  // namespace fairlead
