#include "tests/allocator/twin/twin_reclaim.h"

#include <algorithm>

namespace fairlead::twin {
namespace {

/// What a shape wants, who wants it, and why it may have it.
struct Want {
  ClientNumber client = 0;
  RoleName role;
  DemandShape shape;
  ReclaimKind kind = ReclaimKind::kGuarantee;
};

bool has_right(const Books& books, const Want& want) {
  if (want.shape.revocable) return false;
  const StandardAmounts& need = want.shape.amounts.scalars.standard;
  if (!limits_may_allow(books, want.client, need)) return false;
  switch (want.kind) {
    case ReclaimKind::kGuarantee:
      return books.config.reclaims_for_guarantees && is_covered(books, want.client, need);
    case ReclaimKind::kPriority:
      return books.config.reclaims_for_priorities;
    case ReclaimKind::kFairness:
      return books.config.reclaims_for_fairness && is_below_fair_share(books, want.role);
  }
  return false;
}

bool is_candidate(const Books& books, const Want& want, AgentNumber number) {
  const Agent& agent = books.agents.at(number);
  bool is_kept = keeper_of(books, number) == want.client;
  return (is_open(books, number) || is_kept) &&
         contains(scalars(agent.total), want.shape.amounts.scalars) &&
         may_see(books, want.client, number) && will_do(books, number, want.shape);
}

StandardAmounts lacking_on(const Books& books, const Want& want, AgentNumber agent) {
  StandardAmounts free{};
  for (const Lot& lot : usable_by(free_of(books, agent), want.role).lots) {
    if (lot.kind.revocable || lot.kind.shared || lot.kind.volume) continue;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      free[i] += lot.amounts.scalars.standard[i];
    }
  }
  StandardAmounts lacking = want.shape.amounts.scalars.standard;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    lacking[i] = std::max<std::int64_t>(0, lacking[i] - free[i]);
  }
  return lacking;
}

Share lack_of(const Books& books, const Want& want, AgentNumber agent,
              const StandardAmounts& lacking) {
  Share most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (lacking[i] == 0) continue;
    Share one{lacking[i], want.shape.amounts.scalars.standard[i]};
    if (is_less(most, 1, one, 1)) most = one;
  }
  bool is_given_up = books.clients[want.client].given_up.contains(agent);
  return is_given_up && most.part > 0 ? Share{1, 1} : most;
}

StandardAmounts held_below(const Books& books, ClientNumber client, AgentNumber agent,
                           std::int32_t priority) {
  std::map<std::int32_t, StandardAmounts> held;
  auto known = books.priorities.find({client, agent});
  if (known != books.priorities.end()) held = known->second;
  StandardAmounts at_zero = reclaimable(books.holdings.at({client, agent}));
  StandardAmounts below{};
  for (const auto& [one, amounts] : held) {
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      at_zero[i] = std::max<std::int64_t>(0, at_zero[i] - amounts[i]);
      if (one < priority) below[i] += amounts[i];
    }
  }
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (priority > 0) below[i] += at_zero[i];
  }
  return below;
}

/// What the role and its sub-roles are offered of the resource.
std::int64_t offered_to(const Books& books, const RoleName& role, std::size_t i) {
  std::int64_t sum = 0;
  for (const auto& [id, offer] : books.offers) {
    if (is_ancestor_or_self(role, books.clients[offer.client].role)) {
      sum += (scalars(offer.resources).standard[i] -
              scalars(revocable_part(offer.resources)).standard[i]);
    }
  }
  for (const Offer& offer : books.grants) {
    if (is_ancestor_or_self(role, books.clients[offer.client].role)) {
      sum += (scalars(offer.resources).standard[i] -
              scalars(revocable_part(offer.resources)).standard[i]);
    }
  }
  return sum;
}

/// What those in the role and its sub-roles have to give for other clients already.
std::int64_t told_for_others(const Books& books, const Want& want, const RoleName& role,
                             std::size_t i) {
  std::int64_t sum = 0;
  for (ClientNumber client = 0; client < books.clients.size(); ++client) {
    if (client == want.client || !books.clients[client].kept) continue;
    for (const Victim& victim : books.clients[client].kept->victims) {
      if (is_ancestor_or_self(role, victim.role)) sum += victim.amounts[i];
    }
  }
  return sum;
}

std::int64_t taken_from(const std::vector<Victim>& victims, const RoleName& role, std::size_t i) {
  std::int64_t sum = 0;
  for (const Victim& victim : victims) {
    if (is_ancestor_or_self(role, victim.role)) sum += victim.amounts[i];
  }
  return sum;
}

