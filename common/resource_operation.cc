#include "common/resource_operation.h"

#include <algorithm>
#include <utility>

#include "common/common_part.h"
#include "common/devices.h"
#include "common/limits.h"

namespace fairlead {
namespace {

constexpr std::size_t kNameBytesMax = 255;  // of a file's name, on every file system

bool is_made_by_operation(const LotKind& kind) {
  return kind.is_reserved() && kind.reservations.back().kind == ReservationKind::kDynamic;
}

/// No volume, not shared, not revocable.
bool is_steady(const LotKind& kind) {
  return !kind.volume && !kind.shared && !kind.revocable;
}

template <class Accepts>
Resources lots_where(const Resources& whole, Accepts accepts) {
  Resources some;
  for (const Lot& lot : whole.lots) {
    if (accepts(lot.kind)) some.lots.push_back(lot);
  }
  return some;
}

/// So much of the lots, the first ones first; nullopt when they have less.
std::optional<Resources> cut(const Resources& lots, Amounts want) {
  Resources taken;
  for (const Lot& lot : lots.lots) {
    Amounts part = common_part(lot.amounts, want);
    if (part.is_zero()) continue;
    subtract(want, part);
    taken.lots.push_back({lot.kind, std::move(part)});
  }
  if (!want.is_zero()) return std::nullopt;
  return taken;
}

/// The same lots, each of the kind that `change` makes of its own.
template <class Change>
Resources with_kinds(const Resources& lots, Change change) {
  Resources changed;
  for (const Lot& lot : lots.lots) {
    Lot one = lot;
    change(one.kind);
    add(changed, Resources{{std::move(one)}});
  }
  return changed;
}

std::string shown(const Resources& resources) {
  return resources.is_zero() ? "nothing" : to_string(total(resources));
}

std::string owner_text(const RoleName& owner) {
  return owner.empty() ? "nobody" : "role '" + owner.text + "'";
}

Status check_owner(const RoleName& role, const std::string& what) {
  Status named = check_role_name(role.text);
  if (!named || role.text != "*") return named;
  return invalid({.what = what,
                  .where = "role",
                  .expected = "the role that it is to be for",
                  .got = "*",
                  .hint = {}});
}

Status check_some(const Amounts& amounts, const std::string& what) {
  Status well_formed = check_well_formed(amounts, what);
  if (!well_formed || !amounts.is_zero()) return well_formed;
  return invalid({.what = what,
                  .where = "resources",
                  .expected = "amounts like cpus:4;mem:8GiB",
                  .got = "nothing",
                  .hint = {}});
}

/// Nothing of `whole` is taken by less than the amounts that were named.
Error too_little(const std::string& what, const Amounts& want, const std::string& where,
                 const std::string& hint) {
  return {ErrorCode::kConflict, what + ": expected at most " + where + ", got \"" +
                                    to_string(want) + "\"" +
                                    (hint.empty() ? "" : "; hint: " + hint)};
}

Amounts disk_of(std::int64_t kib) {
  Amounts disk;
  disk.scalars[StandardScalar::kDisk] = kib;
  return disk;
}

/// What no agent allows.
struct Check {
  Status operator()(const operation::Reserve& r) const {
    if (Status named = check_amounts("reserve", r.role, r.amounts); !named) return named;
    bool is_below = r.from.empty() || (is_ancestor_or_self(r.from, r.role) && r.from != r.role);
    if (is_below) return {};
    return invalid({.what = "reserve",
                    .where = "role",
                    .expected = "a sub-role of '" + r.from.text + "', whose it is now",
                    .got = r.role.text,
                    .hint = {}});
  }
  Status operator()(const operation::Unreserve& r) const {
    return check_amounts("unreserve", r.role, r.amounts);
  }
  Status operator()(const operation::CreateVolume& r) const {
    Status valid = check_amounts("create volume", r.role, disk_of(r.disk_kib));
    if (valid) valid = check_volume_name({r.role, r.volume.id});
    if (valid) valid = check_volume_path(r.volume.container_path);
    return valid;
  }
  Status operator()(const operation::DestroyVolume& r) const {
    return check_volume_name({r.role, r.id});
  }

  static Status check_amounts(const std::string& what, const RoleName& role,
                              const Amounts& amounts) {
    Status named = check_owner(role, what);
    return named ? check_some(amounts, what) : named;
  }
};

struct Convert {
  const Resources& whole;
  using Done = Result<Conversion>;

