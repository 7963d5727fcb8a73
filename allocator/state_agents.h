// What the allocator remembers of agents and of what is free on them: a part of state.h, plain
// structs as there. Internal to allocator/.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "allocator/indices.h"
#include "allocator/order_tree.h"
#include "common/agent_text.h"
#include "common/allocator_events.h"
#include "common/owned.h"
#include "common/shared_resources.h"

namespace fairlead::allocation {

struct ClientHolding {
  ClientIndex client;
  Resources resources;
};

/// What machines of one kind have in common. Interned: thousands of agents share a few of these.
struct AgentKind {
  SharedResources total;
  Quantities total_scalars;
  Attributes attributes;
  SharedResources divisible;  ///< of the total; the rest, shared lots, goes with every offer
  friend bool operator==(const AgentKind&, const AgentKind&) = default;
};
std::uint32_t hash_value(const AgentKind& kind);

/// What only an agent has of which something is held or offered. Changed in inventory.h alone.
struct AgentUse {
  SharedResources free;                 ///< total - held - offered
  std::vector<ClientHolding> holdings;  ///< by client
  std::vector<OfferId> offers;          ///< oldest first, which is by number
};

/// Small, since there may be very many and most may be idle: tests/allocator/memory_test.cc.
struct Agent {
  AgentText text;                       ///< shared with whoever added the agent
  const AgentKind* kind = nullptr;      ///< value of `kind_number`; null unless present
  Owned<AgentUse> use;                  ///< null while all of it is free
  std::uint32_t kind_number = kNoSlot;  ///< in State::kinds
  std::uint32_t order_at = 0;           ///< its place in State::agent_order
  ClientIndex kept_for = kNoClient;     ///< see Accumulation
  bool present = false;
  bool paused = false;    ///< why: State::pause_reasons
  bool overfull = false;  ///< more is held than there is: `free` is recomputed at each change
  bool unlisted = false;  ///< there is a whitelist, and its host is not on it

  bool is_closed() const { return paused || unlisted; }
  AgentId id() const { return {std::string(text.id())}; }
  std::string_view hostname() const { return text.hostname(); }
  const Resources& total() const;
  const Resources& divisible() const;
  const Quantities& total_scalars() const { return kind->total_scalars; }  ///< REQUIRES present
  const Attributes& attributes() const { return kind->attributes; }        ///< REQUIRES present
  /// Without shared lots: total - held - offered
  const Resources& free() const { return use ? *use->free : divisible(); }
  const std::vector<ClientHolding>& holdings() const;
  const std::vector<OfferId>& offers() const;
};
static_assert(sizeof(Agent) <= 40, "a hundred thousand idle agents are as many of these");

/// What a scan over agents reads: free standard scalars of all lots, in one row of memory.
struct FreeColumn {
  StandardAmounts free{};
  bool open = false;      ///< present, not closed, not kept for somebody
  bool plain = false;     ///< all that is free is one unreserved lot: the column is exact
  bool is_noted = false;  ///< it is in State::free_noted
  bool is_loose = false;  ///< something is free, and it is not closed: in State::agents_loose
  std::uint32_t free_class = kNoSlot;  ///< where it stands in the index of free_index.h
  std::uint32_t devices = kNoSlot;     ///< in State::free_devices; none of it: no free devices
};

/// What is free of each device of an agent, of those with some, most first. Interned.
struct FreeDevices {
  std::vector<std::uint16_t> milli;
  friend bool operator==(const FreeDevices&, const FreeDevices&) = default;
};
std::uint32_t hash_value(const FreeDevices& devices);

/// What agents of one class have in common; classes are ordered by it.
struct FreeKey {
  StandardAmounts total{};
  StandardAmounts free{};
  std::uint32_t devices = kNoSlot;  ///< in State::free_devices
  friend constexpr auto operator<=>(const FreeKey&, const FreeKey&) = default;
};

struct FreeClass {
  FreeKey key;
  StandardAmounts most{};          ///< free at most, in it and in those below it in the tree
  std::uint32_t agents = kNoSlot;  ///< root of the tree of its agents, by their place in the order
  TreeLinks links;
};

}  // namespace fairlead::allocation
