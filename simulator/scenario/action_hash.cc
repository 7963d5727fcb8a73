#include "simulator/scenario/action_hash.h"

namespace fairlead::scenario {

void ActionHash::add(Instant now, const allocation::Action& action) {
  mix(static_cast<std::uint64_t>(now.ns));
  mix(action.index());
  if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
    mix(made->offer.number);
    mix(made->framework.index);
    mix(made->role.text);
    mix(made->agent.index);
    mix(made->resources);
  } else if (const auto* rescinded = std::get_if<allocation::RescindOffer>(&action)) {
    mix(rescinded->offer.number);
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

void ActionHash::mix(const Resources& resources) {
  for (const Lot& lot : resources.lots) {
    for (const Reservation& one : lot.kind.reservations) mix(one.role.text);
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
  }
}

}  // namespace fairlead::scenario
