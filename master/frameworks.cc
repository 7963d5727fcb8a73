// Frameworks: subscription, presence, demand.
#include <algorithm>
#include <utility>

#include "master/handlers.h"

namespace fairlead::master {
namespace {

void refuse(Context& c, std::uint32_t slot, Error error) {
  count_reject(c, reject::kFrameworkMessage);
  send_to_framework(c, slot, FrameworkRefused{std::move(error), false});
}

/// The framework of this very connection and session: its Subscribed may have been lost.
std::uint32_t find_by_session(const Context& c, const Sender& sender) {
  for (const auto& [id, slot] : c.state.frameworks_by_id) {
    const FrameworkEntry& one = c.state.frameworks[slot];
    if (one.phase == FrameworkPhase::kConnected && one.connection == sender.connection &&
        one.session == sender.session) {
      return slot;
    }
  }
  return kNoSlot;
}

bool is_pending(const Context& c, const Sender& sender) {
  for (const auto& [ticket, write] : c.state.writes) {
    const auto* admit = std::get_if<AdmitFramework>(&write.then);
    if (admit != nullptr && admit->sender.connection == sender.connection &&
        admit->sender.session == sender.session) {
      return true;
    }
  }
  return false;
}

Status check_limits(const Context& c, const Principal& principal) {
  const MasterState& state = c.state;
  std::size_t total = state.frameworks_by_id.size();
  std::size_t own = 0;
  for (const auto& [id, slot] : state.frameworks_by_id) {
    if (state.frameworks[slot].info.principal == principal) ++own;
  }
  for (const auto& [ticket, write] : state.writes) {
    const auto* admit = std::get_if<AdmitFramework>(&write.then);
    if (admit == nullptr || !admit->is_new) continue;
    ++total;
    if (admit->sender.principal == principal) ++own;
  }
  if (own >= c.config.frameworks_per_principal_max) {
    return Error{ErrorCode::kExhausted, "subscribe: principal '" + principal.text + "' has " +
                                            std::to_string(own) +
                                            " frameworks, its limit; hint: tear one down"};
  }
  if (total >= c.config.frameworks_max) {
    return Error{ErrorCode::kExhausted,
                 "subscribe: the cluster has " + std::to_string(total) + " frameworks, its limit"};
  }
  return {};
}

Status check_known(const Context& c, const Sender& sender, const FrameworkId& id) {
  std::uint32_t slot = find_framework(c.state, id);
  const std::deque<FrameworkId>& removed = c.state.tombstones;
  bool is_removed =
      std::find(removed.begin(), removed.end(), id) != removed.end() ||
      (slot != kNoSlot && c.state.frameworks[slot].phase == FrameworkPhase::kRemoving);
  if (is_removed) {
    return Error{ErrorCode::kConflict, "subscribe: framework '" + shortened(id.text) +
                                           "' was removed; hint: subscribe without an id"};
  }
  if (slot == kNoSlot) {
    return Error{ErrorCode::kNotFound, "subscribe: framework '" + shortened(id.text) +
                                           "' is not known; hint: subscribe without an id"};
  }
  if (c.state.frameworks[slot].info.principal != sender.principal) {
    return Error{ErrorCode::kDenied,
                 "subscribe: framework '" + id.text + "' belongs to another principal"};
  }
  if (is_being_removed(c.state, id)) {
    // Its record would replace the tombstone.
    return Error{ErrorCode::kUnavailable,
                 "subscribe: framework '" + id.text + "' is being removed; hint: try again"};
  }
  return {};
}

/// The last admission of this framework that waits for its write; null when none does.
const AdmitFramework* find_pending(const Context& c, const FrameworkId& id) {
  const AdmitFramework* last = nullptr;
  for (const auto& [ticket, write] : c.state.writes) {
    const auto* admit = std::get_if<AdmitFramework>(&write.then);
    if (admit != nullptr && admit->message.framework.id == id) last = admit;
  }
  return last;
}

/// True for a subscription that was long on its way, while a later session of the framework is here
/// or about to be. A framework whose clock was set back looks the same: it repeats its subscription
/// until the lease of its later session has ended. REQUIRES a known id.
bool is_overtaken(const Context& c, const Sender& sender, const FrameworkId& id) {
  const AdmitFramework* pending = find_pending(c, id);
  if (pending != nullptr) return sender.session < pending->sender.session;
  const FrameworkEntry& framework = c.state.frameworks[find_framework(c.state, id)];
  return framework.phase == FrameworkPhase::kConnected && sender.session < framework.session;
}

/// True when the registry holds this very content, and goes on holding it.
bool is_recorded(const Context& c, const FrameworkInfo& info) {
  if (find_pending(c, info.id) != nullptr) return false;
  return c.state.frameworks[find_framework(c.state, info.id)].info == info;
}

void refuse_subscribe(Context& c, const FrameworkSaid& event, const Error& error) {
  count_reject(c, reject::kFrameworkRefused);
  bool is_for_good = error.code != ErrorCode::kUnavailable;
  answer(c, event.sender, FrameworkId{shortened(event.framework.text)},
         FrameworkRefused{error, is_for_good});
}

void on_subscribe(Context& c, const FrameworkSaid& event, const Subscribe& message) {
  const Sender& sender = event.sender;
  AdmitFramework admit{sender, false, message};
  FrameworkInfo& info = admit.message.framework;
  Status checked = check_framework(c, sender, message);
  if (!checked) return refuse_subscribe(c, event, checked.error());
  info.failover_timeout = std::min(info.failover_timeout, c.config.failover_timeout_max);
  if (is_pending(c, sender)) return;  // its answer is on the way
  if (info.id.empty()) {
    std::uint32_t slot = find_by_session(c, sender);
    if (slot != kNoSlot) info.id = c.state.frameworks[slot].info.id;
  }
  if (info.id.empty()) {
    checked = check_limits(c, sender.principal);
    if (!checked) {
      count_reject(c, reject::kLimit);
      return refuse_subscribe(c, event, checked.error());
    }
    admit.is_new = true;
    info.id = {"f-" + std::to_string(c.state.epoch.number) + "-" +
               std::to_string(++c.state.frameworks_numbered)};
  } else {
    checked = check_known(c, sender, info.id);
    if (!checked) return refuse_subscribe(c, event, checked.error());
    if (is_overtaken(c, sender, info.id)) return count_reject(c, reject::kFrameworkSession);
    if (is_recorded(c, info)) return on_framework_admitted(c, admit);
  }
  FrameworkRecord record{info, false};
  write_registry(c, {record}, {}, {std::move(admit)});
}

void on_demand(Context& c, std::uint32_t slot, const SetDemand& message) {
  Status checked = check_demand(c, c.state.frameworks[slot], message);
  for (std::size_t i = 0; checked && i < message.shapes.size(); ++i) {
    checked = may_use_priority(c.config.acl, c.state.frameworks[slot].info.principal,
                               {.role = message.role, .priority = message.shapes[i].priority});
  }
  if (!checked) return refuse(c, slot, checked.error());
  tell_allocator(c, allocation::DemandSet{FrameworkHandle{slot}, message.role, message.shapes});
}

/// Every role is one of the framework's; an empty list stands for all of them.
bool are_own(Context& c, std::uint32_t slot, const std::vector<RoleName>& roles) {
  const std::vector<RoleName>& own = c.state.frameworks[slot].info.roles;
  for (const RoleName& role : roles) {
    if (std::find(own.begin(), own.end(), role) != own.end()) continue;
    refuse(c, slot,
           {ErrorCode::kInvalid, "role '" + shortened(role.text) + "' is not subscribed to"});
    return false;
  }
  return true;
}

struct OnFrameworkMessage {
  Context& c;
  std::uint32_t slot;
  void operator()(const Subscribe&) const {}  // handled before
  void operator()(const SetDemand& m) const { on_demand(c, slot, m); }
  void operator()(const AcceptOffers& m) const { on_accept(c, slot, m); }
  void operator()(const DeclineOffers& m) const { on_decline(c, slot, m); }
  void operator()(const Suppress& m) const {
    if (!are_own(c, slot, m.roles)) return;
    const std::vector<RoleName>& all = c.state.frameworks[slot].info.roles;
    tell_allocator(
        c, allocation::RolesSuppressed{FrameworkHandle{slot}, m.roles.empty() ? all : m.roles});
  }
  void operator()(const Revive& m) const {
    if (!are_own(c, slot, m.roles)) return;
    const std::vector<RoleName>& all = c.state.frameworks[slot].info.roles;
    tell_allocator(
        c, allocation::RolesRevived{FrameworkHandle{slot}, m.roles.empty() ? all : m.roles});
  }
  void operator()(const KillTask& m) const { on_kill(c, slot, m); }
  void operator()(const AcknowledgeStatus& m) const { on_acknowledge(c, slot, m); }
  void operator()(const Reconcile& m) const { on_reconcile(c, slot, m); }
  void operator()(const FrameworkHeartbeat&) const {
    send_to_framework(c, slot, HeartbeatEcho{});
    renew_subscribed(c, slot);
  }
  void operator()(const AcceptGang& m) const { on_accept_gang(c, slot, m); }
  void operator()(const AnswerInverseOffer& m) const { on_inverse_answer(c, slot, m); }
  void operator()(const AcceptOperations& m) const { on_accept_operations(c, slot, m); }
  void operator()(const Teardown&) const { remove_framework(c, slot, "torn down by itself"); }
};

}  // namespace

void on_framework_said(Context& c, const FrameworkSaid& event) {
  if (const auto* message = std::get_if<Subscribe>(&event.message)) {
    on_subscribe(c, event, *message);
    return;
  }
  std::uint32_t slot = find_framework(c.state, event.framework);
  if (slot != kNoSlot) {
    const FrameworkEntry& framework = c.state.frameworks[slot];
    bool is_its_own = framework.phase == FrameworkPhase::kConnected &&
                      framework.connection == event.sender.connection &&
                      framework.session == event.sender.session &&
                      framework.info.principal == event.sender.principal;
    if (is_its_own) {
      renew_framework_lease(c, slot);
      std::visit(OnFrameworkMessage{c, slot}, event.message);
      return;
    }
  }
  if (is_pending(c, event.sender)) return;
  count_reject(c, reject::kFrameworkNotSubscribed);
  answer(c, event.sender, FrameworkId{shortened(event.framework.text)},
         FrameworkResync{"this session is not subscribed here"});
}

void on_framework_link_broken(Context& c, const FrameworkLinkBroken& event) {
  std::uint32_t slot = find_framework(c.state, event.framework);
  if (slot == kNoSlot || c.state.frameworks[slot].connection != event.connection) return;
  send_to_framework(c, slot, FrameworkResync{"messages were lost on the way"});
}

std::uint32_t add_framework(Context& c, const FrameworkInfo& info) {
  MasterState& state = c.state;
  std::uint32_t slot = 0;
  if (state.frameworks_free.empty()) {
    slot = static_cast<std::uint32_t>(state.frameworks.size());
    state.frameworks.emplace_back();
  } else {
    slot = state.frameworks_free.back();
    state.frameworks_free.pop_back();
  }
  FrameworkEntry& framework = state.frameworks[slot];
  framework.info = info;
  framework.phase = FrameworkPhase::kDisconnected;
  framework.gone_at = Instant::never();
  framework.registered_at = wall(state, c.now);
  state.frameworks_by_id[info.id] = slot;
  FrameworkHandle handle{slot};
  // Everything suppressed until it is known to be inactive: no offer in between.
  tell_allocator(c, allocation::FrameworkAdded{.framework = handle,
                                               .id = info.id,
                                               .roles = info.roles,
                                               .suppressed = info.roles,
                                               .minimums = {},
                                               .capabilities = info.capabilities,
                                               .offer_constraints = {}});
  tell_allocator(c, allocation::FrameworkActivated{handle, false});
  return slot;
}

void on_framework_admitted(Context& c, const AdmitFramework& write) {
  const FrameworkInfo& info = write.message.framework;
  std::uint32_t slot = find_framework(c.state, info.id);
  // It is new, or still here: no admission is written after a tombstone.
  if (slot == kNoSlot) {
    slot = add_framework(c, info);
    publish(c, "framework_added", info.id.text, info.name);
  }
  FrameworkEntry& framework = c.state.frameworks[slot];
  FrameworkHandle handle{slot};
  if (framework.phase == FrameworkPhase::kConnected) {
    bool is_other = framework.connection != write.sender.connection ||
                    framework.session != write.sender.session;
    if (is_other) {
      send_to_framework(
          c, slot,
          FrameworkRefused{{ErrorCode::kConflict, "another session of this framework subscribed"},
                           true});
    }
    // The offers of the old session mean nothing to the new one.
    framework.phase = FrameworkPhase::kDisconnected;
    tell_allocator(c, allocation::FrameworkActivated{handle, false});
    translate_allocations(c);
  }
  framework.info = info;
  framework.suppressed = write.message.suppressed;
  framework.phase = FrameworkPhase::kConnected;
  framework.connection = write.sender.connection;
  framework.session = write.sender.session;
  framework.gone_at = Instant::never();
  renew_framework_lease(c, slot);
  say_subscribed(c, slot);
  tell_allocator(
      c, allocation::FrameworkChanged{.framework = handle,
                                      .roles = info.roles,
                                      .suppressed = framework.suppressed,
                                      .minimums = {},
                                      .capabilities = info.capabilities,
                                      .offer_constraints = write.message.offer_constraints});
  tell_allocator(c, allocation::FrameworkActivated{handle, true});
  publish(c, "framework_subscribed", info.id.text, info.name);
  tell_of_drains(c, slot);
  tell_of_reclaims(c, slot);
  tell_of_inverse_offers(c, slot);
}

void disconnect_framework(Context& c, std::uint32_t slot, const std::string& why) {
  FrameworkEntry& framework = c.state.frameworks[slot];
  if (framework.phase != FrameworkPhase::kConnected) return;
  framework.phase = FrameworkPhase::kDisconnected;
  framework.gone_at = c.now + framework.info.failover_timeout;
  c.state.deadlines.add(
      {framework.gone_at, DeadlineKind::kFrameworkFailover, slot, framework.generation});
  tell_allocator(c, allocation::FrameworkActivated{FrameworkHandle{slot}, false});
  publish(c, "framework_disconnected", framework.info.id.text, why);
}

}  // namespace fairlead::master
