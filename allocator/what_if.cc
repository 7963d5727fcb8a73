#include "allocator/what_if.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "allocator/clone.h"
#include "allocator/explain_state.h"
#include "allocator/headroom.h"
#include "allocator/quota.h"
#include "allocator/roles.h"
#include "allocator/take_step.h"

namespace fairlead::allocation {
namespace {

// --- turns ---------------------------------------------------------------------------------------

/// How a role that wants something stands before a round.
struct Standing {
  std::size_t place = 0;    ///< of the first of its clients that nothing stands against
  bool is_covered = false;  ///< that one has its turn with what a guarantee covers
  std::string gate;         ///< what stands against all that it wants; empty: nothing does
};

using Standings = std::map<RoleName, Standing>;

/// Somebody else for whom something is held: "" when there is nobody.
std::string held_for_text(const State& state, RoleIndex role) {
  const RoleName& own = role_of(state, role).path;
  for (const auto& [path, other] : state.quotas.roles) {
    bool is_related = is_ancestor_or_self(path, own) || is_ancestor_or_self(own, path);
    if (is_related || held_for(state, other) == StandardAmounts{}) continue;
    return "what is free is held for role " + path.text;
  }
  return "what is free is held for others";
}

std::string quota_gate(const State& state, RoleIndex role, const StandardAmounts& need) {
  if (std::optional<RoleIndex> limiting = limiting_role(state, role, need)) {
    return limit_text(state, *limiting);
  }
  return headroom_may_allow(state, role, need) ? "" : held_for_text(state, role);
}

/// What one client is about to ask for.
struct Wish {
  RoleIndex role;
  bool is_covered = false;
  std::string gate;
};

/// The first shape that nothing stands against, or the first of all.
Wish wish_of(const State& state, const Client& client) {
  Wish wish{.role = client.role};
  if (!client.has_demand) {
    wish.is_covered = is_owed(state, client.role);
    return wish;
  }
  bool is_first = true;
  for (const WantedShape& wanted : client.shapes) {
    if (wanted.unmet() == 0) continue;
    const StandardAmounts& need = wanted.shape.amounts.scalars.standard;
    // No quota is about revocable resources.
    std::string gate = wanted.shape.revocable ? "" : quota_gate(state, client.role, need);
    bool is_free = gate.empty();
    if (is_first || is_free) wish.gate = std::move(gate);
    is_first = false;
    if (!is_free) continue;
    wish.is_covered = !wanted.shape.revocable && is_covered(state, client.role, need);
    break;
  }
  return wish;
}

/// REQUIRES refresh_headroom().
Standings standings_of(const State& state) {
  std::vector<Wish> wishes;
  for (ClientIndex client : wanting_in_order(state)) {
    wishes.push_back(wish_of(state, client_of(state, client)));
  }
  // What a guarantee covers comes first, each part in the order of shares.
  std::stable_partition(wishes.begin(), wishes.end(),
                        [](const Wish& wish) { return wish.is_covered; });
  Standings standings;
  for (std::size_t place = 0; place < wishes.size(); ++place) {
    const Wish& wish = wishes[place];
    auto [known, is_new] = standings.try_emplace(role_of(state, wish.role).path,
                                                 Standing{place, wish.is_covered, wish.gate});
    bool is_better = !is_new && !known->second.gate.empty() && wish.gate.empty();
    if (is_better) known->second = {place, wish.is_covered, {}};
  }
  return standings;
}

constexpr std::size_t kNoTurn = std::numeric_limits<std::size_t>::max();

std::size_t turn_of(const Standing& standing) {
  return standing.gate.empty() ? standing.place : kNoTurn;
}

/// A role that wants something before and after the change.
struct Move {
  const RoleName* role;
  const Standing* standing;  ///< after it
  std::size_t turn_before;
  std::size_t turn_after;
};

std::string why_first(const Move& who, const Move& whom) {
  if (whom.turn_after == kNoTurn) return "that one has to wait";
  bool by_guarantee = who.standing->is_covered && !whom.standing->is_covered;
  return by_guarantee ? "its guarantee covers what it wants"
                      : "its share is smaller for its weight";
}

void note_gates(const Standings& before, const Standings& after, WhatIf& found) {
  for (const auto& [role, now] : after) {
    auto then = before.find(role);
    if (then == before.end() || then->second.gate.empty() == now.gate.empty()) continue;
    if (now.gate.empty()) {
      found.sooner.push_back({role, "no longer: " + then->second.gate});
    } else {
      found.delayed.push_back({role, now.gate});
    }
  }
}

/// Of those that have a turn; what gates do to a role itself is noted by note_gates().
void note_order(const Standings& before, const Standings& after, WhatIf& found) {
  std::vector<Move> moves;
  for (const auto& [role, now] : after) {
    auto then = before.find(role);
    if (then == before.end()) continue;
    moves.push_back({&role, &now, turn_of(then->second), turn_of(now)});
  }
  std::ranges::stable_sort(moves, {}, &Move::turn_before);
  const Move* latest = nullptr;  // after the change, of those that stood in front before it
  for (const Move& move : moves) {
    bool is_passing = latest != nullptr && latest->turn_after > move.turn_after;
    if (is_passing && move.turn_before != kNoTurn) {
      found.sooner.push_back({*move.role, "comes before role " + latest->role->text + ": " +
                                              why_first(move, *latest)});
    }
    if (latest == nullptr || latest->turn_after < move.turn_after) latest = &move;
  }
  const Move* first = nullptr;  // after the change, of those that stood behind before it
  for (auto move = moves.rbegin(); move != moves.rend(); ++move) {
    bool is_passed = first != nullptr && first->turn_after < move->turn_after;
    if (is_passed && move->turn_after != kNoTurn) {
      found.delayed.push_back({*move->role, "role " + first->role->text +
                                                " comes before it: " + why_first(*first, *move)});
    }
    if (first == nullptr || first->turn_after > move->turn_after) first = &*move;
  }
}

void note_turns(const Standings& before, const Standings& after, WhatIf& found) {
  note_gates(before, after, found);
  note_order(before, after, found);
  std::ranges::sort(found.delayed, {}, &TurnMoved::role);
  std::ranges::sort(found.sooner, {}, &TurnMoved::role);
}

// --- limits --------------------------------------------------------------------------------------

/// What the role consumes beyond its limit.
StandardAmounts excess_of(const State& state, const RoleName& role) {
  StandardAmounts excess{};
  auto known = state.quotas.roles.find(role);
  if (known == state.quotas.roles.end()) return excess;
  const StandardAmounts consumed = consumption(state, known->second);
  const StandardAmounts& limits = role_of(state, known->second).quota->quota.limits;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    excess[i] = std::max<std::int64_t>(0, consumed[i] - limits[i]);
  }
  return excess;
}

void gather_holders(const State& state, RoleIndex index, std::vector<Holder>& holders) {
  const RoleNode& role = role_of(state, index);
  for (ClientIndex member : role.clients) {
    const Client& client = client_of(state, member);
    Holder holder{.framework = client.framework, .role = role.path};
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      holder.held[i] = client.usage.used.standard[i] - client.usage.offered.standard[i];
    }
    holders.push_back(std::move(holder));
  }
  for (RoleIndex child : role.children) gather_holders(state, child, holders);
}

