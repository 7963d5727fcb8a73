#include "simulator/report/svg.h"

#include <algorithm>

namespace fairlead::scenario {
namespace {

// Of the whole picture and of the field within it, in pixels.
constexpr std::int64_t kWidth = 860;
constexpr std::int64_t kHeight = 260;
constexpr std::int64_t kLeft = 58;
constexpr std::int64_t kRight = 842;
constexpr std::int64_t kTop = 12;
constexpr std::int64_t kBottom = 228;

std::int64_t between(std::int64_t value, std::int64_t most, std::int64_t from, std::int64_t to) {
  const std::int64_t kept = std::clamp<std::int64_t>(value, 0, most);
  return from + static_cast<std::int64_t>(static_cast<__int128>(kept) * (to - from) / most);
}

std::int64_t x_of(const Plot& plot, std::int64_t x) {
  return between(x, std::max<std::int64_t>(plot.x_max, 1), kLeft, kRight);
}
std::int64_t y_of(const Plot& plot, std::int64_t y) {
  return between(y, std::max<std::int64_t>(plot.y_max, 1), kBottom, kTop);
}

std::string attribute(const char* name, std::int64_t value) {
  return std::string(" ") + name + "=\"" + std::to_string(value) + "\"";
}

std::string straight(const char* kind, std::int64_t x1, std::int64_t y1, std::int64_t x2,
                     std::int64_t y2) {
  return std::string("<line class=\"") + kind + "\"" + attribute("x1", x1) + attribute("y1", y1) +
         attribute("x2", x2) + attribute("y2", y2) + "/>\n";
}

std::string label(std::int64_t x, std::int64_t y, const char* anchor, const std::string& text) {
  return "<text" + attribute("x", x) + attribute("y", y) + " text-anchor=\"" + anchor + "\">" +
         escaped(text) + "</text>\n";
}

std::string axes(const Plot& plot) {
  std::string svg;
  for (const Tick& tick : plot.y_ticks) {
    const std::int64_t y = y_of(plot, tick.at);
    svg += straight("grid", kLeft, y, kRight, y) + label(kLeft - 8, y + 4, "end", tick.label);
  }
  for (const Tick& tick : plot.x_ticks) {
    const std::int64_t x = x_of(plot, tick.at);
    svg +=
        straight("axis", x, kBottom, x, kBottom + 5) + label(x, kBottom + 20, "middle", tick.label);
  }
  return svg + straight("axis", kLeft, kBottom, kRight, kBottom);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string svg_of(const Plot& plot) {
  std::string svg = "<svg role=\"img\" aria-label=\"" + escaped(plot.about) + "\" viewBox=\"0 0 " +
                    std::to_string(kWidth) + " " + std::to_string(kHeight) + "\">\n" + axes(plot);
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    const Line& line = plot.lines[i];
    if (line.points.empty()) continue;
    svg += "<polyline class=\"l" + std::to_string(i % kLineClasses) + "\" points=\"";
    for (const Point& point : line.points) {
      svg += std::to_string(x_of(plot, point.x)) + "," + std::to_string(y_of(plot, point.y)) + " ";
    }
    svg.back() = '"';
    svg += "><title>" + escaped(line.name) + "</title></polyline>\n";
  }
  return svg + "</svg>\n";
}

}  // namespace fairlead::scenario
