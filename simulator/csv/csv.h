// A table of comma-separated values with one line of names: no quotes, no empty lines, as many
// cells in every line as names. Says file, line and column of what it refuses. A pure value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/limits.h"
#include "common/result.h"

namespace fairlead {

class Csv {
 public:
  /// `name` stands for the file in messages.
  static Result<Csv> parse(std::string text, std::string name);

  std::size_t rows() const { return columns_.empty() ? 0 : cells_.size() / columns_.size(); }
  /// The place of a column; an error that names the nearest one when there is none.
  Result<std::size_t> column(std::string_view name) const;
  std::string_view cell(std::size_t row, std::size_t column) const;
  /// `FILE:LINE:COLUMN: name: expected …, got "…"`.
  Error error(std::size_t row, std::size_t column, const std::string& expected) const;
  /// A whole number, 0..most.
  Result<std::int64_t> number(std::size_t row, std::size_t column,
                              std::int64_t most = limits::kQuantityMax) const;

 private:
  struct Cell {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  Status read_line(std::size_t begin, std::size_t end, std::size_t line);
  Error error_at(std::size_t line, std::size_t column, const Complaint& complaint) const;

  std::string text_;
  std::string name_;
  std::vector<std::string> columns_;
  std::vector<Cell> cells_;               // of all rows
  std::vector<std::size_t> line_begins_;  // of rows
};

}  // namespace fairlead
