#include "common/resources.h"

#include <algorithm>
#include <map>

#include "common/devices.h"

namespace fairlead {
namespace {

auto find_kind(std::vector<Lot>& lots, const LotKind& kind) {
  return std::lower_bound(lots.begin(), lots.end(), kind,
                          [](const Lot& lot, const LotKind& k) { return lot.kind < k; });
}

const Amounts* amounts_of(const Resources& resources, const LotKind& kind) {
  auto at = std::lower_bound(resources.lots.begin(), resources.lots.end(), kind,
                             [](const Lot& lot, const LotKind& k) { return lot.kind < k; });
  return at != resources.lots.end() && at->kind == kind ? &at->amounts : nullptr;
}

void add_lot(Resources& sum, const LotKind& kind, const Amounts& amounts) {
  if (amounts.is_zero()) return;
  auto at = find_kind(sum.lots, kind);
  if (at != sum.lots.end() && at->kind == kind) {
    add(at->amounts, amounts);
  } else {
    sum.lots.insert(at, Lot{kind, amounts});
  }
}

/// Moves `count` values from the low end of `from` to `to`; false if there are too few.
bool take_lowest(std::vector<Interval>& from, std::uint64_t count, std::vector<Interval>& to) {
  if (count_of(from) < count) return false;
  while (count > 0) {
    Interval& first = from.front();
    std::uint64_t size = first.end - first.begin + 1;
    std::uint64_t taken = std::min(size, count);
    to.push_back({first.begin, first.begin + (taken - 1)});
    count -= taken;
    if (taken == size) {
      from.erase(from.begin());
    } else {
      first.begin += taken;
    }
  }
  to = normalized(std::move(to));
  return true;
}

/// Moves as much of the scalars of `want` as `lot` has.
void take_scalars(Quantities& want, Amounts& lot, Amounts& taken) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    std::int64_t part = std::min(want.standard[i], lot.scalars.standard[i]);
    want.standard[i] -= part;
    lot.scalars.standard[i] -= part;
    taken.scalars.standard[i] += part;
  }
  Quantities moved;
  for (const CustomScalar& wanted : want.custom) {
    for (const CustomScalar& have : lot.scalars.custom) {
      if (have.name != wanted.name) continue;
      moved.custom.push_back({wanted.name, std::min(wanted.milli, have.milli)});
    }
  }
  subtract(want, moved);
  subtract(lot.scalars, moved);
  add(taken.scalars, moved);
}

/// Moves as many values of every wanted ranges resource as `lot` has; `want` counts down.
void take_ranges(std::map<std::string, std::uint64_t>& want, Amounts& lot, Amounts& taken) {
  for (NamedRanges& have : lot.ranges) {
    auto wanted = want.find(have.name);
    if (wanted == want.end() || wanted->second == 0) continue;
    std::uint64_t count = std::min(wanted->second, count_of(have.intervals));
    NamedRanges moved{have.name, {}};
    check(take_lowest(have.intervals, count, moved.intervals), "counted before taking");
    wanted->second -= count;
    taken.ranges.push_back(std::move(moved));
  }
}

/// Whether a lot may be used for plain amounts: volumes and shared things are taken by name only.
bool is_cuttable(const LotKind& kind) {
  return !kind.volume && !kind.shared && !kind.revocable;
}

/// Moves what `lot` has of the shares in `left`, which counts down, with the gpus that belong to
/// them.
void take_shares(std::vector<DeviceShare>& left, const Amounts& lot, Amounts& taken) {
  const std::vector<Interval>* have = find_ranges(lot, kGpuShares);
  if (have == nullptr) return;
  for (DeviceShare& one : left) {
    std::vector<Interval> of_device;
    std::uint64_t first = on_device(one.device, 1).intervals.front().begin;
    for (const Interval& interval : *have) {
      Interval both{std::max(interval.begin, first),
                    std::min(interval.end, first + (kDeviceMilli - 1))};
      if (both.begin <= both.end) of_device.push_back(both);
    }
    auto count = std::min(static_cast<std::uint64_t>(one.milli), count_of(of_device));
    if (count == 0) continue;
    Amounts moved;
    moved.scalars[StandardScalar::kGpus] = static_cast<std::int64_t>(count);
    moved.ranges.push_back({std::string(kGpuShares), {}});
    check(take_lowest(of_device, count, moved.ranges.front().intervals), "counted before taking");
    one.milli -= static_cast<std::int64_t>(count);
    add(taken, moved);
  }
}

/// What of `lots` a role may be given, reserved lots first.
std::vector<const Lot*> cuttable_by(const Resources& have, const RoleName& role) {
  std::vector<const Lot*> lots;
  for (bool reserved : {true, false}) {
    for (const Lot& lot : have.lots) {
      bool usable = lot.kind.is_reserved() == reserved && is_cuttable(lot.kind) &&
                    (!reserved || is_ancestor_or_self(lot.kind.reservations.back().role, role));
      if (usable) lots.push_back(&lot);
    }
  }
  return lots;
}

