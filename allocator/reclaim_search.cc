#include "allocator/reclaim_search.h"

#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/conditions.h"
#include "allocator/headroom.h"
#include "allocator/inventory.h"
#include "allocator/lots.h"
#include "allocator/match.h"
#include "allocator/priorities.h"
#include "allocator/quota.h"
#include "allocator/roles.h"
#include "allocator/shares.h"
#include "common/standard_amounts.h"

namespace fairlead::allocation {
namespace {

bool is_on(const AllocatorConfig& config, ReclaimKind kind) {
  switch (kind) {
    case ReclaimKind::kGuarantee:
      return config.reclaims_for_guarantees;
    case ReclaimKind::kPriority:
      return config.reclaims_for_priorities;
    case ReclaimKind::kFairness:
      return config.reclaims_for_fairness;
  }
  return false;
}

bool is_over_rate(const State& state, const RoleName& role) {
  auto known = state.reclaimed_within.find(role);
  if (known == state.reclaimed_within.end()) return false;
  auto lately = std::count_if(known->second.begin(), known->second.end(),
                              [&](Instant at) { return at + kReclaimRateWindow > state.now; });
  return lately >= state.config.reclaims_per_role_max;
}

/// What is held by a role, or offered to it, after what was taken from it and those below it.
Fraction share_without(const State& state, RoleIndex role, const StandardAmounts& taken) {
  Quantities used = role_of(state, role).subtree.used;
  subtract(used.standard, taken);
  return dominant_of(used, state.cluster_shared);
}

}  // namespace

ReclaimSearch::ReclaimSearch(const State& state, ClientIndex client, const DemandShape& shape,
                             ReclaimKind kind)
    : state_(state),
      client_(client),
      role_(client_of(state, client).role),
      shape_(shape),
      kind_(kind) {}

std::optional<ReclaimSearch::Plan> ReclaimSearch::best() const {
  std::optional<Plan> best;
  if (!has_right()) return best;
  for (AgentHandle handle : state_.agent_order) {
    if (!is_for_it(handle)) continue;
    StandardAmounts lacking = lacking_on(handle);
    Fraction lack = lack_of(handle, lacking);
    bool is_better = lack.part > 0 && (!best || compare(lack, 1, best->lack, 1) < 0);
    if (!is_better) continue;
    std::vector<Victim> victims = victims_on(handle, lacking);
    if (!victims.empty()) best = {handle, lack, std::move(victims)};
  }
  return best;
}

bool ReclaimSearch::is_for_it(AgentHandle handle) const {
  const Agent& agent = agent_of(state_, handle);
  bool is_open = state_.columns[handle.index].open || agent.kept_for == client_;
  return is_open && contains(agent.total_scalars(), shape_.amounts.scalars) &&
         may_see(state_, client_, place_of(agent)) &&
         satisfies_all(state_, place_of(agent), shape_);
}

bool ReclaimSearch::fits(AgentHandle handle) const {
  return fits_column(state_.columns[handle.index], shape_.amounts.scalars) &&
         cut_out(state_, client_, agent_of(state_, handle).free(), shape_).has_value();
}

StandardAmounts ReclaimSearch::lacking_on(AgentHandle handle) const {
  const FreeColumn& column = state_.columns[handle.index];
  StandardAmounts free = column.free;
  if (!column.plain) {
    free = scalars(cuttable(state_, client_, agent_of(state_, handle).free(), shape_)).standard;
  }
  StandardAmounts lacking = shape_.amounts.scalars.standard;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    lacking[i] = std::max<std::int64_t>(0, lacking[i] - free[i]);
  }
  return lacking;
}

StandardAmounts ReclaimSearch::may_lose(ClientIndex giver, const Taken& taken) const {
  StandardAmounts most = Quota{}.limits;
  for (RoleIndex at = client_of(state_, giver).role; !is_shared(at);
       at = role_of(state_, at).parent) {
    most = least_of(most, beyond_guarantee(at, taken));
  }
  return most;
}

StandardAmounts ReclaimSearch::may_give(AgentHandle agent, ClientIndex giver,
                                        const Taken& taken) const {
  StandardAmounts held = kind_ == ReclaimKind::kPriority
                             ? held_below(state_, agent, giver, shape_.priority)
                             : held_plain(state_, agent, giver);
  return least_of(held, may_lose(giver, taken));
}

void ReclaimSearch::take_from(ClientIndex giver, const StandardAmounts& part, Taken& taken) const {
  for (RoleIndex at = client_of(state_, giver).role; at != kRootRole;
       at = role_of(state_, at).parent) {
    add(taken[at], part);
  }
}

const RoleName& ReclaimSearch::role_name(RoleIndex role) const {
  return role_of(state_, role).path;
}

bool ReclaimSearch::is_shared(RoleIndex role) const {
  return role == kRootRole || is_ancestor_or_self(role_name(role), role_name(role_));
}

bool ReclaimSearch::has_right() const {
  if (shape_.revocable) return false;  // nobody has a right to those
  const StandardAmounts& need = shape_.amounts.scalars.standard;
  if (!is_on(state_.config, kind_) || !limits_may_allow(state_, role_, need)) return false;
  if (kind_ == ReclaimKind::kGuarantee) return is_covered(state_, role_, need);
  return kind_ == ReclaimKind::kPriority || is_below_fair_share(state_, role_);
}

