// What placing single instances and placing gangs share. Internal to frameworks/batch.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "frameworks/batch/batch_turn.h"

namespace fairlead::batch {

/// All offers of one agent and role: what several offers hold together may fit what none does
/// alone.
struct Bundle {
  std::vector<OfferId> offers;
  Resources left;
  const Offer* agent = nullptr;
};
using Bundles = std::map<std::pair<RoleName, AgentId>, Bundle>;

bool satisfies_all(const Offer& offer, const TaskGroup& group);
/// The role's groups that have something ready, in their order, no further down than the demand
/// tells.
std::vector<GroupRank> demanded_in(const Batch& batch, const RoleName& role);
/// Launches the instance there, which it says.
TaskLaunch start(BatchTurn& turn, const InstanceRef& ref, const Offer& offer, Resources taken);

// --- gangs.cc ---
/// False while some instances of a gang wait for something else than an offer: the others are of no
/// use without them.
bool is_complete(const Job& job, std::uint32_t group);
/// Launches the gangs for which there is room, and takes away the bundles that they use: an offer
/// is accepted for one of them.
void place_gangs(BatchTurn& turn, Bundles& bundles);

}  // namespace fairlead::batch