StandardAmounts may_give(const Books& books, const Want& want, ClientNumber giver,
                         AgentNumber agent, const std::vector<Victim>& before) {
  StandardAmounts most = want.kind == ReclaimKind::kPriority
                             ? held_below(books, giver, agent, want.shape.priority)
                             : reclaimable(books.holdings.at({giver, agent}));
  for (const auto& [role, quota] : books.quotas) {
    bool counts = is_ancestor_or_self(role, books.clients[giver].role) &&
                  !is_ancestor_or_self(role, want.role);
    if (!counts) continue;
    StandardAmounts consumed = consumed_by(books, role);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (quota.guarantees[i] == 0) continue;
      std::int64_t beyond = consumed[i] - offered_to(books, role, i) -
                            told_for_others(books, want, role, i) - taken_from(before, role, i) -
                            quota.guarantees[i];
      most[i] = std::min(most[i], std::max<std::int64_t>(0, beyond));
    }
  }
  return most;
}

bool is_told_too_often(const Books& books, const RoleName& role) {
  auto lately = std::count_if(books.told.begin(), books.told.end(), [&](const auto& one) {
    return one.second == role && one.first + seconds(60) > books.now;
  });
  return lately >= books.config.reclaims_per_role_max;
}

bool may_be_told(const Books& books, const Want& want, ClientNumber giver, AgentNumber agent) {
  const RoleName& role = books.clients[giver].role;
  if (!books.holdings.contains({giver, agent}) || is_told_too_often(books, role)) return false;
  if (want.kind == ReclaimKind::kPriority) {
    return role == want.role &&
           held_below(books, giver, agent, want.shape.priority) != StandardAmounts{};
  }
  if (role == want.role) return false;
  return want.kind == ReclaimKind::kGuarantee || !is_below_fair_share(books, role);
}

/// The largest share first, then by name.
std::vector<ClientNumber> givers_on(const Books& books, const Want& want, AgentNumber agent) {
  std::vector<ClientNumber> givers;
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    if (books.clients[i].present && may_be_told(books, want, i, agent)) givers.push_back(i);
  }
  auto name_of = [&](ClientNumber one) {
    const Client& client = books.clients[one];
    return client.role.text + "/" + books.frameworks.at(client.framework.index).id.text;
  };
  Quantities cluster = cluster_of(books);
  std::sort(givers.begin(), givers.end(), [&](ClientNumber a, ClientNumber b) {
    Share share_a = dominant(used_by(books, a), cluster);
    Share share_b = dominant(used_by(books, b), cluster);
    std::int64_t weight_a = weight_of(books, books.clients[a].role);
    std::int64_t weight_b = weight_of(books, books.clients[b].role);
    if (is_less(share_b, weight_b, share_a, weight_a)) return true;
    if (is_less(share_a, weight_a, share_b, weight_b)) return false;
    return name_of(a) < name_of(b);
  });
  return givers;
}

/// Below `above` the role towards `role`; the role itself where that is `above`.
RoleName branch_of(RoleName role, const RoleName& above) {
  while (role != above && parent_of(role) != above) role = parent_of(role);
  return role;
}

/// Where their ways to the root meet, the beneficiary is not above anybody who gives.
bool is_fair_after(const Books& books, const Want& want, const std::vector<Victim>& victims) {
  Quantities cluster = cluster_of(books);
  for (const Victim& victim : victims) {
    RoleName meeting = parent_of(victim.role);
    while (!meeting.text.empty() && !is_ancestor_or_self(meeting, want.role))
      meeting = parent_of(meeting);
    RoleName theirs = branch_of(victim.role, meeting);
    Quantities rest = used_by(books, theirs, true);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      rest.standard[i] -= taken_from(victims, theirs, i);
    }
    RoleName ours = branch_of(want.role, meeting);
    bool is_leaf = ours == meeting;
    Quantities more = used_by(books, ours, !is_leaf);
    add(more, want.shape.amounts.scalars);
    if (is_less(dominant(rest, cluster), weight_of(books, theirs), dominant(more, cluster),
                is_leaf ? 1000 : weight_of(books, ours))) {
      return false;
    }
  }
  return true;
}

/// Nobody when they cannot give enough, or the shape would not fit even then.
std::vector<Victim> victims_on(const Books& books, const Want& want, AgentNumber agent) {
  Amounts freed;
  StandardAmounts lacking = lacking_on(books, want, agent);
  freed.scalars.standard = lacking;
  std::vector<Victim> victims;
  for (ClientNumber giver : givers_on(books, want, agent)) {
    StandardAmounts part = may_give(books, want, giver, agent, victims);
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      part[i] = std::min(part[i], lacking[i]);
      lacking[i] -= part[i];
    }
    if (part == StandardAmounts{}) continue;
    victims.push_back({.framework = books.clients[giver].framework,
                       .role = books.clients[giver].role,
                       .amounts = part});
  }
  if (lacking != StandardAmounts{}) return {};
  if (want.kind == ReclaimKind::kFairness && !is_fair_after(books, want, victims)) return {};
  Resources free = free_of(books, agent);
  add(free, plain(freed));
  if (!cut_out(books, want.client, free, want.shape)) return {};
  return victims;
}

