#include "common/parse_units.h"

#include <limits>

namespace fairlead {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::int64_t kKi = 1024;
constexpr Unit kByteUnits[] = {
    {"", 1},
    {"B", 1},
    {"KiB", kKi},
    {"MiB", kKi* kKi},
    {"GiB", kKi* kKi* kKi},
    {"TiB", kKi* kKi* kKi* kKi},
    {"PiB", kKi* kKi* kKi* kKi* kKi},
    {"Ki", kKi},
    {"Mi", kKi* kKi},
    {"Gi", kKi* kKi* kKi},
    {"Ti", kKi* kKi* kKi* kKi},
    {"Pi", kKi* kKi* kKi* kKi* kKi},
    {"KB", 1'000},
    {"kB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
    {"TB", 1'000'000'000'000},
    {"PB", 1'000'000'000'000'000},
};
constexpr Unit kTimeUnits[] = {
    {"ns", 1},
    {"us", 1'000},
    {"ms", 1'000'000},
    {"s", 1'000'000'000},
    {"m", 60'000'000'000},
    {"h", 3'600'000'000'000},
    {"d", 86'400'000'000'000},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Cuts the longest run of digits off the front.
std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

enum class Trouble { kNone, kForm, kRange, kRounding };

/// whole.fraction * factor, exactly.
Trouble scaled(std::string_view whole, std::string_view fraction, std::int64_t factor,
               std::int64_t& out) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t value = 0;
  for (char c : whole) {
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, c - '0', &value)) {
      return Trouble::kRange;
    }
  }
  if (__builtin_mul_overflow(value, factor, &value)) return Trouble::kRange;
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  // 18 digits of fraction stay inside 128 bits; more cannot be exact in any unit here.
  if (fraction.size() > 18) return Trouble::kRounding;
  __int128 numerator = 0;
  __int128 denominator = 1;
  for (char c : fraction) {
    numerator = numerator * 10 + (c - '0');
    denominator *= 10;
  }
  const __int128 product = numerator * factor;
  if (product % denominator != 0) return Trouble::kRounding;
  const __int128 sum = value + product / denominator;
  if (sum > kMax) return Trouble::kRange;
  out = static_cast<std::int64_t>(sum);
  return Trouble::kNone;
}

template <std::size_t N>
const Unit* find_unit(const Unit (&units)[N], std::string_view name) {
  for (const Unit& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

/// Cuts `number unit` off the front.
template <std::size_t N>
Trouble take_quantity(std::string_view& text, const Unit (&units)[N], const Unit*& unit,
                      std::int64_t& out) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (whole.empty()) return Trouble::kForm;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(text);
    if (fraction.empty()) return Trouble::kForm;
  }
  std::size_t end = 0;
  while (end < text.size() && !is_digit(text[end])) ++end;
  unit = find_unit(units, text.substr(0, end));
  if (unit == nullptr) return Trouble::kForm;
  text.remove_prefix(end);
  return scaled(whole, fraction, unit->factor, out);
}

Error complaint(Trouble trouble, std::string_view text, const char* expected,
                const char* smallest) {
  const std::string got(text.substr(0, 60));
  switch (trouble) {
    case Trouble::kRange:
      return invalid({.what = "too large", .expected = expected, .got = got});
    case Trouble::kRounding:
      return invalid({.what = "would have to be rounded",
                      .expected = std::string("a whole number of ") + smallest,
                      .got = got});
    case Trouble::kNone:
    case Trouble::kForm:
      break;
  }
  return Error{.code = ErrorCode::kInvalid,
               .message = "expected " + std::string(expected) + ", got \"" + got + "\""};
}

constexpr const char* kBytesExpected = "a size such as 64MiB or 10GB";
constexpr const char* kDurationExpected = "a duration such as 300ms, 5s or 1h30m";

}  // namespace

Result<std::int64_t> parse_bytes(std::string_view text) {
  std::string_view rest = text;
  const Unit* unit = nullptr;
  std::int64_t value = 0;
  Trouble trouble = take_quantity(rest, kByteUnits, unit, value);
  if (trouble == Trouble::kNone && !rest.empty()) trouble = Trouble::kForm;
  if (trouble != Trouble::kNone) return complaint(trouble, text, kBytesExpected, "bytes");
  return value;
}

Result<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration{};
  std::string_view rest = text;
  std::int64_t sum = 0;
  std::int64_t factor_before = std::numeric_limits<std::int64_t>::max();
  do {
    const Unit* unit = nullptr;
    std::int64_t value = 0;
    Trouble trouble = take_quantity(rest, kTimeUnits, unit, value);
    if (trouble == Trouble::kNone && unit->factor >= factor_before) trouble = Trouble::kForm;
    if (trouble == Trouble::kNone && __builtin_add_overflow(sum, value, &sum))
      trouble = Trouble::kRange;
    if (trouble != Trouble::kNone)
      return complaint(trouble, text, kDurationExpected, "nanoseconds");
    factor_before = unit->factor;
  } while (!rest.empty());
  return Duration{sum};
}

Result<std::int64_t> parse_integer(std::string_view text) {
  std::string_view rest = text;
  const bool negative = !rest.empty() && rest.front() == '-';
  if (negative) rest.remove_prefix(1);
  const std::string_view digits = take_digits(rest);
  std::int64_t value = 0;
  bool fits = !digits.empty() && rest.empty();
  for (char c : digits) {
    const std::int64_t digit = negative ? '0' - c : c - '0';
    fits = fits && !__builtin_mul_overflow(value, 10, &value) &&
           !__builtin_add_overflow(value, digit, &value);
  }
  if (fits) return value;
  return Error{
      .code = ErrorCode::kInvalid,
      .message = "expected a whole number, got \"" + std::string(text.substr(0, 60)) + "\""};
}

std::string format_bytes(std::int64_t bytes) {
  check(bytes >= 0, "a size is not negative");
  const Unit* best = &kByteUnits[1];
  for (const char* name : {"KiB", "MiB", "GiB", "TiB", "PiB"}) {
    const Unit* unit = find_unit(kByteUnits, name);
    if (bytes != 0 && bytes % unit->factor == 0) best = unit;
  }
  return std::to_string(bytes / best->factor) + std::string(best->name);
}

std::string format_duration(Duration d) {
  check(d.ns >= 0, "a duration for people is not negative");
  if (d.ns == 0) return "0s";
  const Unit* best = &kTimeUnits[0];
  for (const Unit& unit : kTimeUnits) {
    if (d.ns % unit.factor == 0) best = &unit;
  }
  return std::to_string(d.ns / best->factor) + std::string(best->name);
}

}  // namespace fairlead
