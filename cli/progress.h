// One line that says how far something is: written again and again on a terminal, as lines of its
// own elsewhere (only when it changed, at most one a second). Main thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "common/time.h"

namespace fairlead::cli {

class ProgressLine {
 public:
  /// `width`: columns of the terminal, so that a live line stays one line; 0: it is never cut.
  ProgressLine(std::ostream& out, bool is_live, std::size_t width = 0)
      : out_(out), is_live_(is_live), width_(width) {}
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// `now` counts from anywhere.
  void show(const std::string& text, Instant now);
  /// Takes the line away, so that something else can be printed.
  void clear();

 private:
  std::ostream& out_;
  const bool is_live_;
  const std::size_t width_;
  std::string shown_;
  std::optional<Instant> shown_at_;
};

struct BarOptions {
  std::int64_t part = 0;
  std::int64_t whole = 0;  ///< 0: an empty bar
  int width = 20;          ///< characters between the brackets
};
/// "[#####.....]"
std::string bar(const BarOptions& options);

/// CLOCK_MONOTONIC.
Instant steady_now();
/// For people: "850ms", "12s", "3m10s", "2h05m".
std::string short_duration(std::int64_t ms);

}  // namespace fairlead::cli
