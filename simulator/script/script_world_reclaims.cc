// What a script sees of reclaims.
#include "simulator/script/script_world.h"

namespace fairlead {

std::string ScriptWorld::describe_reclaim(const allocation::Reclaim& reclaim) const {
  std::string text =
      "reclaim " + std::to_string(reclaim.id.number) + " (" + to_string(reclaim.kind) +
      "): " + frameworks_[reclaim.victim.index] + " as " + reclaim.victim_role.text + " gives " +
      to_string(reclaim.amounts, StandardAmounts{}) + " on " + agents_[reclaim.agent.index];
  if (reclaim.kind == ReclaimKind::kPriority) {
    text += " below priority " + std::to_string(reclaim.priority);
  }
  return text + " for " + reclaim.shape + " of " + frameworks_[reclaim.beneficiary.index] + " as " +
         reclaim.beneficiary_role.text + " until " +
         std::to_string(Duration{reclaim.deadline.ns}.ms()) + "ms";
}

ScriptWorld::Trace ScriptWorld::show_need(const ScriptLine& line) const {
  Result<std::int64_t> number = parse_script_number(line.word(1), "a reclaim");
  if (!number) return number.error();
  std::optional<ReclaimNeed> need =
      core_->reclaim_need(ReclaimId{static_cast<std::uint64_t>(*number)});
  if (!need) return std::vector<std::string>{"ended"};
  return std::vector<std::string>{to_string(*need)};
}

}  // namespace fairlead
