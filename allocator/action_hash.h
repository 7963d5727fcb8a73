// One number for everything that the allocator decided in a step or a run, in order, with times and
// amounts. Two runs with the same number took the same decisions. What is only said to people
// (reasons, messages) does not count: a better wording is no other decision. Not cryptographic.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "common/allocator_events.h"

namespace fairlead {

class ActionHash {
 public:
  void add(Instant now, const allocation::Action& action);
  std::uint64_t value() const { return hash_; }

 private:
  void mix(std::uint64_t word);
  void mix(std::string_view text);
  void mix(const LotKind& kind);
  void mix(const Resources& resources);
  void mix(const allocation::MakeOffer& made);
  void mix(const allocation::Reclaim& reclaim);

  std::uint64_t hash_ = 0xCBF29CE484222325;
};

/// Of what one step decided.
std::uint64_t hash_of(Instant now, std::span<const allocation::Action> actions);

}  // namespace fairlead
