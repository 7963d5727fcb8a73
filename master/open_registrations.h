// Registrations that come in parts, until they are whole. Keeps them in order and within bounds;
// who may register and what an answer is are for registration_parts.cc. Owner: MasterState. Pure,
// not thread-safe.
//
// Invariant: size() <= registrations_max and bytes() <= bytes_max, which is the sum over the kept
// parts of encoded_bytes_max.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "common/limits.h"
#include "common/master_events.h"

namespace fairlead::master {

struct OpenRegistrationBounds {
  std::size_t registrations_max = limits::kOpenRegistrationsMax;
  std::size_t bytes_max = limits::kOpenRegistrationsBytesMax;  ///< of all
  std::size_t one_bytes_max = limits::kRegistrationBytesMax;
  std::uint32_t parts_max = limits::kRegistrationPartsMax;
  Duration part_wait = limits::kRegistrationPartWait;
};

enum class PartTaken : std::uint8_t {
  kMore,      ///< in order; more have to come
  kWhole,     ///< the last one
  kRepeated,  ///< seen before, or of a registration that was given up: nothing changed
  kLost,      ///< one before it is missing: given up; said once per registration
  kTooLarge,  ///< more parts or bytes than one registration may have: given up
  kNoRoom,    ///< others' open registrations fill the bounds: given up; to be tried again later
};

class OpenRegistrations {
 public:
  explicit OpenRegistrations(OpenRegistrationBounds bounds = {}) : bounds_(bounds) {}

  struct Outcome {
    PartTaken taken = PartTaken::kMore;
    std::optional<RegisterAgent> whole;  ///< with kWhole
  };

  /// One registration per link; a first part gives up what the agent left open on other links.
  /// O(open registrations).
  Outcome take(Instant now, const Sender& sender, RegisterAgentPart part);

  /// Messages of that link were lost: its open registration is given up. The one who sent it is
  /// returned when there was one.
  struct Lost {
    Sender sender;
    AgentId agent;
  };
  std::optional<Lost> give_up(Instant now, ConnectionId connection);

  /// Forgets what waited for its next part too long. Returns how many of them were not given up
  /// before.
  std::size_t expire(Instant now);
  /// Instant::never() when there is none.
  Instant next_expiry() const;

  std::size_t size() const { return open_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  struct Open {
    Sender sender;
    RegisterAgent whole;
    std::uint32_t taken = 0;  ///< parts
    std::uint32_t parts = 0;
    std::size_t bytes = 0;
    bool is_given_up = false;  ///< kept without content, so that its later parts are known
    Instant wait_end;
  };

  PartTaken why_not(const Open& open, const RegisterAgentPart& part, std::size_t bytes) const;
  void empty(Open& open);
  void forget_others(const AgentId& agent, const Sender& sender);

  OpenRegistrationBounds bounds_;
  std::map<std::uint64_t, Open> open_;  ///< by the link's number
  std::size_t bytes_ = 0;
};

}  // namespace fairlead::master