  Done operator()(const operation::Reserve& r) const {
    const std::string what = "reserve";
    Resources there = lots_where(
        whole, [&](const LotKind& kind) { return is_steady(kind) && owner_of(kind) == r.from; });
    std::optional<Resources> consumed = cut(there, r.amounts);
    if (!consumed) {
      return too_little(what, r.amounts,
                        "what belongs to " + owner_text(r.from) + " there (" + shown(there) + ")",
                        r.from.empty() ? "" : "what has a volume is not reserved anew");
    }
    Resources converted = with_kinds(*consumed, [&](LotKind& kind) {
      kind.reservations.push_back({r.role, ReservationKind::kDynamic, r.principal});
    });
    return with_devices(what, {std::move(*consumed), std::move(converted)});
  }

  Done operator()(const operation::Unreserve& r) const {
    const std::string what = "unreserve";
    auto is_its = [&](const LotKind& kind) { return owner_of(kind) == r.role; };
    Resources there = lots_where(whole, [&](const LotKind& kind) {
      return is_its(kind) && is_steady(kind) && is_made_by_operation(kind);
    });
    std::optional<Resources> consumed = cut(there, r.amounts);
    if (!consumed) {
      Resources volumes =
          lots_where(whole, [&](const LotKind& kind) { return is_its(kind) && kind.volume; });
      Resources fixed = lots_where(whole, [&](const LotKind& kind) {
        return is_its(kind) && is_steady(kind) && !is_made_by_operation(kind);
      });
      std::string hint;
      if (!volumes.is_zero()) hint = "a volume is destroyed first (" + to_string(volumes) + ")";
      if (!fixed.is_zero()) {
        hint += (hint.empty() ? "" : "; ") + shown(fixed) + " are of the agent's configuration";
      }
      return too_little(
          what, r.amounts,
          "what an operation reserved for " + owner_text(r.role) + " there (" + shown(there) + ")",
          hint);
    }
    Resources converted = with_kinds(
        *consumed, [](LotKind& kind) { kind.reservations.erase(kind.reservations.end() - 1); });
    return with_devices(what, {std::move(*consumed), std::move(converted)});
  }

  Done operator()(const operation::CreateVolume& r) const {
    const std::string what = "create volume";
    const Amounts disk = disk_of(r.disk_kib);
    if (find_volume(r.role, r.volume.id) != nullptr) {
      return Error{ErrorCode::kConflict,
                   what + ": " + owner_text(r.role) + " has a volume '" + r.volume.id +
                       "' on this agent; hint: destroy it, or use another id"};
    }
    Resources there = lots_where(whole, [&](const LotKind& kind) {
      return is_steady(kind) && kind.is_reserved() && owner_of(kind) == r.role;
    });
    // A volume is one lot: it is not made out of disk that two principals reserved.
    auto found = std::find_if(there.lots.begin(), there.lots.end(),
                              [&](const Lot& lot) { return contains(lot.amounts, disk); });
    if (found == there.lots.end()) {
      Amounts most;
      for (const Lot& lot : there.lots) {
        std::int64_t& kib = most.scalars[StandardScalar::kDisk];
        kib = std::max(kib, lot.amounts.scalars[StandardScalar::kDisk]);
      }
      return too_little(what, disk,
                        "the disk of one reservation for " + owner_text(r.role) + " there (" +
                            (most.is_zero() ? "none" : to_string(most)) + ")",
                        "reserve disk for the role first");
    }
    Resources consumed{{{found->kind, disk}}};
    Resources converted = with_kinds(consumed, [&](LotKind& kind) {
      kind.volume = r.volume;
      kind.shared = r.shared;
    });
    return Conversion{std::move(consumed), std::move(converted)};
  }

  Done operator()(const operation::DestroyVolume& r) const {
    const Lot* volume = find_volume(r.role, r.id);
    if (volume == nullptr) {
      return Error{ErrorCode::kNotFound,
                   "destroy volume: " + owner_text(r.role) + " has no volume '" +
                       r.id.substr(0, limits::kIdCharsMax) + "' on this agent"};
    }
    Resources consumed{{*volume}};
    Resources converted = with_kinds(consumed, [](LotKind& kind) {
      kind.volume = {};
      kind.shared = false;
    });
    return Conversion{std::move(consumed), std::move(converted)};
  }

