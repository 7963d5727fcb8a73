// What a step has touched, and how far the round that serves it has come: seats.cc opens
// it and serve.cc works on it. Cleared for every round and never given back, so that a round takes
// no memory once one as large has been. Internal to allocator/.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "allocator/indices.h"
#include "common/allocator_events.h"

namespace fairlead::allocation {

struct Touched {
  std::vector<AgentHandle> agents;   ///< gained something: every wanting client looks there
  std::vector<ClientIndex> clients;  ///< want something new: they look everywhere
  std::vector<std::pair<ClientIndex, AgentHandle>> pairs;
  bool everybody = false;  ///< who wants something looks everywhere

  void add(const Touched& more) {
    agents.insert(agents.end(), more.agents.begin(), more.agents.end());
    clients.insert(clients.end(), more.clients.begin(), more.clients.end());
    pairs.insert(pairs.end(), more.pairs.begin(), more.pairs.end());
    everybody = everybody || more.everybody;
  }
  bool empty() const { return agents.empty() && clients.empty() && pairs.empty() && !everybody; }
  void clear() {
    everybody = false;
    agents.clear();
    clients.clear();
    pairs.clear();
  }
};

/// What a round found out about one shape of a client. What failed once fails for the whole round:
/// free resources only shrink in it.
struct ShapeTries {
  bool failed = false;
  bool served = false;
  std::optional<AgentHandle> last;  ///< fill this one first
};

/// Who may have a turn: all, or only those whose role, or one above it, is below its guarantee.
enum class Asked { kEverybody, kShort };

/// What is known about one client during one round.
struct Seat {
  ClientIndex client;
  bool everywhere = false;
  std::vector<AgentHandle> extra;
  std::size_t cursor = 0;         ///< whole agents: candidates looked at
  std::vector<ShapeTries> tries;  ///< by shape
};

struct Round {
  Touched touched;                    ///< but its agents
  std::vector<AgentHandle> agents;    ///< touched, in seeded order
  std::size_t start = 0;              ///< where to begin in State::agent_order
  std::vector<Seat> seats;            ///< made at a client's first turn, or when it looks further
  std::size_t seated = 0;             ///< of them, the first ones: they are taken
  std::size_t reserved = 0;           ///< of those, the first ones: they look further
  std::vector<ClientIndex> refusing;  ///< once for every touched agent of which it refuses all
  std::vector<AgentHandle> refused;   ///< by everybody
  Asked asked = Asked::kEverybody;    ///< now

  std::span<Seat> taken_seats() { return std::span(seats).first(seated); }
  Seat& add_seat(ClientIndex client, std::size_t shapes) {
    if (seated == seats.size()) seats.emplace_back();
    Seat& seat = seats[seated++];
    seat.client = client;
    seat.everywhere = false;
    seat.extra.clear();
    seat.cursor = 0;
    seat.tries.assign(shapes, {});
    return seat;
  }
  void clear() {
    touched.clear();
    agents.clear();
    start = seated = reserved = 0;
    refusing.clear();
    refused.clear();
  }
};

}  // namespace fairlead::allocation
