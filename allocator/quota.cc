#include "allocator/quota.h"

#include <algorithm>

#include "allocator/headroom.h"
#include "allocator/held_units.h"
#include "allocator/offers.h"
#include "allocator/quota_notes.h"
#include "allocator/roles.h"
#include "common/devices.h"

namespace fairlead::allocation {
namespace {

void add(StandardAmounts& sum, const StandardAmounts& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += part[i];
}

void subtract(StandardAmounts& sum, const StandardAmounts& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] -= part[i];
}

AgentRoom room_now(const State& state, AgentHandle handle) {
  AgentRoom room;
  const Agent& agent = agent_of(state, handle);
  if (!agent.present) return room;
  for (const Lot& lot : agent.free().lots) {
    const StandardAmounts& amounts = lot.amounts.scalars.standard;
    if (lot.kind == LotKind{}) {
      if (!agent.is_closed()) room.plain = amounts;
    } else if (lot.kind.is_reserved() && !lot.kind.revocable) {
      room.reserved.emplace_back(lot.kind.reservations.back().role, amounts);
    }
  }
  // What is shared is never used up: its role consumes it as if it were idle.
  for (const Lot& lot : agent.total().lots) {
    if (lot.kind.shared && lot.kind.is_reserved()) {
      room.reserved.emplace_back(lot.kind.reservations.back().role, lot.amounts.scalars.standard);
    }
  }
  return room;
}

/// Adds what is reserved for `owner` to the role and those above it, or takes it away.
template <class Change>
void change_idle(State& state, const AgentRoom& room, Change change) {
  for (const auto& [owner, amounts] : room.reserved) {
    change(state.quotas.idle_reserved[owner], amounts);
    for (const auto& [path, role] : state.quotas.roles) {
      bool is_above = is_ancestor_or_self(path, owner);
      if (is_above) change(role_of(state, role).quota->idle_reserved, amounts);
      if (is_above || is_ancestor_or_self(owner, path)) note_role(state, role);
    }
  }
}

void rebuild_lists(State& state) {
  QuotaBooks& books = state.quotas;
  books.guaranteed.clear();
  books.limited = 0;
  for (auto at = books.roles.rbegin(); at != books.roles.rend(); ++at) {
    const Quota& quota = role_of(state, at->second).quota->quota;
    if (quota.has_guarantees()) books.guaranteed.push_back(at->second);
    if (quota.has_limits()) ++books.limited;
  }
  books.is_required_stale = true;
  note_all_quotas(state);
}

void forget_quota(State& state, RoleIndex role) {
  QuotaBooks& books = state.quotas;
  books.roles.erase(role_of(state, role).path);
  leave_quota(state, role);
  role_of(state, role).quota.reset();
  prune_role(state, role);
  if (books.roles.empty()) {
    books = QuotaBooks{};
    return;
  }
  rebuild_lists(state);
}

void begin_quota(State& state, RoleIndex role) {
  QuotaBooks& books = state.quotas;
  RoleNode& node = role_of(state, role);
  bool is_first = books.roles.empty();
  node.quota = std::make_unique<RoleQuota>();
  books.roles.emplace(node.path, role);
  for (const auto& [owner, amounts] : books.idle_reserved) {
    if (is_ancestor_or_self(node.path, owner)) add(node.quota->idle_reserved, amounts);
  }
  if (!is_first) return;
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) refresh_room(state, AgentHandle{i});
}

void touch_wanting(Context& context, RoleIndex index) {
  const RoleNode& role = role_of(context.state, index);
  for (ClientIndex client : role.clients) {
    if (client_of(context.state, client).wants) context.touched.clients.push_back(client);
  }
  for (RoleIndex child : role.children) touch_wanting(context, child);
}

void touch_everybody(Context& context) {
  if (context.state.wanting > 0) context.touched.everybody = true;
}