Fraction ReclaimSearch::lack_of(AgentHandle handle, const StandardAmounts& lacking) const {
  Fraction most;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (lacking[i] == 0) continue;
    Fraction one{lacking[i], shape_.amounts.scalars.standard[i]};
    if (compare(most, 1, one, 1) < 0) most = one;
  }
  return most.part > 0 && is_given_up(state_, client_, handle) ? Fraction{1, 1} : most;
}

StandardAmounts ReclaimSearch::told_for_others(RoleIndex role) const {
  StandardAmounts told{};
  for (const auto& [client, kept] : state_.accumulations) {
    if (client == client_ || !kept.reclaim) continue;
    for (const Victim& victim : kept.reclaim->victims) {
      if (is_ancestor_or_self(role_name(role), victim.role)) add(told, victim.amounts);
    }
  }
  return told;
}

StandardAmounts ReclaimSearch::beyond_guarantee(RoleIndex index, const Taken& taken) const {
  const RoleNode& role = role_of(state_, index);
  StandardAmounts most = Quota{}.limits;
  if (role.quota == nullptr) return most;
  StandardAmounts held = consumption(state_, index);
  subtract(held, role.subtree.offered.standard);
  add(held, role.subtree.revocable_offered);  // not in what is consumed
  subtract(held, told_for_others(index));
  auto known = taken.find(index);
  if (known != taken.end()) subtract(held, known->second);
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t guarantee = role.quota->quota.guarantees[i];
    if (guarantee > 0) most[i] = std::max<std::int64_t>(0, held[i] - guarantee);
  }
  return most;
}

bool ReclaimSearch::may_be_told(AgentHandle agent, ClientIndex giver) const {
  RoleIndex role = client_of(state_, giver).role;
  if (is_over_rate(state_, role_name(role))) return false;
  if (kind_ == ReclaimKind::kPriority) {
    return role == role_ && held_below(state_, agent, giver, shape_.priority) != StandardAmounts{};
  }
  if (role == role_) return false;
  return kind_ == ReclaimKind::kGuarantee || !is_below_fair_share(state_, role);
}

std::vector<ClientIndex> ReclaimSearch::givers_on(AgentHandle agent) const {
  std::vector<ClientIndex> givers;
  for (const ClientHolding& holding : agent_of(state_, agent).holdings()) {
    if (may_be_told(agent, holding.client)) givers.push_back(holding.client);
  }
  auto share_of = [&](ClientIndex giver) {
    return dominant_of(client_of(state_, giver).usage.used, state_.cluster_shared);
  };
  auto weight_of = [&](ClientIndex giver) {
    return role_of(state_, client_of(state_, giver).role).weight_milli;
  };
  std::sort(givers.begin(), givers.end(), [&](ClientIndex a, ClientIndex b) {
    auto order = compare(share_of(a), weight_of(a), share_of(b), weight_of(b));
    return order == 0 ? name_of(state_, a) < name_of(state_, b) : order > 0;
  });
  return givers;
}

std::vector<Victim> ReclaimSearch::victims_on(AgentHandle agent, StandardAmounts lacking) const {
  Amounts freed;
  freed.scalars.standard = lacking;
  std::vector<Victim> victims;
  Taken taken;
  for (ClientIndex giver : givers_on(agent)) {
    StandardAmounts part = least_of(lacking, may_give(agent, giver, taken));
    if (part == StandardAmounts{}) continue;
    const Client& client = client_of(state_, giver);
    victims.push_back(
        {.framework = client.framework, .role = role_name(client.role), .amounts = part});
    subtract(lacking, part);
    take_from(giver, part, taken);
  }
  if (lacking != StandardAmounts{} || !is_fair_after(victims, taken)) return {};
  Resources free = agent_of(state_, agent).free();
  fairlead::add(free, plain(freed));
  if (!cut_out(state_, client_, free, shape_)) return {};
  return victims;
}

bool ReclaimSearch::is_fair_after(const std::vector<Victim>& victims, const Taken& taken) const {
  if (kind_ != ReclaimKind::kFairness) return true;
  return std::all_of(victims.begin(), victims.end(), [&](const Victim& victim) {
    RoleIndex theirs = state_.roles_by_path.at(victim.role);
    while (!is_shared(role_of(state_, theirs).parent)) theirs = role_of(state_, theirs).parent;
    RoleIndex meeting = role_of(state_, theirs).parent;
    Fraction before = share_without(state_, theirs, taken.at(theirs));
    RoleIndex ours = role_;
    while (ours != meeting && role_of(state_, ours).parent != meeting) {
      ours = role_of(state_, ours).parent;
    }
    // In the role itself, where the other one is a sub-role: its virtual leaf competes.
    bool is_leaf = ours == meeting;
    Quantities used = is_leaf ? role_of(state_, ours).own.used : role_of(state_, ours).subtree.used;
    fairlead::add(used, shape_.amounts.scalars);
    std::int64_t weight = is_leaf ? 1000 : role_of(state_, ours).weight_milli;
    return compare(dominant_of(used, state_.cluster_shared), weight, before,
                   role_of(state_, theirs).weight_milli) <= 0;
  });
}

}  // namespace fairlead::allocation
