#include <algorithm>

#include "common/devices.h"
#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

/// What a client would be given, and what that adds to what its roles consume.
struct Taking {
  RoleName role;
  Resources resources;
};

bool is_reserved_within(const Lot& lot, const RoleName& role) {
  return lot.kind.is_reserved() && is_within(lot.kind.reservations.back().role, role);
}

void add_to(StandardAmounts& sum, const StandardAmounts& part) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += part[i];
}

/// All that is given to the role, but for what it consumes already since it is reserved for it.
StandardAmounts added_by(const Resources& resources, const RoleName& role) {
  StandardAmounts added{};
  for (const Lot& lot : resources.lots) {
    bool is_counted = !lot.kind.revocable && !is_reserved_within(lot, role);
    if (is_counted) add_to(added, lot.amounts.scalars.standard);
  }
  return added;
}

/// Reserved for the role or one below it, and free; what is shared always is.
StandardAmounts idle_of(const Books& books, const RoleName& role) {
  StandardAmounts idle{};
  for (const auto& [number, agent] : books.agents) {
    Resources unused = free_of(books, number);
    add(unused, shared_part(agent.total));
    for (const Lot& lot : unused.lots) {
      bool is_counted = !lot.kind.revocable && is_reserved_within(lot, role);
      if (is_counted) add_to(idle, lot.amounts.scalars.standard);
    }
  }
  return idle;
}

/// Held and offered in the role and below it, and revocable.
StandardAmounts revocable_in(const Books& books, const RoleName& role) {
  StandardAmounts sum{};
  auto count = [&](ClientNumber client, const Resources& resources) {
    if (!is_within(books.clients[client].role, role)) return;
    for (const Lot& lot : resources.lots) {
      if (lot.kind.revocable) add_to(sum, lot.amounts.scalars.standard);
    }
  };
  for (const auto& [at, held] : books.holdings) count(at.first, held);
  for (const auto& [id, offer] : books.offers) count(offer.client, offer.resources);
  for (const Offer& grant : books.grants) count(grant.client, grant.resources);
  return sum;
}

StandardAmounts consumption(const Books& books, const RoleName& role,
                            const Taking* taking = nullptr) {
  StandardAmounts consumed = used_by(books, role, true).standard;
  for (std::size_t i = 0; i < kStandardScalars; ++i) consumed[i] -= revocable_in(books, role)[i];
  if (books.wrong != WrongRule::kIdleReservedIsFree) add_to(consumed, idle_of(books, role));
  if (taking != nullptr && is_within(taking->role, role)) {
    add_to(consumed, added_by(taking->resources, role));
  }
  return consumed;
}

StandardAmounts owed(const Quota& quota, const StandardAmounts& consumed) {
  StandardAmounts rest{};
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    rest[i] = std::max<std::int64_t>(0, quota.guarantees[i] - consumed[i]);
  }
  return rest;
}

/// Tasks of that need in what is there, of all resources or of those that are named.
std::int64_t tasks_in(const StandardAmounts& there, const StandardAmounts& need,
                      const StandardAmounts& named) {
  std::int64_t tasks = kNoLimit;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > 0 && named[i] > 0) tasks = std::min(tasks, there[i] / need[i]);
  }
  return tasks == kNoLimit ? 0 : tasks;
}

constexpr StandardAmounts kAll = {1, 1, 1, 1};

/// What is declared in the role and below it; nothing when somebody there declares nothing.
std::set<StandardAmounts> declared_in(const Books& books, const RoleName& role) {
  std::set<StandardAmounts> needs;
  for (const Client& client : books.clients) {
    if (!client.present || !client.subscribed || !is_within(client.role, role)) continue;
    if (!client.has_demand) return {};
    for (const Shape& shape : client.shapes) {
      if (!shape.demand.revocable) needs.insert(shape.demand.amounts.scalars.standard);
    }
  }
  return needs.size() > kHeldShapesMax ? std::set<StandardAmounts>{} : needs;
}

