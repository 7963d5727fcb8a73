// Where room can be made for a shape, by whom, and how much each has to give: the search behind
// reclaim.h. Internal to allocator/.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "allocator/context.h"

namespace fairlead::allocation {

/// A role is told so many times within it at most.
inline constexpr Duration kReclaimRateWindow = seconds(60);

/// What is taken from roles, and so from those above them.
using Taken = std::map<RoleIndex, StandardAmounts>;

/// One shape for which room is looked for by one kind of reclaim.
class ReclaimSearch {
 public:
  struct Plan {
    AgentHandle agent;
    Fraction lack;
    std::vector<Victim> victims;  ///< without ids
  };

  /// The state and the shape outlive it.
  ReclaimSearch(const State& state, ClientIndex client, const DemandShape& shape, ReclaimKind kind);

  /// The kind is on, and entitles it to the shape now.
  bool has_right() const;
  /// The agent where least is lacking among those where enough may be taken. O(agents).
  std::optional<Plan> best() const;

  /// The shape would be offered there if it fitted.
  bool is_for_it(AgentHandle agent) const;
  bool fits(AgentHandle agent) const;
  /// Of the standard scalars, beyond what is free there.
  StandardAmounts lacking_on(AgentHandle agent) const;
  /// What may be taken from somebody, wherever, without breaking a guarantee, after what was taken
  /// from others; kNoLimit: there is none.
  StandardAmounts may_lose(ClientIndex giver, const Taken& taken) const;
  /// The same of what it holds there.
  StandardAmounts may_give(AgentHandle agent, ClientIndex giver, const Taken& taken) const;
  /// Notes that it is taken from the role of `giver`.
  void take_from(ClientIndex giver, const StandardAmounts& part, Taken& taken) const;

 private:
  const RoleName& role_name(RoleIndex role) const;
  /// The role stands above the beneficiary, or is its own: what is taken stays in it.
  bool is_shared(RoleIndex role) const;
  /// Relative to the shape; where nothing came of it last time, as if all were lacking.
  Fraction lack_of(AgentHandle agent, const StandardAmounts& lacking) const;
  /// What those in the role and its sub-roles have to give for other clients already.
  StandardAmounts told_for_others(RoleIndex role) const;
  /// Offers may come back, and do not count; nor does what will be given.
  StandardAmounts beyond_guarantee(RoleIndex role, const Taken& taken) const;
  bool may_be_told(AgentHandle agent, ClientIndex giver) const;
  /// Who gives first in front.
  std::vector<ClientIndex> givers_on(AgentHandle agent) const;
  /// Empty when they cannot give enough, or the shape would not fit even then.
  std::vector<Victim> victims_on(AgentHandle agent, StandardAmounts lacking) const;
  /// The beneficiary's share afterwards is not above that of anybody who gives, compared where
  /// their ways to the root meet.
  bool is_fair_after(const std::vector<Victim>& victims, const Taken& taken) const;

  const State& state_;
  ClientIndex client_;
  RoleIndex role_;
  const DemandShape& shape_;
  ReclaimKind kind_;
};

}  // namespace fairlead::allocation
