#include "master/daemon/role_changes.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "master/daemon/json_forms.h"
#include "runtime/adapters/http/json_text.h"

namespace fairlead {
namespace {

using json_forms::bad_body;
using nlohmann::json;

constexpr std::size_t kQuotedMax = 100;

/// Takes a member that both kinds of change have.
bool read_flag(const std::string& key, const json& value, const char* name, bool& into) {
  if (key != name || !value.is_boolean()) return false;
  into = value.get<bool>();
  return true;
}

bool read_text(const std::string& key, const json& value, const char* name, std::string& into) {
  if (key != name || !value.is_string()) return false;
  into = value.get<std::string>();
  return true;
}

constexpr const char* kQuotaBody =
    R"({"quotas":[{"role":"a/b","guarantee":"cpus:4;mem:8GiB","limit":"cpus:8"}],)"
    R"("force":false,"dry_run":false}, the last two optional; without guarantee and limit a )"
    "quota is taken away";

/// An error of what a text says; false when the object is no setting at all.
Result<bool> read_setting(const json& object, QuotaSetting& setting) {
  if (!object.is_object() || !object.contains("role")) return false;
  std::string guarantee;
  std::string limit;
  for (const auto& [key, value] : object.items()) {
    bool is_known = read_text(key, value, "role", setting.role.text) ||
                    read_text(key, value, "guarantee", guarantee) ||
                    read_text(key, value, "limit", limit);
    if (!is_known) return false;
  }
  Result<Quota> quota = parse_quota(guarantee, limit);
  if (!quota) {
    return Error{quota.error().code, "quota of role " + setting.role.text.substr(0, kQuotedMax) +
                                         ": " + quota.error().message};
  }
  setting.quota = *quota;
  return true;
}

}  // namespace

Result<OperatorCall> read_weight_change(const std::string& role, const std::string& body) {
  constexpr const char* kBody = R"({"weight":"2.5","dry_run":false}, the last one optional)";
  const json object = parse_json(body);
  if (!object.is_object() || !object.contains("weight")) return bad_body(kBody, body);
  OperatorCall call;
  std::string text;
  for (const auto& [key, value] : object.items()) {
    bool is_known =
        read_text(key, value, "weight", text) || read_flag(key, value, "dry_run", call.dry_run);
    if (!is_known) return bad_body(kBody, body);
  }
  // A weight is a number of thousandths, as custom scalars are.
  Result<Amounts> weight = parse_amounts("weight:" + text);
  if (!weight || weight->scalars.custom.size() != 1) {
    return invalid(
        {.what = "weight", .expected = "0.001..1048.576", .got = text.substr(0, kQuotedMax)});
  }
  call.request = SetWeight{{role}, weight->scalars.custom[0].milli};
  return call;
}

Result<OperatorCall> read_quota_change(const std::string& body) {
  const json object = parse_json(body);
  if (!object.is_object() || !object.contains("quotas")) return bad_body(kQuotaBody, body);
  OperatorCall call;
  SetQuota set;
  for (const auto& [key, value] : object.items()) {
    if (read_flag(key, value, "dry_run", call.dry_run) ||
        read_flag(key, value, "force", set.change.force)) {
      continue;
    }
    if (key != "quotas" || !value.is_array()) return bad_body(kQuotaBody, body);
    for (const json& one : value) {
      Result<bool> read = read_setting(one, set.change.settings.emplace_back());
      if (!read) return read.error();
      if (!*read) return bad_body(kQuotaBody, body);
    }
  }
  call.request = std::move(set);
  return call;
}

// --- answers -------------------------------------------------------------------------------------

namespace views {
namespace {

json view_of(const master::MasterState& state, const OutstandingOffer& offer) {
  const master::AgentEntry& agent = state.agents[offer.agent.index];
  return {{"framework", state.frameworks[offer.framework.index].info.id.text},
          {"framework_name", state.frameworks[offer.framework.index].info.name},
          {"role", offer.role.text},
          {"agent", agent.text.id()},
          {"hostname", agent.hostname()},
          {"resources", json_forms::of(offer.resources)}};
}

/// How many tasks of the framework hold something in exactly that role.
std::size_t tasks_in(const master::MasterState& state, const Holder& holder) {
  std::size_t count = 0;
  for (std::uint32_t slot = state.tasks.first_of(holder.framework); slot != master::kNoSlot;
       slot = state.tasks.next_of_framework(slot)) {
    const master::TaskEntry& task = state.tasks[slot];
    bool is_there =
        task.holds && task.role != master::kNoSlot && state.roles[task.role] == holder.role;
    if (is_there) ++count;
  }
  return count;
}

json view_of(const master::MasterState& state, const OverLimit& over) {
  json holders = json::array();
  for (const Holder& holder : over.holders) {
    const FrameworkInfo& info = state.frameworks[holder.framework.index].info;
    holders.push_back({{"framework", info.id.text},
                       {"framework_name", info.name},
                       {"role", holder.role.text},
                       {"held", json_forms::of(holder.held, {})},
                       {"tasks", tasks_in(state, holder)}});
  }
  return {{"role", over.role.text},
          {"excess", json_forms::of(over.excess, {})},
          {"held_by", std::move(holders)}};
}

json view_of(const std::vector<TurnMoved>& moved) {
  json list = json::array();
  for (const TurnMoved& one : moved) list.push_back({{"role", one.role.text}, {"why", one.why}});
  return list;
}

}  // namespace

json quotas(const MasterCore& core) {
  json list = json::array();
  for (const RoleQuotaUse& one : core.allocator().quotas()) {
    list.push_back({{"role", one.role.text},
                    {"guarantee", json_forms::of(one.quota.guarantees, Quota{}.guarantees)},
                    {"limit", json_forms::of(one.quota.limits, Quota{}.limits)},
                    {"consumed", json_forms::of(one.consumed, {})},
                    {"held", json_forms::of(one.held, {})}});
  }
  return {{"quotas", std::move(list)}};
}

json what_if(const MasterCore& core, const WhatIf& found) {
  const master::MasterState& state = core.state();
  json rescinded = json::array();
  for (const WouldRescind& one : found.rescinded) {
    json view = view_of(state, one.offer);
    view["offer"] = one.offer.offer.number;
    view["reason"] = one.reason;
    rescinded.push_back(std::move(view));
  }
  json offered = json::array();
  for (const OutstandingOffer& one : found.offered) offered.push_back(view_of(state, one));
  json over_limit = json::array();
  for (const OverLimit& one : found.over_limit) over_limit.push_back(view_of(state, one));
  return {{"dry_run", true},
          {"rescinded", std::move(rescinded)},
          {"offered", std::move(offered)},
          {"delayed", view_of(found.delayed)},
          {"sooner", view_of(found.sooner)},
          {"over_limit", std::move(over_limit)}};
}

}  // namespace views
}  // namespace fairlead
