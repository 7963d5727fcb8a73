// What an agent is called and where it is reached. A value of one pointer whose copies share the
// text, so that master and allocator keep it once; see packed_texts.h. All copies of one value
// belong to one thread.
#pragma once

#include <string_view>

#include "common/packed_texts.h"

namespace fairlead {

class AgentText {
 public:
  struct Parts {
    std::string_view id;
    std::string_view hostname;
    std::string_view http_address;
  };

  AgentText() = default;
  explicit AgentText(const Parts& parts) : texts_({parts.id, parts.hostname, parts.http_address}) {}

  std::string_view id() const { return texts_[0]; }
  std::string_view hostname() const { return texts_[1]; }
  std::string_view http_address() const { return texts_[2]; }
  /// True when both are kept in one place.
  bool is_shared_with(const AgentText& other) const { return texts_.is_shared_with(other.texts_); }

 private:
  PackedTexts<3> texts_;
};
static_assert(sizeof(AgentText) == sizeof(void*), "every agent has two of them");

}  // namespace fairlead
