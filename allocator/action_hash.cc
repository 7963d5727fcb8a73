#include "allocator/action_hash.h"

namespace fairlead {

void ActionHash::add(Instant now, const allocation::Action& action) {
  mix(static_cast<std::uint64_t>(now.ns));
  mix(action.index());
  if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
    mix(*made);
  } else if (const auto* rescinded = std::get_if<allocation::RescindOffer>(&action)) {
    mix(rescinded->offer.number);
  } else if (const auto* rejected = std::get_if<allocation::RejectEvent>(&action)) {
    mix(static_cast<std::uint64_t>(rejected->error.code));
  } else if (const auto* reclaim = std::get_if<allocation::Reclaim>(&action)) {
    mix(*reclaim);
  } else if (const auto* ended = std::get_if<allocation::ReclaimEnded>(&action)) {
    mix(ended->id.number);
  } else if (const auto* told = std::get_if<allocation::DemandImpossible>(&action)) {
    mix(told->framework.index);
    mix(told->role.text);
    mix(told->shape);
    mix(told->why.empty() ? 0 : 1);
  }
}

/// FNV-1a over words, with a shift so that high bits reach the low ones.
void ActionHash::mix(std::uint64_t word) {
  hash_ = (hash_ ^ word) * 0x100000001B3;
  hash_ ^= hash_ >> 29;
}

void ActionHash::mix(std::string_view text) {
  mix(text.size());
  for (char c : text) mix(static_cast<unsigned char>(c));
}

/// Nothing for the plain kind, which nearly every lot is.
void ActionHash::mix(const LotKind& kind) {
  for (const Reservation& one : kind.reservations) {
    mix(one.role.text);
    if (one.kind == ReservationKind::kDynamic) mix(one.principal.text);
  }
  if (kind.volume) {
    mix(kind.volume->id);
    mix(kind.volume->container_path);
  }
  if (kind.revocable) mix("revocable");
  if (kind.shared) mix("shared");
}

void ActionHash::mix(const Resources& resources) {
  for (const Lot& lot : resources.lots) {
    mix(lot.kind);
    for (std::int64_t quantity : lot.amounts.scalars.standard) {
      mix(static_cast<std::uint64_t>(quantity));
    }
    for (const CustomScalar& custom : lot.amounts.scalars.custom) {
      mix(custom.name);
      mix(static_cast<std::uint64_t>(custom.milli));
    }
    for (const NamedRanges& ranges : lot.amounts.ranges) {
      for (const Interval& interval : ranges.intervals) {
        mix(interval.begin);
        mix(interval.end);
      }
    }
    for (const NamedSet& set : lot.amounts.sets) {
      for (const std::string& item : set.items) mix(item);
    }
  }
}

void ActionHash::mix(const allocation::MakeOffer& made) {
  mix(made.offer.number);
  mix(made.framework.index);
  mix(made.role.text);
  mix(made.agent.index);
  mix(made.resources);
}

void ActionHash::mix(const allocation::Reclaim& reclaim) {
  mix(reclaim.id.number);
  mix(static_cast<std::uint64_t>(reclaim.kind));
  mix(reclaim.agent.index);
  mix(reclaim.victim.index);
  mix(reclaim.victim_role.text);
  for (std::int64_t quantity : reclaim.amounts) mix(static_cast<std::uint64_t>(quantity));
  mix(reclaim.beneficiary.index);
  mix(reclaim.beneficiary_role.text);
  mix(reclaim.shape);
  mix(static_cast<std::uint64_t>(reclaim.priority));
  mix(static_cast<std::uint64_t>(reclaim.deadline.ns));
}

std::uint64_t hash_of(Instant now, std::span<const allocation::Action> actions) {
  ActionHash hash;
  for (const allocation::Action& action : actions) hash.add(now, action);
  return hash.value();
}

}  // namespace fairlead
