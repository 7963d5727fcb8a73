#include "tests/support/draw.h"

#include <algorithm>
#include <limits>

#include "common/limits.h"

namespace fairlead::generators {

std::uint64_t below(std::uint64_t end) {
  return *rc::gen::inRange<std::uint64_t>(0, end);
}

bool coin() {
  return below(2) == 1;
}

std::uint64_t any_number() {
  switch (below(4)) {
    case 0:
      return 0;
    case 1:
      return below(1'000);
    case 2:
      return std::numeric_limits<std::uint64_t>::max() - below(3);
    default:
      return *rc::gen::resize(1'000, rc::gen::arbitrary<std::uint64_t>());
  }
}

std::uint32_t any_number32() {
  return static_cast<std::uint32_t>(any_number());
}

std::int64_t quantity(std::int64_t least) {
  switch (below(4)) {
    case 0:
      return least;
    case 1:
      return limits::kQuantityMax;
    default:
      return least + static_cast<std::int64_t>(below(1'000'000'000));
  }
}

Duration duration() {
  switch (below(4)) {
    case 0:
      return {};
    case 1:
      return {limits::kDurationNsMax};
    default:
      return milliseconds(static_cast<std::int64_t>(below(100'000'000)));
  }
}

std::string from_alphabet(std::string_view alphabet, std::size_t least, std::size_t most) {
  std::string out;
  std::size_t size = least + below(most - least + 1);
  while (out.size() < size) out += alphabet[below(alphabet.size())];
  return out;
}

std::string text(std::size_t most) {
  std::string out = from_alphabet(std::string_view("abcXYZ 0189/:=.\n\"\\\0\x7f", 20), 0, most);
  if (out.size() + 3 <= most && coin()) out += "…";
  return out;
}

std::string id_text() {
  return "i" + from_alphabet("abcdefgh0123456789._-", 0, below(8) == 0 ? 127 : 20);
}

RoleName role() {
  if (below(6) == 0) return {"*"};
  std::string path = from_alphabet("abc_-", 1, 8);
  if (path.front() == '-') path.front() = 'x';
  for (std::size_t depth = below(3); depth > 0; --depth) path += "/w" + from_alphabet("abc.", 0, 8);
  return {path};
}

std::vector<RoleName> roles() {
  std::vector<RoleName> out;
  for (std::size_t n = below(4); n > 0; --n) out.push_back(role());
  return out;
}

std::vector<std::string> names(std::size_t most) {
  std::vector<std::string> out = list_of(most, [] { return "n" + from_alphabet("abcd", 0, 6); });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<Interval> intervals() {
  std::vector<Interval> out;
  std::uint64_t next = below(40'000);
  for (std::size_t n = 1 + below(4); n > 0; --n) {
    Interval one{.begin = next, .end = next + below(100)};
    out.push_back(one);
    next = one.end + 2 + below(1'000);
  }
  if (below(8) == 0) {
    out.push_back({.begin = next, .end = std::numeric_limits<std::uint64_t>::max()});
  }
  return out;
}

}  // namespace fairlead::generators
