#include "common/date_text.h"

#include <array>
#include <cstdio>

#include "common/limits.h"

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

/// The inverse: Hinnant's days_from_civil. REQUIRES a month of 1..12 and a year after 0.
constexpr std::int64_t days_of(const Date& date) {
  const std::int64_t year = date.month > 2 ? date.year : date.year - 1;
  const std::int64_t era = year / 400;
  const std::int64_t of_era = year - era * 400;
  const std::int64_t of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

/// Takes fixed forms from the front of a text; once something is missing, everything is.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool is_done() const { return is_good_ && rest_.empty(); }
  char next() const { return rest_.empty() ? '\0' : rest_.front(); }
  /// So many digits, of a number of `least` to `most`.
  std::int64_t number(std::size_t digits, std::int64_t least, std::int64_t most) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char one = take();
      is_good_ = is_good_ && one >= '0' && one <= '9';
      value = value * 10 + (one - '0');
    }
    is_good_ = is_good_ && value >= least && value <= most;
    return is_good_ ? value : least;
  }
  char one_of(std::string_view allowed) {
    const char one = take();
    is_good_ = is_good_ && allowed.find(one) != std::string_view::npos;
    return one;
  }
  /// Of a second, as milliseconds; what is smaller is dropped.
  std::int64_t fraction_ms() {
    std::int64_t ms = number(1, 0, 9) * 100;
    for (std::int64_t unit = 10; next() >= '0' && next() <= '9'; unit /= 10) {
      ms += number(1, 0, 9) * unit;
    }
    return ms;
  }

 private:
  char take() {
    const char one = next();
    is_good_ = is_good_ && !rest_.empty();
    if (!rest_.empty()) rest_.remove_prefix(1);
    return one;
  }

  std::string_view rest_;
  bool is_good_ = true;
};

}  // namespace

Result<WallTime> parse_date(std::string_view text) {
  Reader reader(text);
  Date date;
  date.year = reader.number(4, 1'970, 9'999);
  reader.one_of("-");
  date.month = reader.number(2, 1, 12);
  reader.one_of("-");
  date.day = reader.number(2, 1, 31);
  reader.one_of("Tt ");
  std::int64_t seconds = reader.number(2, 0, 23) * 3'600;
  reader.one_of(":");
  seconds += reader.number(2, 0, 59) * 60;
  reader.one_of(":");
  seconds += reader.number(2, 0, 59);
  std::int64_t ms = 0;
  if (reader.next() == '.') {
    reader.one_of(".");
    ms = reader.fraction_ms();
  }
  if (const char zone = reader.one_of("Zz+-"); zone == '+' || zone == '-') {
    std::int64_t ahead = reader.number(2, 0, 23) * 3'600;
    reader.one_of(":");
    ahead += reader.number(2, 0, 59) * 60;
    seconds -= zone == '+' ? ahead : -ahead;
  }
  const std::int64_t days = days_of(date);
  const WallTime at{days * kDayMs + seconds * 1'000 + ms};
  const bool is_a_day = date_of(days).day == date.day;
  if (reader.is_done() && is_a_day && at.unix_ms >= 0 && at.unix_ms <= limits::kWallMsMax) {
    return at;
  }
  return invalid({.what = "time",
                  .expected = "RFC 3339 with its zone, as 2026-11-25T03:47:13Z",
                  .got = std::string(text.substr(0, 60))});
}

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
