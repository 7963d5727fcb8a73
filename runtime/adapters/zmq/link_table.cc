#include "runtime/adapters/zmq/link_table.h"

#include <utility>

#include "common/check.h"

namespace fairlead {

ConnectionId LinkTable::name_of(std::size_t slot) const {
  // Slot 0 is number 1: a ConnectionId of 0 means none.
  return {(std::uint64_t{slots_[slot].generation} << 32) | (slot + 1)};
}

std::optional<ConnectionId> LinkTable::find(std::uint32_t routing_id) const {
  auto found = by_routing_id_.find(routing_id);
  if (found == by_routing_id_.end()) return std::nullopt;
  return name_of(found->second);
}

Link* LinkTable::look_up(ConnectionId id) {
  std::uint64_t number = id.number & 0xffff'ffff;
  if (number == 0 || number > slots_.size()) return nullptr;
  Slot& slot = slots_[number - 1];
  if (!slot.is_used || name_of(number - 1) != id) return nullptr;
  return &slot.link;
}

ConnectionId LinkTable::add(Link link) {
  check(!is_full(), "room for a link was made first");
  if (free_.empty()) {
    free_.push_back(slots_.size());
    slots_.emplace_back();
  }
  std::size_t index = free_.back();
  bool inserted = by_routing_id_.emplace(link.routing_id, index).second;
  check(inserted, "a routing id is in the table once");
  free_.pop_back();
  Slot& slot = slots_[index];
  slot.link = std::move(link);
  slot.is_used = true;
  ++slot.generation;
  return name_of(index);
}

void LinkTable::remove(ConnectionId id) {
  Link* link = look_up(id);
  if (link == nullptr) return;
  by_routing_id_.erase(link->routing_id);
  std::size_t index = (id.number & 0xffff'ffff) - 1;
  slots_[index].is_used = false;
  slots_[index].link = {};
  free_.push_back(index);
}

std::vector<ConnectionId> LinkTable::all() const {
  std::vector<ConnectionId> ids;
  ids.reserve(size());
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].is_used) ids.push_back(name_of(slot));
  }
  return ids;
}

std::optional<ConnectionId> LinkTable::next_in_rotation() {
  for (std::size_t looked = 0; looked < slots_.size(); ++looked) {
    rotation_ = rotation_ + 1 < slots_.size() ? rotation_ + 1 : 0;
    if (slots_[rotation_].is_used) return name_of(rotation_);
  }
  return std::nullopt;
}

}  // namespace fairlead