StandardAmounts own_required(const Books& books, const RoleName& role, const Taking* taking) {
  const Quota& quota = books.quotas.at(role);
  StandardAmounts rest = owed(quota, consumption(books, role, taking));
  std::set<StandardAmounts> needs = declared_in(books, role);
  if (needs.empty()) return rest;
  StandardAmounts held{};
  for (const StandardAmounts& need : needs) {
    std::int64_t tasks = tasks_in(rest, need, quota.guarantees);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (quota.guarantees[i] > 0) held[i] = std::max(held[i], tasks * need[i]);
    }
  }
  return held;
}

/// The nearest role with a guarantee above it.
RoleName guaranteed_above(const Books& books, RoleName role) {
  while (!role.empty()) {
    role = parent_of(role);
    auto known = books.quotas.find(role);
    if (known != books.quotas.end() && known->second.has_guarantees()) break;
  }
  return role;
}

/// Of the role and those below it together; "" is the whole tree.
StandardAmounts required(const Books& books, const RoleName& role, const Taking* taking) {
  StandardAmounts below{};
  for (const auto& [path, quota] : books.quotas) {
    bool is_next = quota.has_guarantees() && path != role && guaranteed_above(books, path) == role;
    if (is_next) add_to(below, required(books, path, taking));
  }
  if (role.empty()) return below;
  StandardAmounts own = own_required(books, role, taking);
  for (std::size_t i = 0; i < kStandardScalars; ++i) own[i] = std::max(own[i], below[i]);
  return own;
}

StandardAmounts plain_part(const Resources& resources) {
  StandardAmounts plain{};
  for (const Lot& lot : resources.lots) {
    if (lot.kind == LotKind{}) add_to(plain, lot.amounts.scalars.standard);
  }
  return plain;
}

StandardAmounts room_of(const Books& books, AgentNumber agent) {
  return is_closed(books, agent) ? StandardAmounts{} : plain_part(free_of(books, agent));
}

StandardAmounts available_in(const Books& books) {
  StandardAmounts sum{};
  for (const auto& [number, agent] : books.agents) add_to(sum, room_of(books, number));
  return sum;
}

/// Tasks that must keep fitting for a role's guarantee, and those that do.
struct Unit {
  RoleName role;
  StandardAmounts need{};
  std::int64_t held = 0;
  std::int64_t fits = 0;
};

std::vector<Unit> units_in(const Books& books) {
  std::vector<Unit> units;
  bool is_wrong =
      books.wrong == WrongRule::kNothingHeld || books.wrong == WrongRule::kSumsHeldAlone;
  if (is_wrong) return units;
  for (const auto& [role, quota] : books.quotas) {
    StandardAmounts rest = owed(quota, consumption(books, role));
    for (const StandardAmounts& need : declared_in(books, role)) {
      Unit unit{.role = role, .need = need, .held = tasks_in(rest, need, quota.guarantees)};
      for (const auto& [number, agent] : books.agents) {
        unit.fits += tasks_in(room_of(books, number), need, kAll);
      }
      if (unit.held > 0) units.push_back(unit);
    }
  }
  return units;
}

/// The next role whose limits count.
RoleName limited_above(const Books& books, const RoleName& role) {
  return books.wrong == WrongRule::kLimitsOfTheRoleAlone ? RoleName{} : parent_of(role);
}

/// Giving it takes of the resource no more than what is neither held nor missing.
bool leaves_required(const Books& books, const Taking& taking, std::size_t i) {
  if (books.wrong == WrongRule::kNothingHeld) return true;
  std::int64_t taken = plain_part(taking.resources)[i];
  StandardAmounts before = required(books, {}, nullptr);
  if (taken == 0 || before[i] == 0) return true;
  StandardAmounts after = required(books, {}, &taking);
  std::int64_t slack = available_in(books)[i] - before[i];
  return available_in(books)[i] - taken - after[i] >= std::min<std::int64_t>(0, slack);
}

