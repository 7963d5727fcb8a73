// Points and spans of time as cores see them: integers, handed in, never read from a clock here.
// An Instant counts from an arbitrary origin that is fixed for one boot of one machine
// (CLOCK_BOOTTIME in production, zero in the simulator); two machines' Instants do not compare.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace fairlead {

/// A signed span in nanoseconds.
struct Duration {
  std::int64_t ns = 0;

  constexpr std::int64_t ms() const { return ns / 1'000'000; }
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
  friend constexpr Duration operator*(Duration a, std::int64_t k) { return {a.ns * k}; }
  friend constexpr Duration operator/(Duration a, std::int64_t k) { return {a.ns / k}; }
};

constexpr Duration microseconds(std::int64_t n) {
  return {n * 1'000};
}
constexpr Duration milliseconds(std::int64_t n) {
  return {n * 1'000'000};
}
constexpr Duration seconds(std::int64_t n) {
  return {n * 1'000'000'000};
}

/// A point in time. `Instant::never()` is later than every other one.
struct Instant {
  std::int64_t ns = 0;

  static constexpr Instant never() { return {std::numeric_limits<std::int64_t>::max()}; }
  constexpr bool is_never() const { return *this == never(); }
  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant t, Duration d) {
    return t.is_never() ? t : Instant{t.ns + d.ns};
  }
  friend constexpr Duration operator-(Instant a, Instant b) { return {a.ns - b.ns}; }
};

/// Milliseconds since 1970-01-01 UTC, for people. Decided by it: when a maintenance window begins
/// and ends, and how much of a drain's deadline is left when another master takes over: no other
/// clock is common to both.
struct WallTime {
  std::int64_t unix_ms = 0;
  friend constexpr auto operator<=>(WallTime, WallTime) = default;
};

}  // namespace fairlead