  const Lot* find_volume(const RoleName& role, const std::string& id) const {
    auto found = std::find_if(whole.lots.begin(), whole.lots.end(), [&](const Lot& lot) {
      return lot.kind.volume && lot.kind.volume->id == id && owner_of(lot.kind) == role;
    });
    return found == whole.lots.end() ? nullptr : &*found;
  }

  /// GPUs that are known one by one travel with their shares.
  Done with_devices(const std::string& what, Conversion done) const {
    if (!has_devices(whole)) return done;
    Status same = check_devices(done.consumed, what);
    bool has_gpus = scalars(done.consumed)[StandardScalar::kGpus] != 0;
    if (same && (!has_gpus || has_devices(done.consumed))) return done;
    return invalid({.what = what,
                    .where = "gpus",
                    .expected = "gpus with as many of their gpu_shares",
                    .got = to_string(total(done.consumed)),
                    .hint = "gpus:1;gpu_shares:[0-999] is device 0"});
  }
};

struct Show {
  std::string operator()(const operation::Reserve& r) const {
    std::string text = "reserve " + to_string(r.amounts) + " for " + r.role.text;
    return r.from.empty() ? text : text + " from " + r.from.text;
  }
  std::string operator()(const operation::Unreserve& r) const {
    return "unreserve " + to_string(r.amounts) + " of " + r.role.text;
  }
  std::string operator()(const operation::CreateVolume& r) const {
    return std::string("create ") + (r.shared ? "shared " : "") + "volume " + r.volume.id + " of " +
           r.role.text + ": disk " + scalar_to_string("disk", r.disk_kib) + " at " +
           r.volume.container_path;
  }
  std::string operator()(const operation::DestroyVolume& r) const {
    return "destroy volume " + r.id + " of " + r.role.text;
  }
};

}  // namespace

RoleName owner_of(const LotKind& kind) {
  return kind.is_reserved() ? kind.reservations.back().role : RoleName{};
}

VolumeName volume_name_of(const LotKind& kind) {
  return {.role = owner_of(kind), .id = kind.volume->id};
}

Status check_volume_name(const VolumeName& name) {
  if (Status valid = check_role_name(name.role.text); !valid) return valid;
  // As one word, in which a '/' has three bytes.
  const auto slashes = std::count(name.role.text.begin(), name.role.text.end(), '/');
  if (name.role.text.size() + 2 * static_cast<std::size_t>(slashes) + 2 > kNameBytesMax) {
    return invalid({.what = "volume",
                    .where = "role",
                    .expected = "a shorter name: a folder is called by it",
                    .got = name.role.text.substr(0, limits::kIdCharsMax),
                    .hint = {}});
  }
  return check_id_text(name.id, "volume id");
}

std::string to_string(const VolumeName& name) {
  return "volume " + name.id + " of " + name.role.text;
}

Status check_operation(const ResourceOperation& operation) {
  return std::visit(Check{}, operation);
}

Result<Conversion> convert(const Resources& whole, const ResourceOperation& operation) {
  if (Status valid = check_operation(operation); !valid) return valid.error();
  return std::visit(Convert{whole}, operation);
}

Result<Resources> after_operation(const Resources& whole, const ResourceOperation& operation) {
  Result<Conversion> done = convert(whole, operation);
  if (!done) return done.error();
  Resources after = whole;
  subtract(after, done->consumed);
  add(after, done->converted);
  Status within_bounds = check_well_formed(after, "agent after the operation");
  if (!within_bounds) return within_bounds.error();
  return after;
}

Status check_volume_path(const std::string& path) {
  bool is_inside = !path.empty() && path.size() <= limits::kTextBytesMax;
  for (std::size_t begin = 0; is_inside && begin <= path.size();) {
    std::size_t end = std::min(path.find('/', begin), path.size());
    std::string word = path.substr(begin, end - begin);
    is_inside = !word.empty() && word != "." && word != ".." && word.size() <= kNameBytesMax;
    begin = end + 1;
  }
  bool is_printable = std::none_of(path.begin(), path.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
  });
  if (is_inside && is_printable) return {};
  return invalid({.what = "volume",
                  .where = "container path",
                  .expected = "a path inside the sandbox, like data/db",
                  .got = path.substr(0, limits::kIdCharsMax),
                  .hint = {}});
}

std::string to_string(const ResourceOperation& operation) {
  return std::visit(Show{}, operation);
}

}  // namespace fairlead
