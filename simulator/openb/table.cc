#include "simulator/openb/table.h"

#include <algorithm>
#include <charconv>

namespace fairlead::openb {
namespace {

constexpr std::size_t kFirstLine = 2;  // of values; the first one has the names

std::vector<std::string> split(std::string_view text, char by) {
  std::vector<std::string> parts;
  while (true) {
    std::size_t end = text.find(by);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Result<Table> Table::parse(std::string_view text, std::string name) {
  Table table;
  table.name_ = std::move(name);
  if (text.ends_with('\n')) text.remove_suffix(1);
  std::size_t line = 0;
  for (std::string& one : split(text, '\n')) {
    ++line;
    if (one.ends_with('\r')) one.pop_back();
    std::vector<std::string> cells = split(one, ',');
    if (line == 1) {
      table.names_ = std::move(cells);
      continue;
    }
    if (cells.size() != table.names_.size()) {
      return invalid(
          {.what = table.name_ + ":" + std::to_string(line),
           .where = "",
           .expected = std::to_string(table.names_.size()) + " values, as names in line 1",
           .got = std::to_string(cells.size()),
           .hint = ""});
    }
    table.cells_.push_back(std::move(cells));
  }
  if (!table.cells_.empty()) return table;
  return invalid({.what = table.name_ + ":1",
                  .where = "",
                  .expected = "a line of names and lines of values",
                  .got = text.empty() ? "an empty file" : "only one line",
                  .hint = ""});
}

Result<std::size_t> Table::column(std::string_view name) const {
  auto at = std::find(names_.begin(), names_.end(), name);
  if (at != names_.end()) return static_cast<std::size_t>(at - names_.begin());
  std::string all;
  for (const std::string& one : names_) all += (all.empty() ? "" : ",") + one;
  return invalid({.what = name_ + ":1",
                  .where = "",
                  .expected = "a column " + std::string(name),
                  .got = all,
                  .hint = ""});
}

Result<std::int64_t> Table::number(std::size_t row, std::size_t column, std::int64_t most) const {
  const std::string& text = cell(row, column);
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, value);
  if (read.ec == std::errc{} && read.ptr == end && value >= 0 && value <= most) return value;
  return error(row, column, "a whole number, 0.." + std::to_string(most));
}

Error Table::error(std::size_t row, std::size_t column, std::string expected) const {
  return invalid({.what = name_ + ":" + std::to_string(row + kFirstLine),
                  .where = names_[column],
                  .expected = std::move(expected),
                  .got = cell(row, column),
                  .hint = ""});
}

}  // namespace fairlead::openb
