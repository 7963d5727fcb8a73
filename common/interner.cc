#include "common/interner.h"

namespace fairlead {
namespace {

/// One multiplication a number: ranges of ports have many.
std::uint32_t mix(std::uint32_t hash, std::uint64_t number) {
  std::uint64_t mixed = ((std::uint64_t{hash} << 32U | hash) ^ number) * 0x9E3779B97F4A7C15U;
  return static_cast<std::uint32_t>(mixed >> 32U) ^ static_cast<std::uint32_t>(mixed);
}

std::uint32_t mix(std::uint32_t hash, const std::vector<Interval>& intervals) {
  for (const Interval& one : intervals) hash = mix(mix(hash, one.begin), one.end);
  return hash;
}

}  // namespace

std::uint32_t hash_value(const Resources& resources) {
  std::uint32_t hash = hash_text("");
  for (const Lot& lot : resources.lots) {
    for (const Reservation& one : lot.kind.reservations) hash = hash_text(one.role.text, hash);
    for (std::int64_t scalar : lot.amounts.scalars.standard) {
      hash = mix(hash, static_cast<std::uint64_t>(scalar));
    }
    for (const CustomScalar& one : lot.amounts.scalars.custom) {
      hash = mix(hash_text(one.name, hash), static_cast<std::uint64_t>(one.milli));
    }
    for (const NamedRanges& one : lot.amounts.ranges) {
      hash = mix(hash_text(one.name, hash), one.intervals);
    }
    for (const NamedSet& one : lot.amounts.sets) {
      for (const std::string& item : one.items) hash = hash_text(item, hash);
    }
  }
  return hash;
}

std::uint32_t hash_value(const Attributes& attributes) {
  std::uint32_t hash = hash_text("");
  for (const Attribute& one : attributes) {
    hash = hash_text(one.name, hash);
    if (const auto* text = std::get_if<std::string>(&one.value)) hash = hash_text(*text, hash);
    if (const auto* scalar = std::get_if<std::int64_t>(&one.value)) {
      hash = mix(hash, static_cast<std::uint64_t>(*scalar));
    }
    if (const auto* slots = std::get_if<std::vector<Interval>>(&one.value))
      hash = mix(hash, *slots);
  }
  return hash;
}

}  // namespace fairlead
