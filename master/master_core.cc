#include "master/master_core.h"

#include <algorithm>
#include <utility>

#include "master/handlers.h"

namespace fairlead {
namespace {

using namespace master;  // NOLINT(google-build-using-namespace): this file is its front door

struct Dispatch {
  Context& c;
  void operator()(const MasterStarted& event) const { on_master_started(c, event); }
  void operator()(const AgentSaid& event) const { on_agent_said(c, event); }
  void operator()(const FrameworkSaid& event) const { on_framework_said(c, event); }
  void operator()(const AgentLinkBroken& event) const { on_agent_link_broken(c, event); }
  void operator()(const FrameworkLinkBroken& event) const { on_framework_link_broken(c, event); }
  void operator()(const RegistryWritten& event) const { on_registry_written(c, event); }
  void operator()(const OperatorAsked& event) const { on_operator_asked(c, event); }
  void operator()(const TimePassed&) const {}
  void operator()(const HostsAllowed& event) const { on_hosts_allowed(c, event); }
};

}  // namespace

MasterCore::MasterCore(MasterConfig config, const PatternMatcher& patterns, AllocatorWatch* watch)
    : config_(std::move(config)), allocator_(config_.allocator, patterns), watch_(watch) {}

MasterCore::~MasterCore() = default;

void MasterCore::step(Instant now, const MasterEvent& event, std::vector<MasterAction>& out) {
  bool starts = std::holds_alternative<MasterStarted>(event);
  if (state_.leads == starts) return;
  Context c{state_, allocator_, config_, now, out, {}, watch_};
  std::visit(Dispatch{c}, event);
  if (!state_.leads) return;
  run_deadlines(c);
  tell_of_awaited(c);
  settle_drains(c);
  ask_inverse_again(c);
  translate_allocations(c);  // what was rescinded by now cannot expire any more
  expire_offers(c);
  if (allocator_.next_deadline() <= now) tell_allocator(c, allocation::TimePassed{});
  translate_allocations(c);
}

Instant MasterCore::next_deadline() const {
  if (!state_.leads) return Instant::never();
  return std::min({state_.deadlines.next(), next_offer_expiry(state_, config_),
                   allocator_.next_deadline(), next_inverse_offer(state_)});
}

}  // namespace fairlead
