#include "common/date_text.h"

#include <array>
#include <cstdio>

namespace fairlead {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

struct Date {
  std::int64_t year = 0;
  std::int64_t month = 0;
  std::int64_t day = 0;
};

/// Of the Gregorian calendar. Howard Hinnant's civil_from_days: years begin in March, so that the
/// day that some have more is their last.
constexpr Date date_of(std::int64_t days_since_1970) {
  const std::int64_t days = days_since_1970 + 719'468;  // since 0000-03-01
  const std::int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const std::int64_t of_era = days - era * 146'097;
  const std::int64_t year = (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;  // 0: March
  return {.year = year + era * 400 + (month >= 10 ? 1 : 0),
          .month = month < 10 ? month + 3 : month - 9,
          .day = of_year - (153 * month + 2) / 5 + 1};
}

}  // namespace

std::string format_date(WallTime at) {
  const std::int64_t of_day = (at.unix_ms % kDayMs + kDayMs) % kDayMs;
  const Date date = date_of((at.unix_ms - of_day) / kDayMs);
  const int seconds = static_cast<int>(of_day / 1'000);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04lld-%02d-%02d %02d:%02d:%02dZ",
                static_cast<long long>(date.year), static_cast<int>(date.month),
                static_cast<int>(date.day), seconds / 3'600, seconds / 60 % 60, seconds % 60);
  return text.data();
}

}  // namespace fairlead
