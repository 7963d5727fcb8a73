#include "common/quota.h"

#include <algorithm>
#include <set>

#include "common/amounts_text.h"
#include "common/limits.h"

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
struct Sums {
  const std::map<RoleName, Quota>& quotas;
  std::size_t resource;
  std::map<RoleName, std::int64_t> below;

  /// Its own, or that of its sub-roles where it has none.
  std::int64_t of(const RoleName& role) const {
    auto own = quotas.find(role);
    if (own != quotas.end() && own->second.guarantees[resource] > 0) {
      return own->second.guarantees[resource];
    }
    auto sum = below.find(role);
    return sum == below.end() ? 0 : sum->second;
  }
};

/// Every role with a quota and all above it, sub-roles first.
std::vector<RoleName> roles_upwards(const std::map<RoleName, Quota>& quotas) {
  std::set<RoleName> roles;
  for (const auto& [role, quota] : quotas) {
    for (RoleName at = role; !at.empty(); at = parent_of(at)) roles.insert(at);
  }
  // A role is a first part of its sub-roles' names, so it sorts before them.
  return {roles.rbegin(), roles.rend()};
}

/// `most` is what the cluster has; kNoLimit when that does not matter.
Status check_sums(const std::map<RoleName, Quota>& quotas, const RoleName& changed,
                  std::int64_t most, std::size_t i) {
  Sums sums{.quotas = quotas, .resource = i, .below = {}};
  for (const RoleName& role : roles_upwards(quotas)) {
    auto own = quotas.find(role);
    std::int64_t guaranteed = own == quotas.end() ? 0 : own->second.guarantees[i];
    auto below = sums.below.find(role);
    if (guaranteed > 0 && below != sums.below.end() && below->second > guaranteed) {
      return complaint(changed,
                       "guarantees below role " + role.text + " of at most its own " +
                           amount_text(i, guaranteed),
                       amount_text(i, below->second) + " together",
                       "raise the guarantee of " + role.text + " first, or lower one below it");
    }
    std::int64_t counted = sums.of(role);
    if (counted > 0) sums.below[parent_of(role)] += counted;
  }
  std::int64_t all = sums.below[RoleName{}];
  if (all <= most) return {};
  return complaint(changed, "guarantees of at most the cluster's " + amount_text(i, most),
                   amount_text(i, all) + " together", "force it if agents are still to come");
}

Status check_limits(const std::map<RoleName, Quota>& quotas, const RoleName& changed) {
  for (const auto& [role, quota] : quotas) {
    for (RoleName above = parent_of(role); !above.empty(); above = parent_of(above)) {
      auto known = quotas.find(above);
      if (known == quotas.end()) continue;
      for (std::size_t i = 0; i < kStandardScalars; ++i) {
        std::int64_t limit = known->second.limits[i];
        // No limit of its own is below every ancestor's: that one holds for it as well.
        bool is_above = quota.limits[i] != kNoLimit && quota.limits[i] > limit;
        if (is_above) {
          return complaint(changed,
                           "a limit of role " + role.text + " of at most " + amount_text(i, limit) +
                               ", which is that of role " + above.text,
                           amount_text(i, quota.limits[i]), "");
        }
        if (quota.guarantees[i] > limit) {
          return complaint(changed,
                           "a guarantee of role " + role.text + " of at most " +
                               amount_text(i, limit) + ", which is the limit of role " + above.text,
                           amount_text(i, quota.guarantees[i]), "");
        }
      }
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

Status check_quotas(const std::map<RoleName, Quota>& quotas, const QuotaChange& change,
                    const Quantities& cluster) {
  Status single = check_quota(change.role, change.quota);
  if (!single) return single;
  std::map<RoleName, Quota> after = quotas;
  after[change.role] = change.quota;
  Status limited = check_limits(after, change.role);
  if (!limited) return limited;
  auto known = quotas.find(change.role);
  const StandardAmounts before =
      known == quotas.end() ? StandardAmounts{} : known->second.guarantees;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    // What is too much already is no reason to refuse less of it.
    bool is_raised = change.quota.guarantees[i] > before[i];
    std::int64_t most = is_raised && !change.force ? cluster.standard[i] : kNoLimit;
    Status fits = check_sums(after, change.role, most, i);
    if (!fits) return fits;
  }
  return {};
}

}  // namespace fairlead
