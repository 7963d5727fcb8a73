#include "cli/progress.h"

#include <algorithm>
#include <chrono>

#include "cli/output/listing.h"

namespace fairlead::cli {
namespace {

constexpr Duration kPlainPause = seconds(1);

std::string two_digits(std::int64_t n) {
  return (n < 10 ? "0" : "") + std::to_string(n);
}

}  // namespace

void ProgressLine::show(const std::string& text, Instant now) {
  if (text == shown_) return;
  if (is_live_) {
    // A line that wraps could not be taken back.
    out_ << "\r\x1b[K" << (width_ > 1 ? cut(text, width_ - 1) : text) << std::flush;
  } else {
    if (shown_at_ && now - *shown_at_ < kPlainPause) return;
    out_ << text << std::endl;
  }
  shown_ = text;
  shown_at_ = now;
}

void ProgressLine::clear() {
  if (is_live_ && !shown_.empty()) out_ << "\r\x1b[K" << std::flush;
  shown_.clear();
}

std::string bar(const BarOptions& options) {
  const std::int64_t part = std::clamp<std::int64_t>(options.part, 0, options.whole);
  const auto filled =
      options.whole == 0 ? 0 : static_cast<std::size_t>(part * options.width / options.whole);
  return "[" + std::string(filled, '#') +
         std::string(static_cast<std::size_t>(options.width) - filled, '.') + "]";
}

Instant steady_now() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()};
}

std::string short_duration(std::int64_t ms) {
  if (ms < 1'000) return std::to_string(ms) + "ms";
  const std::int64_t s = ms / 1'000;
  if (s < 60) return std::to_string(s) + "s";
  if (s < 3'600) return std::to_string(s / 60) + "m" + two_digits(s % 60) + "s";
  return std::to_string(s / 3'600) + "h" + two_digits(s % 3'600 / 60) + "m";
}

}  // namespace fairlead::cli
