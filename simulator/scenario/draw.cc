#include "simulator/scenario/draw.h"

#include <bit>

namespace fairlead::scenario {
namespace {

constexpr int kFractionBits = 32;
constexpr std::uint64_t kLn2 = 0xB17217F8;  // ln 2 in 1/2^32, rounded

/// log2(u) in 1/2^32: the whole part is the highest bit, each further bit comes from squaring the
/// rest (Knuth, TAOCP 1.2.2, exercise 25 in binary). REQUIRES: u > 0.
std::uint64_t log2_of(std::uint64_t u) {
  const int whole = 63 - std::countl_zero(u);
  std::uint64_t rest = u << (63 - whole);  // in [1, 2), as 1/2^63
  std::uint64_t log = static_cast<std::uint64_t>(whole);
  for (int i = 0; i < kFractionBits; ++i) {
    const auto square = static_cast<unsigned __int128>(rest) * rest >> 63;
    const bool is_two = square >> 64 != 0;
    log = log << 1 | (is_two ? 1U : 0U);
    rest = static_cast<std::uint64_t>(is_two ? square >> 1 : square);
  }
  return log;
}

}  // namespace

std::uint64_t minus_log(std::uint64_t u) {
  const std::uint64_t halvings = (std::uint64_t{64} << kFractionBits) - log2_of(u);
  const auto product = static_cast<unsigned __int128>(halvings) * kLn2;
  return static_cast<std::uint64_t>(product >> kFractionBits);
}

Duration draw(const SpanLaw& law, Random& random) {
  if (law.law == Law::kFixed) return law.least;
  if (law.law == Law::kUniform) return random.between(law.least, law.most);
  const std::uint64_t u = random.next();
  const auto span = static_cast<__int128>(minus_log(u == 0 ? 1 : u)) * law.least.ns;
  return {static_cast<std::int64_t>(span >> kFractionBits)};
}

std::uint64_t draw(const CountLaw& law, Random& random) {
  return law.least + (law.most > law.least ? random.below(law.most - law.least + 1) : 0);
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  return Random(Random(a).next() ^ b).next();
}

std::uint64_t mixed(std::uint64_t a, std::string_view text) {
  for (char c : text) a = mixed(a, static_cast<unsigned char>(c));
  return a;
}

}  // namespace fairlead::scenario
