// A hint to the processor: what lies far away begins to come while something else is done. Changes
// nothing that a program can see. Internal to allocator/.
#pragma once

#include <cstddef>

namespace fairlead::allocation {

/// All rows of memory of a value at once, of which its first use would fetch one after the other.
template <class Value>
void prefetch(const Value& value) {
  constexpr std::size_t kRow = 64;
  const auto* from = reinterpret_cast<const char*>(&value);
  for (std::size_t at = 0; at < sizeof(Value); at += kRow) __builtin_prefetch(from + at);
}

}  // namespace fairlead::allocation