bool leaves_units(const Books& books, const Taking& taking, AgentNumber agent) {
  StandardAmounts taken = plain_part(taking.resources);
  StandardAmounts before = room_of(books, agent);
  StandardAmounts after = before;
  for (std::size_t i = 0; i < kStandardScalars; ++i) after[i] -= taken[i];
  for (const Unit& unit : units_in(books)) {
    if (taken == StandardAmounts{} || is_within(taking.role, unit.role)) continue;
    std::int64_t lost = tasks_in(before, unit.need, kAll) - tasks_in(after, unit.need, kAll);
    if (lost > 0 && unit.fits - lost < unit.held) return false;
  }
  return true;
}

/// The largest amount for which the question, true for 0, is answered with true.
template <class Question>
std::int64_t most_of(std::int64_t most, Question question) {
  std::int64_t least = 0;
  while (least < most) {
    std::int64_t middle = least + (most - least + 1) / 2;
    if (question(middle)) {
      least = middle;
    } else {
      most = middle - 1;
    }
  }
  return least;
}

void cut_to_limit(const Books& books, const RoleName& role, Resources& all) {
  StandardAmounts consumed = consumption(books, role);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t limit = books.quotas.at(role).limits[i];
    if (limit == kNoLimit) continue;
    std::int64_t allowed = std::max<std::int64_t>(0, limit - consumed[i]);
    for (Lot& lot : all.lots) {
      std::int64_t excess = added_by(all, role)[i] - allowed;
      std::int64_t& amount = lot.amounts.scalars.standard[i];
      bool is_counted = !lot.kind.revocable && !is_reserved_within(lot, role);
      if (is_counted) amount -= std::clamp<std::int64_t>(excess, 0, amount);
    }
  }
}

}  // namespace

StandardAmounts consumed_by(const Books& books, const RoleName& role) {
  return consumption(books, role);
}

bool limits_may_allow(const Books& books, ClientNumber client, const StandardAmounts& need) {
  for (RoleName at = books.clients[client].role; !at.empty(); at = limited_above(books, at)) {
    if (!books.quotas.contains(at)) continue;
    StandardAmounts consumed = consumption(books, at);
    StandardAmounts idle = idle_of(books, at);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      std::int64_t added = std::max<std::int64_t>(0, need[i] - idle[i]);
      std::int64_t limit = books.quotas.at(at).limits[i];
      if (added > 0 && limit != kNoLimit && consumed[i] + added > limit) return false;
    }
  }
  return true;
}

bool quota_allows(const Books& books, ClientNumber client, AgentNumber agent,
                  const Resources& wanted) {
  Taking taking{.role = books.clients[client].role, .resources = wanted};
  for (RoleName at = taking.role; !at.empty(); at = limited_above(books, at)) {
    if (!books.quotas.contains(at)) continue;
    StandardAmounts consumed = consumption(books, at, &taking);
    StandardAmounts added = added_by(wanted, at);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (added[i] > 0 && consumed[i] > books.quotas.at(at).limits[i]) return false;
    }
  }
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (!leaves_required(books, taking, i)) return false;
  }
  return books.may_take_held_tasks || leaves_units(books, taking, agent);
}