/// True in each resource of which more is consumed than the role may.
std::array<bool, kStandardScalars> exceeded(const State& state, RoleIndex role) {
  std::array<bool, kStandardScalars> over{};
  StandardAmounts consumed = consumption(state, role);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    over[i] = consumed[i] > role_of(state, role).quota->quota.limits[i];
  }
  return over;
}

bool is_any_of(const StandardAmounts& amounts, const std::array<bool, kStandardScalars>& which) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (which[i] && amounts[i] > 0) return true;
  }
  return false;
}

void enforce_limit(Context& context, RoleIndex role) {
  State& state = context.state;
  const RoleNode& node = role_of(state, role);
  if (!is_any_of(node.subtree.offered.standard, exceeded(state, role))) return;
  std::vector<OfferId> newest_first;
  for (OfferId offer : state.offers.numbers()) {
    ClientIndex client = state.offers.at(offer).client;
    const RoleName& offered_to = role_of(state, client_of(state, client).role).path;
    if (is_ancestor_or_self(node.path, offered_to)) newest_first.push_back(offer);
  }
  std::reverse(newest_first.begin(), newest_first.end());
  for (OfferId offer : newest_first) {
    if (state.offers.find(offer) == nullptr) continue;  // it went with its bundle
    StandardAmounts back = added_consumption(state.offers.at(offer).resources, node.path);
    if (!is_any_of(back, exceeded(state, role))) continue;
    rescind(context, offer, "role " + node.path.text + " is over its limit");
  }
}

/// Takes up to `excess` out of the lot; a volume goes as a whole.
void cut_lot(Lot& lot, std::size_t i, std::int64_t& excess) {
  std::int64_t& amount = lot.amounts.scalars.standard[i];
  if (amount == 0 || excess <= 0) return;
  std::int64_t part = lot.kind.volume ? amount : std::min(amount, excess);
  excess -= part;
  if (lot.kind.volume) {
    lot.amounts = {};
  } else {
    amount -= part;
  }
}

void cut_to_limit(const State& state, RoleIndex index, Resources& resources) {
  const RoleNode& role = role_of(state, index);
  StandardAmounts consumed = consumption(state, index);
  StandardAmounts added = added_consumption(resources, role.path);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t limit = role.quota->quota.limits[i];
    if (limit == kNoLimit) continue;
    std::int64_t excess = added[i] - std::max<std::int64_t>(0, limit - consumed[i]);
    // What can be cut first: a volume is lost as a whole.
    for (bool of_volumes : {false, true}) {
      for (Lot& lot : resources.lots) {
        bool is_added = !lot.kind.revocable &&
                        (!lot.kind.is_reserved() ||
                         !is_ancestor_or_self(role.path, lot.kind.reservations.back().role));
        if (is_added && bool(lot.kind.volume) == of_volumes) cut_lot(lot, i, excess);
      }
    }
  }
  for (Lot& lot : resources.lots) cut_shares_to_gpus(lot.amounts);
  std::erase_if(resources.lots, [](const Lot& lot) { return lot.amounts.is_zero(); });
}

}  // namespace

Status on_quota_set(Context& context, const QuotaSet& event) {
  State& state = context.state;
  Status valid = check_quota(event.role, event.quota);
  if (!valid) return valid;
  bool is_full = state.quotas.roles.size() >= kQuotasMax && !event.quota.is_none() &&
                 !state.quotas.roles.contains(event.role);
  if (is_full) {
    return Error{ErrorCode::kExhausted, "QuotaSet: role " + event.role.text + ": at most " +
                                            std::to_string(kQuotasMax) + " roles have one"};
  }
  RoleIndex role = ensure_role(state, event.role);
  bool is_known = role_of(state, role).quota != nullptr;
  if (!event.quota.is_none()) {
    if (!is_known) begin_quota(state, role);
    role_of(state, role).quota->quota = event.quota;
    role_of(state, role).quota->are_units_new = true;
    if (!event.quota.has_guarantees()) drop_units(state, role);
    rebuild_lists(state);
  } else if (is_known) {
    forget_quota(state, role);
  } else {
    prune_role(state, role);
  }
  touch_everybody(context);
  return {};
}

