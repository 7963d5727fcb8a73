#include "common/conversions.h"

#include <algorithm>
#include <utility>

#include "common/common_part.h"
#include "common/devices.h"

namespace fairlead {
namespace {

/// What of the lot `left`, which holds what is not converted yet, can give; of the base kind.
Resources there_for(const Lot& lot, const Resources& left) {
  Resources want;
  want.lots.push_back({unconverted(lot.kind), lot.amounts});
  Resources there = common_part(left, want);
  set_gpus_of_shares(there, left);
  return there;
}

void convert_lot(const Lot& lot, Resources& left, ConvertedTotal& done) {
  Resources there = there_for(lot, left);
  subtract(left, there);
  Lot rest = lot;
  Lot found{lot.kind, total(there)};
  bool is_whole = found.amounts == lot.amounts;
  if (is_whole || !lot.kind.volume) {
    subtract(rest.amounts, found.amounts);
    if (!found.amounts.is_zero()) add(done.total, Resources{{std::move(found)}});
  }
  if (!rest.amounts.is_zero()) add(done.missing, Resources{{std::move(rest)}});
}

}  // namespace

bool is_converted(const LotKind& kind) {
  return kind.volume || kind.shared ||
         (kind.is_reserved() && kind.reservations.back().kind == ReservationKind::kDynamic);
}

LotKind unconverted(LotKind kind) {
  kind.volume = {};
  kind.shared = false;
  while (kind.is_reserved() && kind.reservations.back().kind == ReservationKind::kDynamic) {
    kind.reservations.erase(kind.reservations.end() - 1);
  }
  return kind;
}

Resources converted_part(const Resources& total) {
  Resources part;
  for (const Lot& lot : total.lots) {
    if (is_converted(lot.kind)) part.lots.push_back(lot);
  }
  return part;
}

Status check_unconverted(const Resources& reported, const std::string& what) {
  Resources converted = converted_part(reported);
  if (converted.is_zero()) return {};
  return invalid({.what = what,
                  .where = "resources",
                  .expected = "what the machine has, reserved like cpus(role):4 at most",
                  .got = to_string(converted),
                  .hint = "fairlead reserve and fairlead volume create are for the rest"});
}

ConvertedTotal with_conversions(const Resources& reported, const Resources& converted) {
  ConvertedTotal done;
  Resources left = reported;
  for (bool are_volumes : {true, false}) {
    for (const Lot& lot : converted.lots) {
      if (bool(lot.kind.volume) == are_volumes) convert_lot(lot, left, done);
    }
  }
  add(done.total, left);
  return done;
}

}  // namespace fairlead
