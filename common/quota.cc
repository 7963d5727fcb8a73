#include "common/quota.h"

#include <algorithm>
#include <set>

#include "common/amounts_text.h"
#include "common/limits.h"
#include "common/resources.h"

namespace fairlead {
namespace {

constexpr std::array<const char*, kStandardScalars> kNames = {"cpus", "mem", "disk", "gpus"};

RoleName parent_of(const RoleName& role) {
  std::size_t slash = role.text.rfind('/');
  return {slash == std::string::npos ? "" : role.text.substr(0, slash)};
}

std::string amount_text(std::size_t i, std::int64_t amount) {
  return std::string(kNames[i]) + ":" + scalar_to_string(kNames[i], amount);
}

Error complaint(const RoleName& role, std::string expected, std::string got, std::string hint) {
  return invalid({.what = "quota of role " + role.text,
                  .where = "",
                  .expected = std::move(expected),
                  .got = std::move(got),
                  .hint = std::move(hint)});
}

/// What is guaranteed below each role that has sub-roles with a guarantee; "" is the whole cluster.
using Sums = std::map<RoleName, std::int64_t>;

std::int64_t at(const Sums& sums, const RoleName& role) {
  auto found = sums.find(role);
  return found == sums.end() ? 0 : found->second;
}

/// Every role with a quota and all above it, sub-roles first.
std::vector<RoleName> roles_upwards(const std::map<RoleName, Quota>& quotas) {
  std::set<RoleName> roles;
  for (const auto& [role, quota] : quotas) {
    for (RoleName up = role; !up.empty(); up = parent_of(up)) roles.insert(up);
  }
  // A role is a first part of its sub-roles' names, so it sorts before them.
  return {roles.rbegin(), roles.rend()};
}

/// Of resource `i`. A role counts with its own guarantee, or with that of its sub-roles where it
/// has none.
Sums sums_below(const std::map<RoleName, Quota>& quotas, std::size_t i) {
  Sums below;
  for (const RoleName& role : roles_upwards(quotas)) {
    auto own = quotas.find(role);
    std::int64_t guaranteed = own == quotas.end() ? 0 : own->second.guarantees[i];
    std::int64_t counted = guaranteed > 0 ? guaranteed : at(below, role);
    if (counted > 0) below[parent_of(role)] += counted;
  }
  return below;
}

/// Whom of the change to blame for what is wrong at `role`.
const RoleName& changed_near(const QuotaChange& change, const RoleName& role) {
  const RoleName* near = &change.settings.front().role;
  for (const QuotaSetting& one : change.settings) {
    if (one.role == role) return one.role;
    if (is_ancestor_or_self(role, one.role) || is_ancestor_or_self(one.role, role))
      near = &one.role;
  }
  return *near;
}

Status check_levels(const std::map<RoleName, Quota>& quotas, const Sums& below,
                    const QuotaChange& change, std::size_t i) {
  for (const auto& [role, quota] : quotas) {
    std::int64_t sum = at(below, role);
    if (quota.guarantees[i] == 0 || sum <= quota.guarantees[i]) continue;
    return complaint(changed_near(change, role),
                     "guarantees below role " + role.text + " of at most its own " +
                         amount_text(i, quota.guarantees[i]),
                     amount_text(i, sum) + " together",
                     "raise the guarantee of " + role.text + " first, or lower one below it");
  }
  return {};
}

/// `before` and `after` are guaranteed to all together.
Status check_capacity(const QuotaChange& change, std::size_t i, std::int64_t before,
                      std::int64_t after, const Quantities& cluster) {
  // What is too much already is no reason to refuse less of it.
  if (after <= before) return {};
  std::int64_t most = change.force ? limits::kQuantityMax : cluster.standard[i];
  if (after <= most) return {};
  auto raised = std::ranges::find_if(
      change.settings, [&](const QuotaSetting& one) { return one.quota.guarantees[i] > 0; });
  const RoleName& blamed =
      raised == change.settings.end() ? change.settings.front().role : raised->role;
  const char* whose = change.force ? "of at most " : "of at most the cluster's ";
  return complaint(blamed, "guarantees " + std::string(whose) + amount_text(i, most),
                   amount_text(i, after) + " together",
                   change.force ? "" : "force it if agents are still to come");
}

Status check_limits(const std::map<RoleName, Quota>& quotas, const QuotaChange& change) {
  for (const auto& [role, quota] : quotas) {
    for (RoleName above = parent_of(role); !above.empty(); above = parent_of(above)) {
      auto known = quotas.find(above);
      if (known == quotas.end()) continue;
      for (std::size_t i = 0; i < kStandardScalars; ++i) {
        std::int64_t limit = known->second.limits[i];
        // No limit of its own is below every ancestor's: that one holds for it as well.
        bool is_above = quota.limits[i] != kNoLimit && quota.limits[i] > limit;
        if (is_above) {
          return complaint(changed_near(change, role),
                           "a limit of role " + role.text + " of at most " + amount_text(i, limit) +
                               ", which is that of role " + above.text,
                           amount_text(i, quota.limits[i]), "");
        }
        if (quota.guarantees[i] > limit) {
          return complaint(changed_near(change, role),
                           "a guarantee of role " + role.text + " of at most " +
                               amount_text(i, limit) + ", which is the limit of role " + above.text,
                           amount_text(i, quota.guarantees[i]), "");
        }
      }
    }
  }
  return {};
}

Status check_settings(const QuotaChange& change) {
  if (change.settings.empty() || change.settings.size() > kQuotaSettingsMax) {
    return invalid({.what = "quota",
                    .where = "",
                    .expected = "1.." + std::to_string(kQuotaSettingsMax) + " roles",
                    .got = std::to_string(change.settings.size()),
                    .hint = ""});
  }
  std::set<RoleName> named;
  for (const QuotaSetting& one : change.settings) {
    Status single = check_quota(one.role, one.quota);
    if (!single) return single;
    if (!named.insert(one.role).second) {
      return complaint(one.role, "each role once in one change", "it twice", "");
    }
  }
  return {};
}

}  // namespace

Result<StandardAmounts> parse_quota_amounts(std::string_view text, StandardAmounts base) {
  Result<std::vector<NamedText>> entries = split_resource_text(text);
  if (!entries) return entries.error();
  std::set<std::size_t> named;
  for (const NamedText& entry : *entries) {
    auto at = std::find(kNames.begin(), kNames.end(), entry.name);
    auto i = static_cast<std::size_t>(at - kNames.begin());
    if (at == kNames.end() || !named.insert(i).second) {
      return invalid({.what = "quota",
                      .where = "",
                      .expected = "cpus, mem, disk or gpus, each once",
                      .got = std::string(entry.name),
                      .hint = ""});
    }
    Amounts one;
    Status read = read_amount(entry.name, entry.value, one);
    if (!read) return read.error();
    base[i] = one.scalars.standard[i];
  }
  return base;
}

Result<Quota> parse_quota(std::string_view guarantees, std::string_view limits) {
  Result<StandardAmounts> guaranteed = parse_quota_amounts(guarantees, Quota{}.guarantees);
  if (!guaranteed) return guaranteed.error();
  Result<StandardAmounts> limit = parse_quota_amounts(limits, Quota{}.limits);
  if (!limit) return limit.error();
  return Quota{.guarantees = *guaranteed, .limits = *limit};
}

std::string to_string(const StandardAmounts& amounts, const StandardAmounts& base) {
  std::string text;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (amounts[i] == base[i]) continue;
    text += (text.empty() ? "" : ";") + amount_text(i, amounts[i]);
  }
  return text.empty() ? "none" : text;
}