std::vector<Holder> holders_of(const State& state, const RoleName& role,
                               const StandardAmounts& excess) {
  std::vector<Holder> holders;
  gather_holders(state, state.roles_by_path.at(role), holders);
  // Of the first resource of which there is too much.
  std::size_t first = 0;
  while (excess[first] == 0) ++first;
  std::erase_if(holders, [&](const Holder& one) { return one.held[first] == 0; });
  std::ranges::stable_sort(holders, std::ranges::greater(),
                           [&](const Holder& one) { return one.held[first]; });
  if (holders.size() > kHoldersMax) holders.resize(kHoldersMax);
  return holders;
}

void note_over_limit(const State& before, const State& after, WhatIf& found) {
  for (const auto& [role, index] : after.quotas.roles) {
    const StandardAmounts excess = excess_of(after, role);
    const StandardAmounts known = excess_of(before, role);
    bool is_more = false;
    for (std::size_t i = 0; i < kStandardScalars; ++i) is_more = is_more || excess[i] > known[i];
    if (is_more) found.over_limit.push_back({role, excess, holders_of(after, role, excess)});
  }
}

// --- actions -------------------------------------------------------------------------------------

Status note_actions(const State& before, const std::vector<Action>& actions, WhatIf& found) {
  for (const Action& action : actions) {
    if (const auto* rejected = std::get_if<RejectEvent>(&action)) return rejected->error;
    if (const auto* rescinded = std::get_if<RescindOffer>(&action)) {
      const Offered& offer = before.offers.at(rescinded->offer);
      const Client& client = client_of(before, offer.client);
      found.rescinded.push_back({.offer = {.offer = rescinded->offer,
                                           .framework = client.framework,
                                           .role = role_of(before, client.role).path,
                                           .agent = offer.agent,
                                           .resources = offer.resources},
                                 .reason = rescinded->reason});
    }
    if (const auto* made = std::get_if<MakeOffer>(&action)) {
      found.offered.push_back(
          {made->offer, made->framework, made->role, made->agent, made->resources});
    }
  }
  return {};
}

}  // namespace

Result<WhatIf> what_if(const State& state, const std::vector<Event>& events) {
  WhatIf found;
  State copy = clone(state);
  refresh_headroom(copy);
  const Standings before = standings_of(copy);
  std::vector<Action> actions;
  Context context{.state = copy, .now = state.now, .out = actions, .touched = {}, .grants = {}};
  for (const Event& event : events) apply_event(context, event);
  // Who comes first is read off before somebody was served, and so has more.
  enforce_limits(context);
  refresh_headroom(copy);
  note_turns(before, standings_of(copy), found);
  context.grants.turns_left = kTurnsPerStepMost;  // all of it, in however many steps
  decide(context);
  if (Status taken = note_actions(state, actions, found); !taken) return taken.error();
  note_over_limit(state, copy, found);
  return found;
}

}  // namespace fairlead::allocation
