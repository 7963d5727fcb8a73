// Quota of a role: what it is guaranteed and what it may use at most, of cpus, mem, disk and gpus.
// Values and the rules that one tree of quotas has to keep; who is offered what under them is
// decided in allocator/. Not thread-safe, as any value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/amounts.h"
#include "common/ids.h"
#include "common/result.h"

namespace fairlead {

/// Of each standard scalar, in base units.
using StandardAmounts = std::array<std::int64_t, kStandardScalars>;

inline constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// Roles with a quota: every event asks each of them whether it has room again.
inline constexpr std::size_t kQuotasMax = 4'096;
/// Declared shapes in which one guarantee is held; with more it is held in amounts: each is counted
/// at every change of an agent.
inline constexpr std::size_t kHeldShapesMax = 16;
/// Settings in one change: it is one write of the registry, below limits::kZnodeOpsMax.
inline constexpr std::size_t kQuotaSettingsMax = 128;

struct Quota {
  StandardAmounts guarantees{};                                       ///< 0: nothing is guaranteed
  StandardAmounts limits = {kNoLimit, kNoLimit, kNoLimit, kNoLimit};  ///< 0: nothing may be used

  bool has_guarantees() const { return guarantees != Quota{}.guarantees; }
  bool has_limits() const { return limits != Quota{}.limits; }
  /// As if it had never been set.
  bool is_none() const { return *this == Quota{}; }
  friend bool operator==(const Quota&, const Quota&) = default;
};

/// Reads "cpus:4;mem:8GiB" over `base`: what is not named stays. Other names are refused.
Result<StandardAmounts> parse_quota_amounts(std::string_view text, StandardAmounts base);
/// Both as above; "" is no guarantee, and no limit.
Result<Quota> parse_quota(std::string_view guarantees, std::string_view limits);
/// "cpus:4;mem:8GiB" of those that differ from `base`; "none" when all are alike.
std::string to_string(const StandardAmounts& amounts, const StandardAmounts& base);
/// "guarantee cpus:4, limit cpus:8".
std::string to_string(const Quota& quota);

/// Within bounds, and no guarantee above its limit: what holds of one quota by itself.
Status check_quota(const RoleName& role, const Quota& quota);

/// The quota that a role is to have; Quota{} takes it away.
struct QuotaSetting {
  RoleName role;
  Quota quota;
  friend bool operator==(const QuotaSetting&, const QuotaSetting&) = default;
};

/// Settings that come to be together or not at all.
struct QuotaChange {
  std::vector<QuotaSetting> settings;
  bool force = false;  ///< guarantees may pass what the cluster has
};

/// `quotas` as they are after the change.
std::map<RoleName, Quota> quotas_after(std::map<RoleName, Quota> quotas, const QuotaChange& change);

/// Whether `quotas` keep the rules after the change: on every level the guarantees of the
/// sub-roles fit within that of their parent, no limit is above that of an ancestor, and all
/// guarantees fit into `cluster`. A parent without a guarantee of a resource counts as one that
/// guarantees the sum of its sub-roles. O(quotas x depth).
Status check_quotas(const std::map<RoleName, Quota>& quotas, const QuotaChange& change,
                    const Quantities& cluster);

}  // namespace fairlead
