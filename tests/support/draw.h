// What random values are made of: numbers, texts, ids, lists. Each of these draws a value and is
// called inside rc::gen::exec only. Not for tests, which use generators.h.
#pragma once

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/amounts.h"
#include "common/ids.h"
#include "common/time.h"

namespace fairlead::generators {

std::uint64_t below(std::uint64_t end);
bool coin();

template <class Enum>
Enum one_of(Enum last) {
  return static_cast<Enum>(below(static_cast<std::uint64_t>(last) + 1));
}

/// Mostly small, now and then at the edges.
std::uint64_t any_number();
std::uint32_t any_number32();
/// From `least` to limits::kQuantityMax.
std::int64_t quantity(std::int64_t least);
Duration duration();

std::string from_alphabet(std::string_view alphabet, std::size_t least, std::size_t most);
/// Any text that a person or a program may write, NULs and UTF-8 included.
std::string text(std::size_t most = 40);
std::string id_text();

template <class Id>
Id id() {
  return Id{id_text()};
}

template <class Id>
Id maybe_id() {
  return coin() ? Id{} : id<Id>();
}

RoleName role();
std::vector<RoleName> roles();

/// Up to `most` of what `make` draws.
template <class Make>
auto list_of(std::size_t most, Make make) {
  std::vector<decltype(make())> out;
  for (std::size_t n = below(most + 1); n > 0; --n) out.push_back(make());
  return out;
}

/// Sorted unique names "n<letters>".
std::vector<std::string> names(std::size_t most);
std::vector<Interval> intervals();

}  // namespace fairlead::generators
