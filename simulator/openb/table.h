// A table of comma-separated values with one line of names: no quotes, no empty lines, as many
// cells in every line as names. Says file, line and column of what it refuses. A pure value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace fairlead::openb {

class Table {
 public:
  /// `name` stands for the file in messages.
  static Result<Table> parse(std::string_view text, std::string name);

  std::size_t rows() const { return cells_.size(); }
  /// The place of a column; an error when there is none of that name.
  Result<std::size_t> column(std::string_view name) const;
  const std::string& cell(std::size_t row, std::size_t column) const { return cells_[row][column]; }
  /// A whole number, 0..most.
  Result<std::int64_t> number(std::size_t row, std::size_t column, std::int64_t most) const;
  /// `FILE:LINE: NAME: expected …, got "…"`.
  Error error(std::size_t row, std::size_t column, std::string expected) const;

 private:
  std::string name_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> cells_;
};

}  // namespace fairlead::openb