std::vector<QuotaSet> events_of(const QuotaChange& change) {
  std::vector<QuotaSet> events;
  // What goes first makes room below kQuotasMax.
  for (bool are_taken_away : {true, false}) {
    for (const QuotaSetting& one : change.settings) {
      if (one.quota.is_none() == are_taken_away) events.push_back({one.role, one.quota, true});
    }
  }
  if (!events.empty()) events.back().more_follow = false;
  return events;
}

StandardAmounts consumption(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  StandardAmounts consumed = role.subtree.used.standard;
  subtract(consumed, role.subtree.revocable);
  add(consumed, role.quota->idle_reserved);
  return consumed;
}

StandardAmounts added_consumption(const Resources& resources, const RoleName& role) {
  StandardAmounts added{};
  for (const Lot& lot : resources.lots) {
    bool is_counted =
        lot.kind.is_reserved() && is_ancestor_or_self(role, lot.kind.reservations.back().role);
    if (!is_counted && !lot.kind.revocable) add(added, lot.amounts.scalars.standard);
  }
  return added;
}

bool limits_allow(const State& state, RoleIndex index, const Resources& resources) {
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    const RoleNode& role = role_of(state, at);
    if (role.quota == nullptr || !role.quota->quota.has_limits()) continue;
    StandardAmounts consumed = consumption(state, at);
    StandardAmounts added = added_consumption(resources, role.path);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      std::int64_t limit = role.quota->quota.limits[i];
      if (added[i] > 0 && limit != kNoLimit && consumed[i] + added[i] > limit) return false;
    }
  }
  return true;
}

std::optional<RoleIndex> limiting_role(const State& state, RoleIndex index,
                                       const StandardAmounts& amounts) {
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    const RoleNode& role = role_of(state, at);
    if (role.quota == nullptr) continue;
    StandardAmounts consumed = consumption(state, at);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      std::int64_t limit = role.quota->quota.limits[i];
      std::int64_t added = amounts[i] - role.quota->idle_reserved[i];
      if (added > 0 && limit != kNoLimit && consumed[i] + added > limit) return at;
    }
  }
  return std::nullopt;
}

void cut_to_limits(const State& state, RoleIndex index, Resources& resources) {
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    const RoleNode& role = role_of(state, at);
    if (role.quota != nullptr && role.quota->quota.has_limits()) cut_to_limit(state, at, resources);
  }
}

void enforce_limits(Context& context) {
  if (context.state.quotas.limited == 0) return;
  // Rescinding ends no role that has a quota. The others are as they were when it was looked last.
  for (RoleIndex role : take_noted(context.state, QuotaLook::kLimits)) enforce_limit(context, role);
}

void touch_quota_room(Context& context) {
  State& state = context.state;
  if (!has_quotas(state)) return;
  std::vector<RoleIndex> noted = take_noted(state, QuotaLook::kRoom);
  if (is_headroom_larger(state, noted)) touch_everybody(context);
  for (RoleIndex role : noted) {
    RoleQuota& quota = *role_of(state, role).quota;
    StandardAmounts consumed = consumption(state, role);
    bool is_less = false;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (quota.quota.limits[i] != kNoLimit && consumed[i] < quota.consumed_seen[i]) is_less = true;
    }
    quota.consumed_seen = consumed;
    if (is_less) touch_wanting(context, role);
  }
}

void refresh_room(State& state, AgentHandle handle) {
  QuotaBooks& books = state.quotas;
  if (handle.index >= books.rooms.size()) books.rooms.resize(handle.index + 1);
  AgentRoom now = room_now(state, handle);
  AgentRoom& known = books.rooms[handle.index];
  if (known.plain != now.plain) {
    subtract(books.available, known.plain);
    add(books.available, now.plain);
    count_fits(state, known.plain, now.plain);
  }
  if (known.reserved != now.reserved) {
    change_idle(state, known, subtract);
    change_idle(state, now, add);
  }
  known = std::move(now);
}

}  // namespace fairlead::allocation
