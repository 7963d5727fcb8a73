#include "common/devices.h"

#include <algorithm>

#include "common/amounts_text.h"
#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::uint64_t kValues = static_cast<std::uint64_t>(kDeviceMilli);

const std::vector<Interval>& shares_of(const Amounts& amounts) {
  static const std::vector<Interval> kNone;
  const std::vector<Interval>* shares = find_ranges(amounts, kGpuShares);
  return shares == nullptr ? kNone : *shares;
}

std::int64_t count_of_shares(const Amounts& amounts) {
  return static_cast<std::int64_t>(count_of(shares_of(amounts)));
}

std::string gpus_text(std::int64_t milli) {
  return scalar_to_string("gpus", milli);
}

bool is_share_or_whole(std::int64_t milli) {
  return milli < kDeviceMilli || milli % kDeviceMilli == 0;
}

/// Lots say the same twice: as a number, and as values.
Status check_lots(const Resources& resources, const std::string& what) {
  for (const Lot& lot : resources.lots) {
    std::int64_t gpus = lot.amounts.scalars[StandardScalar::kGpus];
    std::int64_t shares = count_of_shares(lot.amounts);
    if (gpus == shares) continue;
    return invalid({.what = what,
                    .where = "gpu_shares",
                    .expected = std::to_string(gpus) + " values, a thousand for each of the " +
                                gpus_text(gpus) + " gpus",
                    .got = std::to_string(shares),
                    .hint = "device i is gpu_shares:[i*1000-i*1000+999]"});
  }
  return {};
}

}  // namespace

bool has_devices(const Resources& resources) {
  return std::any_of(resources.lots.begin(), resources.lots.end(), [](const Lot& lot) {
    return find_ranges(lot.amounts, kGpuShares) != nullptr;
  });
}

std::vector<DeviceShare> devices_of(const std::vector<Interval>& intervals) {
  std::vector<DeviceShare> devices;
  for (Interval rest : intervals) {
    while (rest.begin <= rest.end) {
      std::uint64_t device = rest.begin / kValues;
      std::uint64_t last = std::min(rest.end, device * kValues + (kValues - 1));
      auto milli = static_cast<std::int64_t>(last - rest.begin + 1);
      auto number = static_cast<std::uint32_t>(device);
      if (!devices.empty() && devices.back().device == number) {
        devices.back().milli += milli;
      } else {
        devices.push_back({number, milli});
      }
      rest.begin = last + 1;
    }
  }
  return devices;
}

std::vector<DeviceShare> devices_of(const Resources& resources) {
  std::vector<Interval> all;
  for (const Lot& lot : resources.lots) {
    const std::vector<Interval>& shares = shares_of(lot.amounts);
    all.insert(all.end(), shares.begin(), shares.end());
  }
  return devices_of(normalized(std::move(all)));
}

NamedRanges on_device(std::uint32_t device, std::int64_t milli) {
  std::uint64_t first = device * kValues;
  return {std::string(kGpuShares), {{first, first + static_cast<std::uint64_t>(milli) - 1}}};
}

std::optional<std::vector<DeviceShare>> choose_devices(const std::vector<DeviceShare>& there,
                                                       std::int64_t milli,
                                                       const std::vector<DeviceShare>& only) {
  if (!is_share_or_whole(milli)) return std::nullopt;
  auto may = [&](const DeviceShare& one) {
    return only.empty() || std::any_of(only.begin(), only.end(), [&](const DeviceShare& named) {
             return named.device == one.device;
           });
  };
  std::vector<DeviceShare> chosen;
  if (milli < kDeviceMilli) {
    const DeviceShare* best = nullptr;
    for (const DeviceShare& one : there) {
      if (one.milli < milli || !may(one)) continue;
      if (best == nullptr || one.milli < best->milli) best = &one;
    }
    if (best == nullptr) return std::nullopt;
    chosen.push_back({best->device, milli});
    return chosen;
  }
  auto count = static_cast<std::size_t>(milli / kDeviceMilli);
  for (const DeviceShare& one : there) {
    if (chosen.size() < count && one.milli == kDeviceMilli && may(one)) chosen.push_back(one);
  }
  if (chosen.size() < count) return std::nullopt;
  return chosen;
}

void cut_shares_to_gpus(Amounts& amounts) {
  auto at = std::find_if(amounts.ranges.begin(), amounts.ranges.end(),
                         [](const NamedRanges& one) { return one.name == kGpuShares; });
  if (at == amounts.ranges.end()) return;
  auto keep = static_cast<std::uint64_t>(amounts.scalars[StandardScalar::kGpus]);
  std::uint64_t there = count_of(at->intervals);
  while (there > keep) {
    Interval& last = at->intervals.back();
    std::uint64_t size = last.end - last.begin + 1;
    std::uint64_t cut = std::min(size, there - keep);
    there -= cut;
    if (cut == size) {
      at->intervals.pop_back();
    } else {
      last.end -= cut;
    }
  }
  if (at->intervals.empty()) amounts.ranges.erase(at);
}

void set_gpus_of_shares(Resources& part, const Resources& whole) {
  if (!has_devices(whole)) return;
  for (Lot& lot : part.lots) {
    lot.amounts.scalars[StandardScalar::kGpus] = count_of_shares(lot.amounts);
  }
  std::erase_if(part.lots, [](const Lot& lot) { return lot.amounts.is_zero(); });
}

Status check_gpus_wanted(const Amounts& want, const std::string& what) {
  if (find_ranges(want, kGpuShares) != nullptr) {
    return invalid({.what = what,
                    .where = "gpu_shares",
                    .expected = "gpus alone",
                    .got = "gpu_shares",
                    .hint = "the devices are chosen among those that an agent declares"});
  }
  std::int64_t gpus = want.scalars[StandardScalar::kGpus];
  if (is_share_or_whole(gpus)) return {};
  return invalid({.what = what,
                  .where = "gpus",
                  .expected = "a share of one device, below 1, or a whole number of them",
                  .got = gpus_text(gpus),
                  .hint = ""});
}

Status check_devices(const Resources& total, const std::string& what) {
  if (!has_devices(total)) return {};
  Status same = check_lots(total, what);
  if (!same) return same;
  std::uint32_t last = devices_of(total).back().device;
  if (last < limits::kDevicesMax) return {};
  return invalid({.what = what,
                  .where = "gpu_shares",
                  .expected = "devices 0.." + std::to_string(limits::kDevicesMax - 1),
                  .got = std::to_string(last),
                  .hint = ""});
}

Status check_device_use(const Resources& offered, const Resources& task, const std::string& what) {
  if (!has_devices(offered)) return {};
  Status same = check_lots(task, what);
  if (!same) return same;
  std::vector<DeviceShare> used = devices_of(task);
  bool is_one_share = used.size() <= 1;
  bool is_whole = std::all_of(used.begin(), used.end(),
                              [](const DeviceShare& one) { return one.milli == kDeviceMilli; });
  if (is_one_share || is_whole) return {};
  return invalid({.what = what,
                  .where = "gpu_shares",
                  .expected = "a share of one device, or whole ones",
                  .got = to_string(task),
                  .hint = ""});
}

}  // namespace fairlead
