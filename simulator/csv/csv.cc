#include "simulator/csv/csv.h"

#include <algorithm>

#include "common/edit_distance.h"
#include "common/parse_units.h"

namespace fairlead {
Result<Csv> Csv::parse(std::string text, std::string name) {
  Csv csv;
  csv.text_ = std::move(text);
  csv.name_ = std::move(name);
  std::size_t line = 0;
  for (std::size_t begin = 0; begin < csv.text_.size();) {
    std::size_t end = std::min(csv.text_.find('\n', begin), csv.text_.size());
    const std::size_t next = end + 1;
    if (end > begin && csv.text_[end - 1] == '\r') --end;
    if (Status read = csv.read_line(begin, end, ++line); !read) return read.error();
    begin = next;
  }
  if (csv.columns_.empty()) return csv.error_at(1, 1, {.what = "no line with names of columns"});
  return csv;
}

Status Csv::read_line(std::size_t begin, std::size_t end, std::size_t line) {
  const std::size_t before = cells_.size();
  for (std::size_t at = begin; at <= end;) {
    const std::size_t comma = std::min(text_.find(',', at), end);
    const std::string_view cell = std::string_view(text_).substr(at, comma - at);
    const std::size_t quote = cell.find('"');
    if (quote != std::string_view::npos) {
      return error_at(line, at + quote - begin + 1, {.what = "quotes are not read"});
    }
    if (line == 1) {
      columns_.emplace_back(cell);
    } else {
      cells_.push_back({at, comma});
    }
    at = comma + 1;
  }
  if (line == 1) return {};
  line_begins_.push_back(begin);
  const std::size_t cells = cells_.size() - before;
  if (cells == columns_.size()) return {};
  return error_at(line, 1,
                  {.what = "number of cells",
                   .where = {},
                   .expected = std::to_string(columns_.size()),
                   .got = std::to_string(cells),
                   .hint = {}});
}

Result<std::size_t> Csv::column(std::string_view name) const {
  const auto found = std::find(columns_.begin(), columns_.end(), name);
  if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
  std::string all;
  for (const std::string& one : columns_) all += (all.empty() ? "" : ", ") + one;
  return error_at(1, 1,
                  {.what = "no column \"" + std::string(name) + "\"",
                   .where = {},
                   .expected = "one of " + all,
                   .got = {},
                   .hint = did_you_mean(name, columns_)});
}

std::string_view Csv::cell(std::size_t row, std::size_t column) const {
  const Cell& cell = cells_[row * columns_.size() + column];
  return std::string_view(text_).substr(cell.begin, cell.end - cell.begin);
}

Error Csv::error_at(std::size_t line, std::size_t column, const Complaint& complaint) const {
  return Error{ErrorCode::kInvalid, name_ + ":" + std::to_string(line) + ":" +
                                        std::to_string(column) + ": " + to_string(complaint)};
}

Error Csv::error(std::size_t row, std::size_t column, const std::string& expected) const {
  const Cell& cell = cells_[row * columns_.size() + column];
  return error_at(row + 2, cell.begin - line_begins_[row] + 1,
                  {.what = columns_[column],
                   .where = {},
                   .expected = expected,
                   .got = std::string(this->cell(row, column)),
                   .hint = {}});
}

Result<std::int64_t> Csv::number(std::size_t row, std::size_t column, std::int64_t most) const {
  const Result<std::int64_t> value = parse_integer(cell(row, column));
  if (value && *value >= 0 && *value <= most) return value;
  return error(row, column, "a whole number, 0.." + std::to_string(most));
}

}  // namespace fairlead
