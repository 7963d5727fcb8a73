// Names the Router's links: libzmq's routing ids on one side, our ConnectionIds on the other, with
// a bound. A ConnectionId is never given twice. Owned by ZmqRouter; not thread-safe. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "common/ids.h"

namespace fairlead {

struct Link {
  std::uint32_t routing_id = 0;  ///< libzmq's number for the connection, unique while it lives
  Principal principal;
  std::string key;                     ///< the client's public key; "" without CURVE
  std::uint64_t checked_revision = 0;  ///< of the allow-list, when the key was last found in it
  int descriptor = -1;                 ///< of the connection, while it lives
  std::uint64_t taken_bytes = 0;       ///< of whole messages, as they were on the wire
  std::uint64_t opened_look = 0;       ///< number of the Router's look when it was added
};

class LinkTable {
 public:
  explicit LinkTable(std::size_t links_max) : links_max_(links_max) {}

  std::optional<ConnectionId> find(std::uint32_t routing_id) const;
  /// Null when the link is gone. The pointer holds until the next `add`.
  Link* look_up(ConnectionId id);
  bool is_full() const { return size() >= links_max_; }
  std::size_t size() const { return by_routing_id_.size(); }

  /// REQUIRES: !is_full() and the routing id is not in the table.
  ConnectionId add(Link link);
  /// Nothing if it is gone already.
  void remove(ConnectionId id);
  /// In no order that means anything. O(links).
  std::vector<ConnectionId> all() const;
  /// Goes round all links, one per call. nullopt when there is none. Amortised O(1).
  std::optional<ConnectionId> next_in_rotation();

 private:
  struct Slot {
    Link link;
    std::uint32_t generation = 0;  // upper half of the ConnectionId
    bool is_used = false;
  };
  ConnectionId name_of(std::size_t slot) const;

  const std::size_t links_max_;
  std::vector<Slot> slots_;
  std::vector<std::size_t> free_;
  std::unordered_map<std::uint32_t, std::size_t> by_routing_id_;  // only looked up, never walked
  std::size_t rotation_ = 0;
};

}  // namespace fairlead