/// The shares that `want` gets of those lots; empty where it wants no gpus, or no devices are
/// there.
std::optional<std::vector<DeviceShare>> shares_for(const std::vector<const Lot*>& lots,
                                                   const Amounts& want) {
  const std::vector<Interval>* named = find_ranges(want, kGpuShares);
  std::int64_t gpus = want.scalars[StandardScalar::kGpus];
  std::vector<Interval> all;
  for (const Lot* lot : lots) {
    const std::vector<Interval>* shares = find_ranges(lot->amounts, kGpuShares);
    if (shares != nullptr) all.insert(all.end(), shares->begin(), shares->end());
  }
  std::vector<DeviceShare> none;
  if (all.empty() || (gpus == 0 && named == nullptr)) return none;
  std::vector<DeviceShare> only = named == nullptr ? none : devices_of(*named);
  if (named != nullptr && count_of(*named) != static_cast<std::uint64_t>(gpus)) return std::nullopt;
  return choose_devices(devices_of(normalized(std::move(all))), gpus, only);
}

}  // namespace

Resources plain(Amounts amounts) {
  Resources resources;
  if (!amounts.is_zero()) resources.lots.push_back({LotKind{}, std::move(amounts)});
  return resources;
}

bool contains(const Resources& whole, const Resources& part) {
  return std::all_of(part.lots.begin(), part.lots.end(), [&](const Lot& lot) {
    const Amounts* have = amounts_of(whole, lot.kind);
    return have != nullptr && contains(*have, lot.amounts);
  });
}

void add(Resources& sum, const Resources& part) {
  for (const Lot& lot : part.lots) add_lot(sum, lot.kind, lot.amounts);
}

void subtract(Resources& whole, const Resources& part) {
  check(contains(whole, part), "only what is there can be taken");
  for (const Lot& lot : part.lots) {
    auto at = find_kind(whole.lots, lot.kind);
    subtract(at->amounts, lot.amounts);
    if (at->amounts.is_zero()) whole.lots.erase(at);
  }
}

Amounts total(const Resources& resources) {
  Amounts sum;
  for (const Lot& lot : resources.lots) add(sum, lot.amounts);
  return sum;
}

Quantities scalars(const Resources& resources) {
  Quantities sum;
  for (const Lot& lot : resources.lots) add(sum, lot.amounts.scalars);
  return sum;
}

bool is_ancestor_or_self(const RoleName& ancestor, const RoleName& role) {
  if (!role.text.starts_with(ancestor.text)) return false;
  return role.text.size() == ancestor.text.size() || role.text[ancestor.text.size()] == '/';
}

Resources usable_by(const Resources& resources, const RoleName& role) {
  Resources usable;
  for (const Lot& lot : resources.lots) {
    if (!lot.kind.is_reserved() || is_ancestor_or_self(lot.kind.reservations.back().role, role)) {
      usable.lots.push_back(lot);
    }
  }
  return usable;
}

std::optional<Resources> take(const Resources& have, const Amounts& want, const RoleName& role) {
  std::vector<const Lot*> lots = cuttable_by(have, role);
  std::optional<std::vector<DeviceShare>> shares_left = shares_for(lots, want);
  if (!shares_left) return std::nullopt;
  Quantities scalars_left = want.scalars;
  std::map<std::string, std::uint64_t> values_left;
  for (const NamedRanges& one : want.ranges) values_left[one.name] = count_of(one.intervals);
  if (!shares_left->empty()) {
    scalars_left[StandardScalar::kGpus] = 0;
    values_left.erase(std::string(kGpuShares));
  }
  Resources taken;
  for (const Lot* lot : lots) {
    Amounts rest = lot->amounts;
    Amounts moved;
    take_scalars(scalars_left, rest, moved);
    take_ranges(values_left, rest, moved);
    take_shares(*shares_left, lot->amounts, moved);
    add_lot(taken, lot->kind, moved);
  }
  bool complete = scalars_left.is_zero() &&
                  std::all_of(values_left.begin(), values_left.end(),
                              [](const auto& left) { return left.second == 0; }) &&
                  std::all_of(shares_left->begin(), shares_left->end(),
                              [](const DeviceShare& left) { return left.milli == 0; });
  if (!complete || !want.sets.empty()) return std::nullopt;
  // On an agent that shrank there may be more values than gpus.
  if (!shares_left->empty() && !contains(have, taken)) return std::nullopt;
  return taken;
}

bool has_shared(const Resources& resources) {
  return std::any_of(resources.lots.begin(), resources.lots.end(),
                     [](const Lot& lot) { return lot.kind.shared; });
}

Resources shared_part(const Resources& resources) {
  Resources part = resources;
  std::erase_if(part.lots, [](const Lot& lot) { return !lot.kind.shared; });
  return part;
}

Resources divisible_part(const Resources& resources) {
  Resources part = resources;
  std::erase_if(part.lots, [](const Lot& lot) { return lot.kind.shared; });
  return part;
}

Resources revocable_part(const Resources& resources) {
  Resources part;
  for (const Lot& lot : resources.lots) {
    if (!lot.kind.revocable || lot.kind.volume || lot.kind.shared) continue;
    part.lots.push_back(lot);
    part.lots.back().kind.revocable = false;
  }
  return part;
}

Resources as_revocable(Resources resources) {
  for (Lot& lot : resources.lots) lot.kind.revocable = true;
  return resources;
}

}  // namespace fairlead
