// How many clients there are, in all and from each address, and what becomes of the next one.
// Pure; HTTP thread only. O(log addresses) a call.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace fairlead {

enum class Welcome {
  kServe,
  kRefuse,  ///< above a bound: hears so
  kDrop     ///< a flood: even refusals are bounded
};

class ConnectionCounts {
 public:
  struct Bounds {
    std::size_t all_max = 0;
    std::size_t per_address_max = 0;
  };
  explicit ConnectionCounts(Bounds bounds) : bounds_(bounds) {}

  /// Counts the client, unless it is dropped.
  Welcome enter(const std::string& address) {
    const auto found = by_address_.find(address);
    const std::size_t here = found == by_address_.end() ? 0 : found->second;
    if (all_ >= 2 * bounds_.all_max || here >= 2 * bounds_.per_address_max) return Welcome::kDrop;
    const bool is_full = all_ >= bounds_.all_max || here >= bounds_.per_address_max;
    ++all_;
    ++by_address_[address];
    return is_full ? Welcome::kRefuse : Welcome::kServe;
  }
  /// REQUIRES: it entered before.
  void leave(const std::string& address) {
    const auto found = by_address_.find(address);
    --all_;
    if (--found->second == 0) by_address_.erase(found);
  }

 private:
  const Bounds bounds_;
  std::size_t all_ = 0;
  std::map<std::string, std::size_t> by_address_;
};

}  // namespace fairlead