std::string to_string(const Quota& quota) {
  return "guarantee " + to_string(quota.guarantees, Quota{}.guarantees) + ", limit " +
         to_string(quota.limits, Quota{}.limits);
}

Status check_quota(const RoleName& role, const Quota& quota) {
  Status named = check_role_name(role.text);
  if (!named) return named;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t guaranteed = quota.guarantees[i];
    std::int64_t limit = quota.limits[i];
    bool is_bounded = guaranteed >= 0 && guaranteed <= limits::kQuantityMax && limit >= 0 &&
                      (limit <= limits::kQuantityMax || limit == kNoLimit);
    if (!is_bounded) {
      return complaint(role, "0..2^52 base units of " + std::string(kNames[i]),
                       std::to_string(guaranteed) + " and " + std::to_string(limit), "");
    }
    if (guaranteed > limit) {
      return complaint(role, "a guarantee of at most its limit " + amount_text(i, limit),
                       amount_text(i, guaranteed), "");
    }
  }
  return {};
}

std::map<RoleName, Quota> quotas_after(std::map<RoleName, Quota> quotas,
                                       const QuotaChange& change) {
  for (const QuotaSetting& one : change.settings) {
    if (one.quota.is_none()) {
      quotas.erase(one.role);
    } else {
      quotas[one.role] = one.quota;
    }
  }
  return quotas;
}

Status check_quotas(const std::map<RoleName, Quota>& quotas, const QuotaChange& change,
                    const Quantities& cluster) {
  Status readable = check_settings(change);
  if (!readable) return readable;
  const std::map<RoleName, Quota> after = quotas_after(quotas, change);
  if (after.size() > kQuotasMax && after.size() > quotas.size()) {
    return Error{ErrorCode::kExhausted,
                 "quota: at most " + std::to_string(kQuotasMax) + " roles have one"};
  }
  Status limited = check_limits(after, change);
  if (!limited) return limited;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    const Sums below = sums_below(after, i);
    Status nested = check_levels(after, below, change, i);
    if (!nested) return nested;
    Status fits = check_capacity(change, i, at(sums_below(quotas, i), {}), at(below, {}), cluster);
    if (!fits) return fits;
  }
  return {};
}

}  // namespace fairlead
