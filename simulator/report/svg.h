// One plot of lines as an SVG element: axes with ticks, a grid, a line per series with its name on
// hover. Whole-number coordinates, so the same numbers give the same bytes. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fairlead::scenario {

/// In the plot's own units; x within 0..x_max, y within 0..y_max, else it is cut.
struct Point {
  std::int64_t x = 0;
  std::int64_t y = 0;
};

struct Line {
  std::string name;
  std::vector<Point> points;  ///< by x
};

struct Tick {
  std::int64_t at = 0;
  std::string label;
};

struct Plot {
  std::string about;  ///< for those who cannot see it
  std::int64_t x_max = 1;
  std::int64_t y_max = 1;
  std::vector<Tick> x_ticks;
  std::vector<Tick> y_ticks;
  std::vector<Line> lines;
};

/// Lines have the classes l0 … l7 by place, then from the beginning.
inline constexpr std::size_t kLineClasses = 8;

std::string svg_of(const Plot& plot);
/// `&`, `<`, `>`, `"` and `'` written so that they are text.
std::string escaped(std::string_view text);

}  // namespace fairlead::scenario
