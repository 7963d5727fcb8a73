#include "simulator/report/format.h"

#include <algorithm>

namespace fairlead::scenario {
namespace {

struct Unit {
  std::int64_t ns;
  const char* name;
};
constexpr Unit kUnits[] = {{86'400'000'000'000, "d"}, {3'600'000'000'000, "h"},
                           {60'000'000'000, "m"},     {1'000'000'000, "s"},
                           {1'000'000, "ms"},         {1'000, "us"}};

/// Tenths below 100, whole above.
std::string short_number(std::int64_t tenths) {
  const std::string whole = std::to_string(tenths / 10);
  if (tenths >= 1'000 || tenths % 10 == 0) return whole;
  return whole + "." + std::to_string(tenths % 10);
}

}  // namespace

std::string short_span(Duration span) {
  for (const Unit& unit : kUnits) {
    if (span.ns >= unit.ns) {
      return short_number(
                 static_cast<std::int64_t>(static_cast<__int128>(span.ns) * 10 / unit.ns)) +
             unit.name;
    }
  }
  return span.ns == 0 ? "0s" : std::to_string(span.ns) + "ns";
}

std::string percent(std::int64_t per_mille) {
  return std::to_string(per_mille / 10) + "." + std::to_string(per_mille % 10) + "%";
}

std::string hex(std::uint64_t number) {
  std::string text(16, '0');
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number >>= 4) {
    *digit = "0123456789abcdef"[number & 15];
  }
  return text;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, "'");
  }
  return text;
}

std::string Table::text() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string fill(widths[i] - row[i].size(), ' ');
      const bool is_left = i == 0 || left_.contains(i);
      line += (i == 0 ? "" : "  ") + (is_left ? row[i] + fill : fill + row[i]);
    }
    text += "  " + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace fairlead::scenario