Resources cut_to_quota(const Books& books, ClientNumber client, AgentNumber agent, Resources all) {
  const RoleName& role = books.clients[client].role;
  for (RoleName at = role; !at.empty(); at = limited_above(books, at)) {
    if (books.quotas.contains(at)) cut_to_limit(books, at, all);
  }
  for (Lot& lot : all.lots) {
    if (lot.kind != LotKind{}) continue;
    StandardAmounts& amounts = lot.amounts.scalars.standard;
    StandardAmounts uncut = amounts;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      amounts[i] = most_of(uncut[i], [&](std::int64_t amount) {
        Amounts one;
        one.scalars.standard[i] = amount;
        return leaves_required(books, {.role = role, .resources = plain(one)}, i);
      });
    }
    StandardAmounts room = room_of(books, agent);
    for (const Unit& unit : units_in(books)) {
      if (is_within(role, unit.role)) continue;
      std::int64_t spare = std::max<std::int64_t>(0, unit.fits - unit.held);
      std::int64_t here = std::max<std::int64_t>(0, tasks_in(room, unit.need, kAll) - spare);
      for (std::size_t i = 0; i < kStandardScalars; ++i) {
        amounts[i] = std::min(amounts[i], room[i] - here * unit.need[i]);
      }
    }
  }
  for (Lot& lot : all.lots) cut_shares_to_gpus(lot.amounts);
  std::erase_if(all.lots, [](const Lot& lot) { return lot.amounts.is_zero(); });
  return all;
}

bool is_covered(const Books& books, ClientNumber client, const StandardAmounts& need) {
  for (RoleName at = books.clients[client].role; !at.empty(); at = parent_of(at)) {
    if (!books.quotas.contains(at)) continue;
    const Quota& quota = books.quotas.at(at);
    StandardAmounts rest = owed(quota, consumption(books, at));
    if (tasks_in(rest, need, quota.guarantees) > 0) return true;
  }
  return false;
}

bool is_owed(const Books& books, ClientNumber client) {
  for (RoleName at = books.clients[client].role; !at.empty(); at = parent_of(at)) {
    if (!books.quotas.contains(at)) continue;
    if (owed(books.quotas.at(at), consumption(books, at)) != StandardAmounts{}) return true;
  }
  return false;
}

std::optional<OfferId> offer_beyond_limit(const Books& books) {
  if (books.wrong == WrongRule::kOffersBeyondLimitStay) return std::nullopt;
  for (const auto& [role, quota] : books.quotas) {
    StandardAmounts consumed = consumption(books, role);
    for (auto offer = books.offers.rbegin(); offer != books.offers.rend(); ++offer) {
      if (!is_within(books.clients[offer->second.client].role, role)) continue;
      StandardAmounts back = added_by(offer->second.resources, role);
      for (std::size_t i = 0; i < kStandardScalars; ++i) {
        if (back[i] > 0 && consumed[i] > quota.limits[i]) return offer->first;
      }
    }
  }
  return std::nullopt;
}

void touch_wanting(Books& books, const RoleName& role) {
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    if (wants(books, i) && is_within(books.clients[i].role, role)) books.touched_clients.insert(i);
  }
}

void touch_quota_room(Books& books) {
  if (books.quotas.empty() || books.wrong == WrongRule::kFreedQuotaIsUnseen) return;
  QuotaRoom now;
  StandardAmounts held = required(books, {}, nullptr);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (held[i] > 0) now.slack[i] = available_in(books)[i] - held[i];
    for (const auto& [role, quota] : books.quotas) {
      now.limited[{role, i}] = consumption(books, role)[i];
    }
  }
  for (const Unit& unit : units_in(books))
    now.spare[{unit.role, unit.need}] = unit.fits - unit.held;
  auto has_grown = [](const auto& before, const auto& after) {
    return std::any_of(before.begin(), before.end(), [&](const auto& one) {
      auto at = after.find(one.first);
      return at == after.end() || at->second > one.second;
    });
  };
  bool is_everybody =
      has_grown(books.room_seen.slack, now.slack) || has_grown(books.room_seen.spare, now.spare);
  if (is_everybody) touch_wanting(books, {});
  for (const auto& [at, consumed] : now.limited) {
    auto before = books.room_seen.limited.find(at);
    bool is_limited = books.quotas.at(at.first).limits[at.second] != kNoLimit;
    if (is_limited && before != books.room_seen.limited.end() && consumed < before->second) {
      touch_wanting(books, at.first);
    }
  }
  books.room_seen = now;
}

}  // namespace fairlead::twin
