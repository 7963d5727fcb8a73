// Keeps one copy of values that repeat (resource shapes, roles, attributes, versions) and counts
// who uses them. Ids are small and re-used. Owned by a core's state. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "common/attributes.h"
#include "common/resources.h"
#include "common/slot_index.h"

namespace fairlead {

std::uint32_t hash_value(const Resources& resources);
std::uint32_t hash_value(const Attributes& attributes);
inline std::uint32_t hash_value(const std::string& text) {
  return hash_text(text);
}
template <class Tag>
std::uint32_t hash_value(const TextId<Tag>& id) {
  return hash_text(id.text);
}

template <class Value>
class Interner {
 public:
  /// The id of `value`, with one more user. O(size of the value).
  std::uint32_t acquire(const Value& value) {
    std::uint32_t hash = hash_value(value);
    std::uint32_t id =
        index_.find(hash, [&](std::uint32_t slot) { return values_[slot].value == value; });
    if (id == kNoSlot) {
      if (free_.empty()) {
        id = static_cast<std::uint32_t>(values_.size());
        values_.push_back({value, 0});
      } else {
        id = free_.back();
        free_.pop_back();
        values_[id].value = value;
      }
      index_.insert(hash, id);
    }
    ++values_[id].users;
    return id;
  }

  /// The same id, with one more user. REQUIRES a user of `id`. O(1).
  std::uint32_t acquire_known(std::uint32_t id) {
    ++values_[id].users;
    return id;
  }

  /// REQUIRES an acquire of `id` that was not released yet.
  void release(std::uint32_t id) {
    Entry& entry = values_[id];
    if (--entry.users > 0) return;
    index_.erase(hash_value(entry.value), id);
    entry.value = Value{};
    free_.push_back(id);
  }

  /// REQUIRES a user of `id`. Stays where it is while it has one.
  const Value& operator[](std::uint32_t id) const { return values_[id].value; }
  /// REQUIRES id < numbers().
  bool has_users(std::uint32_t id) const { return users(id) > 0; }
  std::uint32_t users(std::uint32_t id) const { return values_[id].users; }
  std::size_t size() const { return index_.size(); }
  /// Above every id.
  std::size_t numbers() const { return values_.size(); }

 private:
  struct Entry {
    Value value;
    std::uint32_t users = 0;
  };

  std::deque<Entry> values_;
  std::vector<std::uint32_t> free_;
  SlotIndex index_;
};

}  // namespace fairlead
