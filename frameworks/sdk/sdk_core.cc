#include "frameworks/sdk/sdk_core.h"

#include "common/check.h"
#include "frameworks/sdk/sdk_state.h"

namespace fairlead::sdk {
namespace {

void handle(Turn& turn, const SdkStarted& event) {
  on_started(turn, event);
}
void handle(Turn& turn, const MasterSpoke& event) {
  on_master_spoke(turn, event);
}
void handle(Turn& turn, const LinkBroken& event) {
  break_session(turn, event.reason);
}
void handle(Turn& turn, const LinkRestored&) {
  on_link_restored(turn);
}
void handle(Turn& turn, const StoreWritten& event) {
  on_store_written(turn, event);
}
void handle(Turn& turn, const Act& event) {
  SchedulerActions actions;
  event.act(turn.now, actions);
  take_orders(turn, actions);
}
void handle(Turn& turn, const TimePassed&) {
  on_time_passed(turn);
}

}  // namespace

SdkCore::SdkCore(SdkOptions options, Scheduler& scheduler)
    : state_(std::make_unique<SdkState>(std::move(options), scheduler)) {}

SdkCore::~SdkCore() = default;

void SdkCore::step(Instant now, const SdkEvent& event, std::vector<SdkAction>& out) {
  if (state_->phase == SessionPhase::kEnded) {
    return;
  }
  Turn turn{*state_, now, out};
  std::visit([&](const auto& one) { handle(turn, one); }, event);
  deliver_notices(turn);
  if (state_->phase != SessionPhase::kEnded) {
    flush(turn);
  }
}

Instant SdkCore::next_deadline() const {
  return session_deadline(*state_);
}

bool SdkCore::is_subscribed() const {
  return state_->phase == SessionPhase::kSubscribed;
}

const FrameworkId& SdkCore::framework() const {
  return state_->identity.framework;
}

Epoch SdkCore::epoch() const {
  return state_->identity_durable.epoch;
}

std::vector<LiveLaunch> SdkCore::live_launches() const {
  std::vector<LiveLaunch> live;
  for (const auto& [key, entry] : state_->launches) {
    live.push_back({key.task, key.attempt, entry.record.agent, entry.record.state});
  }
  return live;
}

const SdkCounters& SdkCore::counters() const {
  return state_->counters;
}

}  // namespace fairlead::sdk