void open(Books& books, const Want& want, AgentNumber agent, std::vector<Victim> victims) {
  stop_keeping(books, want.client);
  Client& client = books.clients[want.client];
  Instant deadline = books.now + books.config.reclaim_deadline;
  Instant until = deadline + books.config.accumulate_max;
  client.kept = Kept{.shape = want.shape.name,
                     .gang_size = want.shape.gang_size,
                     .agents = {agent},
                     .until = until};
  client.wait_due = until;
  for (Victim& victim : victims) {
    victim.id = ReclaimId{++books.reclaims_made};
    books.told.emplace_back(books.now, victim.role);
    books.out.emplace_back(allocation::Reclaim{.id = victim.id,
                                               .kind = want.kind,
                                               .agent = {agent},
                                               .victim = victim.framework,
                                               .victim_role = victim.role,
                                               .amounts = victim.amounts,
                                               .beneficiary = client.framework,
                                               .beneficiary_role = want.role,
                                               .shape = want.shape.name,
                                               .priority = want.shape.priority,
                                               .deadline = deadline});
  }
  client.kept->reclaimed_for = want.kind;
  client.kept->victims = std::move(victims);
}

bool fits_somewhere(const Books& books, const Want& want) {
  return std::any_of(books.order.begin(), books.order.end(), [&](AgentNumber agent) {
    return is_candidate(books, want, agent) &&
           cut_out(books, want.client, free_of(books, agent), want.shape);
  });
}

}  // namespace

Instant first_reclaim(const Books& books, ClientNumber client, const Shape& shape) {
  const AllocatorConfig& config = books.config;
  if (!config.reclaims_for_guarantees && !config.reclaims_for_priorities &&
      !config.reclaims_for_fairness) {
    return Instant::never();
  }
  if (shape.waiting_since.is_never()) return Instant::never();
  const std::optional<Instant>& made = books.clients[client].room_made_at;
  bool goes_on = made && *made + config.reclaim_after > books.now;
  return std::max(books.now, shape.waiting_since + (goes_on ? Duration{} : config.reclaim_after));
}

bool begin_reclaim(Books& books, ClientNumber client, const Shape& shape) {
  if (first_reclaim(books, client, shape) > books.now) return false;
  Want want{.client = client, .role = books.clients[client].role, .shape = shape.demand};
  if (fits_somewhere(books, want)) return false;
  for (ReclaimKind kind :
       {ReclaimKind::kPriority, ReclaimKind::kFairness, ReclaimKind::kGuarantee}) {
    want.kind = kind;
    if (!has_right(books, want)) continue;
    std::optional<AgentNumber> best;
    Share least;
    for (AgentNumber agent : books.order) {
      if (!is_candidate(books, want, agent)) continue;
      Share lack = lack_of(books, want, agent, lacking_on(books, want, agent));
      if (lack.part == 0 || (best && !is_less(lack, 1, least, 1))) continue;
      if (victims_on(books, want, agent).empty()) continue;
      best = agent;
      least = lack;
    }
    if (!best) continue;
    open(books, want, *best, victims_on(books, want, *best));
    return true;
  }
  return false;
}

bool is_called_for(const Books& books, ClientNumber number) {
  const Client& client = books.clients[number];
  for (const Shape& shape : client.shapes) {
    if (shape.demand.name != client.kept->shape) continue;
    return has_right(books, {.client = number,
                             .role = client.role,
                             .shape = shape.demand,
                             .kind = *client.kept->reclaimed_for});
  }
  return false;
}

void end_reclaim(Books& books, ClientNumber client) {
  for (const Victim& victim : books.clients[client].kept->victims) {
    books.out.emplace_back(
        allocation::ReclaimEnded{.id = victim.id, .victim = victim.framework, .why = ""});
  }
}

void forget_victims(Books& books, FrameworkHandle framework) {
  for (Client& client : books.clients) {
    if (!client.kept) continue;
    std::erase_if(client.kept->victims, [&](const Victim& victim) {
      if (victim.framework != framework) return false;
      books.out.emplace_back(
          allocation::ReclaimEnded{.id = victim.id, .victim = framework, .why = ""});
      return true;
    });
  }
}

void add_priority(Books& books, ClientNumber client, AgentNumber agent, const HeldPriority& held) {
  if (held.priority == 0) return;
  StandardAmounts& sum = books.priorities[{client, agent}][held.priority];
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += held.amounts[i];
}

void remove_priority(Books& books, ClientNumber client, AgentNumber agent, std::int32_t priority,
                     const Resources& resources) {
  if (priority == 0) return;
  StandardAmounts part = reclaimable(resources);
  StandardAmounts& sum = books.priorities[{client, agent}][priority];
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    sum[i] = std::max<std::int64_t>(0, sum[i] - part[i]);
  }
}

}  // namespace fairlead::twin
