// What operators set about roles, quotas and weights: checked, and handed to the allocator. A dry
// run is checked alike, and asks the allocator what would follow.
#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"
#include "master/master_core.h"

namespace fairlead::master {

std::string quota_key_of(const RoleName& role) {
  return "quota/" + role.text;
}

std::string shown_change(const QuotaChange& change) {
  std::string text;
  const std::size_t shown = std::min(change.settings.size(), kQuotaSettingsMax);
  for (std::size_t i = 0; i < shown; ++i) {
    const QuotaSetting& one = change.settings[i];
    text += (i == 0 ? "role " : "; role ") + shortened(one.role.text) + " " + to_string(one.quota);
  }
  if (shown < change.settings.size()) text += "; …";
  return change.force ? text + ", forced" : text;
}

Status check_quota_change(const MasterState& state, const AllocatorCore& allocator,
                          const QuotaChange& change) {
  return check_quotas(state.quotas, change, allocator.cluster_total());
}

Status check_weight(const SetWeight& r) {
  Status named = check_role_name(r.role.text);
  if (!named) return named;
  if (r.weight_milli >= limits::kWeightMilliMin && r.weight_milli <= limits::kWeightMilliMax) {
    return {};
  }
  return invalid({.what = "set_weight",
                  .where = "role '" + r.role.text + "'",
                  .expected = "0.001..1048.576",
                  .got = std::to_string(r.weight_milli) + " thousandths",
                  .hint = {}});
}

void apply_quota_change(Context& c, const QuotaChange& change) {
  c.state.quotas = quotas_after(std::move(c.state.quotas), change);
  for (const allocation::QuotaSet& event : allocation::events_of(change)) tell_allocator(c, event);
}

}  // namespace fairlead::master

namespace fairlead {

Result<WhatIf> MasterCore::dry_run(const Principal& who, const OperatorRequest& request) const {
  if (!state_.leads) return Error{ErrorCode::kUnavailable, "dry run: this master does not lead"};
  if (Status allowed = may_ask(config_.acl, who, request); !allowed) return allowed.error();
  std::vector<allocation::Event> events;
  if (const auto* weight = std::get_if<SetWeight>(&request)) {
    if (Status valid = master::check_weight(*weight); !valid) return valid.error();
    events.emplace_back(allocation::WeightSet{weight->role, weight->weight_milli});
  } else if (const auto* quota = std::get_if<SetQuota>(&request)) {
    Status valid = master::check_quota_change(state_, allocator_, quota->change);
    if (!valid) return valid.error();
    for (const auto& event : allocation::events_of(quota->change)) events.emplace_back(event);
  } else {
    return Error{ErrorCode::kUnsupported, "dry run: of a quota or a weight only"};
  }
  return allocator_.what_if(events);
}

}  // namespace fairlead
