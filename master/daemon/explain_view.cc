// GET /api/v1/explain.
#include <nlohmann/json.hpp>

#include "common/limits.h"
#include "master/daemon/json_forms.h"
#include "master/daemon/views.h"

namespace fairlead::views {
namespace {

using master::MasterState;
using nlohmann::json;

json of_verdicts(const std::vector<AgentVerdict>& verdicts) {
  json list = json::array();
  for (const AgentVerdict& one : verdicts) {
    list.push_back({{"agent", one.agent.text},
                    {"hostname", one.hostname},
                    {"reason", to_string(one.reason)},
                    {"missing", one.missing}});
  }
  return list;
}

json of_reasons(const Explanation& why) {
  json list = json::array();
  for (std::size_t i = 0; i < kWaitReasons; ++i) {
    if (why.counts[i] == 0) continue;
    list.push_back({{"reason", to_string(static_cast<WaitReason>(i))}, {"agents", why.counts[i]}});
  }
  return list;
}

json of_holders(const std::vector<HeldAgent>& agents) {
  json list = json::array();
  for (const HeldAgent& agent : agents) {
    json holders = json::array();
    for (const AgentHolder& one : agent.holders) {
      holders.push_back({{"name", one.name},
                         {"held", json_forms::of(one.held)},
                         {"offered", json_forms::of(one.offered)},
                         {"offered_for_ms", one.offered_for.ms()}});
    }
    list.push_back({{"agent", agent.agent.text},
                    {"missing", agent.missing},
                    {"holders", std::move(holders)},
                    {"left_out", agent.left_out}});
  }
  return list;
}

json of_roles(const Explanation& why) {
  json list = json::array();
  for (const RoleHold& one : why.roles) {
    list.push_back({{"role", one.role.text},
                    {"amount", scalar_to_string(why.scarcest, one.amount)},
                    {"share_milli", one.per_mille},
                    {"fair_milli", one.fair_per_mille},
                    {"guarantee", scalar_to_string(why.scarcest, one.guarantee)}});
  }
  return list;
}

json of_changes(const Explanation& why) {
  json list = json::array();
  for (const AdmittingChange& one : why.changes) {
    list.push_back({{"kind", to_string(one.kind)}, {"text", one.text}, {"in_ms", one.in.ms()}});
  }
  return list;
}

json of_outlook(const Explanation& why) {
  json list = json::array();
  for (const Outlook& one : why.outlook) {
    json entry = {{"text", one.text}};
    if (one.in) entry["in_ms"] = one.in->ms();
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

Result<json> explain(const MasterCore& core, const FrameworkId& framework, const RoleName& role,
                     const std::string& shape, ExplainOptions options) {
  const MasterState& state = core.state();
  std::uint32_t index = find_framework(state, framework);
  if (index == master::kNoSlot) {
    return Error{ErrorCode::kNotFound, "framework \"" + framework.text + "\": not known here"};
  }
  options.offer_hold_max = core.config().offer_hold_max;
  Result<Explanation> found = core.allocator().explain({index}, role, shape, options);
  if (!found) return found.error();
  json answer = {{"framework", framework.text},
                 {"role", role.text},
                 {"shape", found->shape},
                 {"gate", found->gate},
                 {"wanted", found->wanted},
                 {"offered", found->offered},
                 {"agents", found->agents},
                 {"reasons", of_reasons(*found)},
                 {"gang", gang_text(*found)},
                 {"scarcest", found->scarcest},
                 {"nearest", of_verdicts(found->nearest)},
                 {"listed", of_verdicts(found->listed)},
                 {"accumulating_on", found->accumulating_on},
                 {"before", found->before},
                 {"lease_debt", json_forms::of(Quantities{.standard = found->debt, .custom = {}})},
                 {"holders", of_holders(found->holders)},
                 {"roles", of_roles(*found)},
                 {"changes", of_changes(*found)},
                 {"no_change", found->no_change},
                 {"outlook", of_outlook(*found)},
                 {"text", to_text(*found) + to_long_text(*found)}};
  std::size_t next = options.agents_after + found->listed.size();
  if (options.agents_max > 0 && next < found->agents) answer["next"] = next;
  return answer;
}

}  // namespace fairlead::views
