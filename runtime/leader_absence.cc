#include "runtime/leader_absence.h"

#include <algorithm>
#include <utility>

#include "common/date_text.h"

namespace fairlead {
namespace {

constexpr Duration kQuiet = seconds(1);  // most takeovers are over before; also between two lines
constexpr Duration kSayAgain = seconds(30);

}  // namespace

void LeaderAbsence::begin(Instant now, WallTime wall, std::string why) {
  if (!is_going_on()) {
    began_at_ = now;
    since_ = wall;
    say_at_ = now + kQuiet;
  } else if (why != why_ && !said_at_.is_never()) {
    say_at_ = std::min(say_at_, std::max(now, said_at_ + kQuiet));
  }
  why_ = std::move(why);
}

std::optional<Duration> LeaderAbsence::end(Instant now) {
  bool was_said = !said_at_.is_never();
  Duration span = now - began_at_;
  *this = {};
  return was_said ? std::optional<Duration>(span) : std::nullopt;
}

std::optional<LeaderAbsence::News> LeaderAbsence::on_time(Instant now) {
  if (now < say_at_) return std::nullopt;
  said_at_ = now;
  say_at_ = now + kSayAgain;
  return News{.text = "no leader since " + format_date(since_) + ", retrying",
              .span = now - began_at_,
              .why = why_};
}

}  // namespace fairlead
