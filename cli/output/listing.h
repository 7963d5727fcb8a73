// One model of a command's answer, three forms of it: a table for people, JSON and YAML for
// programs, all from the same cells. Pure text; thread-safe. It does not fetch or sort anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.h"

namespace fairlead {

struct Nothing {
  friend bool operator==(Nothing, Nothing) = default;
};

/// Nothing is "-" in a table and null elsewhere; a list is joined by ',' in a table.
using Cell = std::variant<Nothing, bool, std::int64_t, std::string, std::vector<std::string>>;

enum class CellTone { kPlain, kGood, kWarning, kBad };  ///< green, yellow, red

struct Column {
  std::string key;       ///< of JSON and YAML: "exit_code"
  std::string title;     ///< of the table: "EXIT"
  bool is_wide = false;  ///< in tables only with TableOptions::wide; always in JSON and YAML
};

struct ListingRow {
  std::vector<Cell> cells;           ///< one for each column
  CellTone tone = CellTone::kPlain;  ///< of the column Listing::tone_column
};

struct Listing {
  std::string name;  ///< of the list in JSON and YAML: "tasks"
  std::vector<Column> columns;
  std::vector<ListingRow> rows;
  std::size_t tone_column = 0;
  std::string empty_text = "nothing found";  ///< the table when there are no rows
};

enum class OutputFormat { kTable, kJson, kYaml };
Result<OutputFormat> parse_output_format(std::string_view text);

struct TableOptions {
  bool use_color = false;
  bool wide = false;
  bool header = true;
  /// Longer rows are cut, in their longest cells but neither in the first column nor in ids; 0: no
  /// limit. `wide` tables are never cut.
  std::size_t width_max = 0;
};

/// Every row in its own line, columns aligned by characters (UTF-8), numbers to the right. Control
/// bytes become '?': what a task called itself must not move the terminal's cursor.
std::string to_table(const Listing& listing, const TableOptions& options);
/// `{"tasks":[{…}]}` with two spaces of indent, keys in column order.
std::string to_json(const Listing& listing);
/// The same as YAML; texts that YAML would read as something else are quoted.
std::string to_yaml(const Listing& listing);
std::string render(const Listing& listing, OutputFormat format, const TableOptions& options);

/// The first characters of `text` and "…" where it is longer than `width` characters.
std::string cut(const std::string& text, std::size_t width);

/// Columns of the terminal behind `descriptor`; 0 when it is none.
std::size_t terminal_width(int descriptor);

/// True when `descriptor` is a terminal, NO_COLOR is unset or empty, and TERM is not "dumb".
bool color_wanted(int descriptor);

}  // namespace fairlead
