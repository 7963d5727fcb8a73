// Resources: amounts together with whose they are and what they are made of. A Resources value is
// a list of lots; a lot is the amounts that share one kind (reservations, volume, flags).
// Operations that reserve and make volumes: resource_operation.h.
//
// Invariants: 1. lots are sorted by kind, kinds unique. 2. no lot is zero.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "common/amounts.h"
#include "common/ids.h"
#include "common/rare.h"

namespace fairlead {

enum class ReservationKind : std::uint8_t { kStatic, kDynamic };

/// One level of a reservation. A refined one is a stack of them, outermost role first.
struct Reservation {
  RoleName role;
  ReservationKind kind = ReservationKind::kStatic;
  Principal principal;  ///< who made a dynamic one
  friend auto operator<=>(const Reservation&, const Reservation&) = default;
};

/// A persistent volume on reserved disk. Never cut.
struct Volume {
  std::string id;              ///< persistence id, unique per role and agent
  std::string container_path;  ///< where a task sees it
  friend auto operator<=>(const Volume&, const Volume&) = default;
};

/// Which of an agent's volumes.
struct VolumeName {
  RoleName role;
  std::string id;
  friend auto operator<=>(const VolumeName&, const VolumeName&) = default;
};

struct LotKind {
  RareVector<Reservation> reservations;  ///< empty = unreserved; the last one names the owner
  Rare<Volume> volume;
  bool revocable = false;
  bool shared = false;

  bool is_reserved() const { return !reservations.empty(); }
  friend auto operator<=>(const LotKind&, const LotKind&) = default;
};

struct Lot {
  LotKind kind;
  Amounts amounts;
  friend bool operator==(const Lot&, const Lot&) = default;
};
static_assert(sizeof(Lot) <= 96, "an agent in use has two of them or more");

struct Resources {
  std::vector<Lot> lots;

  bool is_zero() const { return lots.empty(); }
  friend bool operator==(const Resources&, const Resources&) = default;
};

/// Unreserved, not revocable, not shared.
Resources plain(Amounts amounts);
bool contains(const Resources& whole, const Resources& part);
void add(Resources& sum, const Resources& part);
/// REQUIRES contains(whole, part).
void subtract(Resources& whole, const Resources& part);
/// Everything, regardless of kind (shared lots once).
Amounts total(const Resources& resources);
/// Scalars of everything, regardless of kind. What shares are counted over.
Quantities scalars(const Resources& resources);
/// The lots that `role` may use: unreserved, or reserved to it or to one of its ancestors.
Resources usable_by(const Resources& resources, const RoleName& role);
/// Takes `want` out of `have`: reserved lots of the role first, then unreserved ones; nullopt if it
/// does not fit. `have` is not changed. Deterministic: lowest port numbers first; gpus with their
/// gpu_shares where there are any, of the devices that `want` names or as choose_devices() says.
std::optional<Resources> take(const Resources& have, const Amounts& want, const RoleName& role);
/// "a" is an ancestor of "a/b"; every role is an ancestor of itself.
bool is_ancestor_or_self(const RoleName& ancestor, const RoleName& role);

/// Shared lots are not used up: many may hold one at a time.
bool has_shared(const Resources& resources);
Resources shared_part(const Resources& resources);
/// All but the shared lots: what one has, nobody else does.
Resources divisible_part(const Resources& resources);

/// The revocable lots that can be cut, as if they were not.
Resources revocable_part(const Resources& resources);
/// The same amounts, revocable.
Resources as_revocable(Resources resources);

/// Reads what parse_amounts reads, plus `cpus(role):4` for a static reservation,
/// `cpus(a,a/b@who):4` for one by `who` on top of it, `disk(a@who){volume:ID:PATH}:10GiB` for a
/// volume, `cpus{revocable}:4` for what its owner may take back at any time and `{shared}`.
Result<Resources> parse_resources(std::string_view text);
std::string to_string(const Resources& resources);

}  // namespace fairlead
