#include "allocator/shares.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "allocator/ranking.h"
#include "common/standard_amounts.h"

namespace fairlead::allocation {
namespace {

constexpr std::int64_t kLeafWeightMilli = 1000;

enum class As { kOffered, kHeld };

constexpr std::array<std::string_view, kStandardScalars> kScalarNames = {"cpus", "mem", "disk",
                                                                         "gpus"};

std::int64_t custom_of(const Quantities& quantities, const std::string& name) {
  for (const CustomScalar& one : quantities.custom) {
    if (one.name == name) return one.milli;
  }
  return 0;
}

StandardAmounts revocable_of(const Resources& resources) {
  StandardAmounts sum{};
  for (const Lot& lot : resources.lots) {
    for (std::size_t i = 0; lot.kind.revocable && i < kStandardScalars; ++i) {
      sum[i] += lot.amounts.scalars.standard[i];
    }
  }
  return sum;
}

void charge(State& state, ClientIndex client, const Resources& resources, As as) {
  const Quantities amount = scalars(resources);
  const StandardAmounts revocable = revocable_of(resources);
  const bool is_any_revocable = revocable != StandardAmounts{};
  along_path(state, client, [&](Usage& usage) {
    add(usage.used, amount);
    if (is_any_revocable) add(usage.revocable, revocable);
    if (as == As::kHeld) return;
    ++usage.times;
    add(usage.offered, amount);
    if (is_any_revocable) add(usage.revocable_offered, revocable);
  });
  refresh_competition(state, client_of(state, client).role);
  note_rank(state, client);
}

void release(State& state, ClientIndex client, const Resources& resources, As as) {
  const Quantities amount = scalars(resources);
  const StandardAmounts revocable = revocable_of(resources);
  const bool is_any_revocable = revocable != StandardAmounts{};
  along_path(state, client, [&](Usage& usage) {
    subtract(usage.used, amount);
    if (is_any_revocable) subtract(usage.revocable, revocable);
    if (as == As::kHeld) return;
    subtract(usage.offered, amount);
    if (is_any_revocable) subtract(usage.revocable_offered, revocable);
  });
  refresh_competition(state, client_of(state, client).role);
  note_rank(state, client);
}

}  // namespace

std::strong_ordering compare(const Fraction& a, std::int64_t weight_milli_a, const Fraction& b,
                             std::int64_t weight_milli_b) {
  __int128 left = static_cast<__int128>(a.part) * b.whole * weight_milli_b;
  __int128 right = static_cast<__int128>(b.part) * a.whole * weight_milli_a;
  if (left < right) return std::strong_ordering::less;
  return left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

Fraction dominant_of(const Quantities& used, const Quantities& cluster, std::string* name) {
  Fraction most;
  std::string_view dominant;
  auto consider = [&](std::int64_t part, std::int64_t whole, std::string_view resource) {
    if (part <= 0 || whole <= 0) return;
    bool is_more =
        static_cast<__int128>(part) * most.whole > static_cast<__int128>(most.part) * whole;
    if (!is_more) return;
    most = {part, whole};
    dominant = resource;
  };
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    consider(used.standard[i], cluster.standard[i], kScalarNames[i]);
  }
  for (const CustomScalar& one : used.custom) {
    consider(one.milli, custom_of(cluster, one.name), one.name);
  }
  if (name != nullptr) *name = dominant;
  return most;
}

Quantities without_excluded(const AllocatorConfig& config, Quantities amounts) {
  for (const std::string& name : config.fair_share_excluded) {
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (name == kScalarNames[i]) amounts.standard[i] = 0;
    }
    auto at = std::find_if(amounts.custom.begin(), amounts.custom.end(),
                           [&](const CustomScalar& one) { return one.name == name; });
    if (at != amounts.custom.end()) amounts.custom.erase(at);
  }
  return amounts;
}

void refresh_competition(State& state, RoleIndex index) {
  RoleNode& role = role_of(state, index);
  bool is_competing = role.wanting > 0 || !role.own.used.is_zero();
  std::int64_t leaf = is_competing ? kLeafWeightMilli : 0;
  role.competing_weights += leaf - std::exchange(role.leaf_weight, leaf);
  for (RoleIndex at = index; at != kRootRole; at = role_of(state, at).parent) {
    RoleNode& one = role_of(state, at);
    std::int64_t weight = one.competing_weights > 0 ? one.weight_milli : 0;
    role_of(state, one.parent).competing_weights +=
        weight - std::exchange(one.counted_weight, weight);
  }
}

void charge_offered(State& state, ClientIndex client, const Resources& resources) {
  charge(state, client, resources, As::kOffered);
}

void release_offered(State& state, ClientIndex client, const Resources& resources) {
  release(state, client, resources, As::kOffered);
}

void uncharge_offered(State& state, ClientIndex client, const Resources& resources) {
  release(state, client, resources, As::kOffered);
  along_path(state, client, [](Usage& usage) { --usage.times; });
}

void charge_held(State& state, ClientIndex client, const Resources& resources) {
  charge(state, client, resources, As::kHeld);
}

void release_held(State& state, ClientIndex client, const Resources& resources) {
  release(state, client, resources, As::kHeld);
}

void offered_becomes_held(State& state, ClientIndex client, const Resources& resources) {
  const Quantities amount = scalars(resources);
  const StandardAmounts revocable = revocable_of(resources);
  along_path(state, client, [&](Usage& usage) {
    subtract(usage.offered, amount);
    subtract(usage.revocable_offered, revocable);
  });
}

}  // namespace fairlead::allocation
