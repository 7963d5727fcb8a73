#include "cli/output/listing.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace fairlead {
namespace {

using Json = nlohmann::ordered_json;

/// Characters, not bytes: continuation bytes take no place.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string safe_for_terminal(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) c = '?';
  }
  return text;
}

std::string cell_text(const Cell& cell) {
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "yes" : "no";
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&cell))
    return text->empty() ? "-" : safe_for_terminal(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&cell)) {
    std::string out;
    for (const std::string& item : *list) out += (out.empty() ? "" : ",") + item;
    return out.empty() ? "-" : safe_for_terminal(std::move(out));
  }
  return "-";
}

Json cell_json(const Cell& cell) {
  return std::visit(
      [](const auto& value) -> Json {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, Nothing>) {
          return nullptr;
        } else {
          return value;
        }
      },
      cell);
}

std::string dumped(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

const char* color_of(CellTone tone) {
  switch (tone) {
    case CellTone::kPlain:
      return "";
    case CellTone::kGood:
      return "\x1b[32m";
    case CellTone::kWarning:
      return "\x1b[33m";
    case CellTone::kBad:
      return "\x1b[31m";
  }
  return "";
}

bool is_safe_plain(const std::string& text) {
  static constexpr std::string_view kMisread[] = {"true", "false", "yes", "no", "on",
                                                  "off",  "null",  "y",   "n"};
  std::string lower = text;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (std::find(std::begin(kMisread), std::end(kMisread), lower) != std::end(kMisread))
    return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/';
  });
}

/// A JSON string is a YAML string.
std::string yaml_text(const std::string& text) {
  return is_safe_plain(text) ? text : dumped(text, -1);
}

std::string yaml_cell(const Cell& cell) {
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&cell)) return yaml_text(*text);
  if (const auto* list = std::get_if<std::vector<std::string>>(&cell)) {
    std::string out;
    for (const std::string& item : *list) out += (out.empty() ? "" : ", ") + yaml_text(item);
    return "[" + out + "]";
  }
  return "null";
}

void check_shape(const Listing& listing) {
  for (const ListingRow& row : listing.rows)
    check(row.cells.size() == listing.columns.size(), "one cell for each column");
}

/// One line of a table; no blanks at its end.
class LineWriter {
 public:
  explicit LineWriter(std::string& out) : out_(out) {}
  void cell(const std::string& text, std::size_t width, bool to_the_right, const char* color) {
    if (!first_) blanks_ += 2;
    first_ = false;
    const std::size_t missing = width - std::min(width, width_of(text));
    if (to_the_right) blanks_ += missing;
    out_.append(blanks_, ' ');
    blanks_ = to_the_right ? 0 : missing;
    const bool colored = *color != '\0';
    out_ += color + text + (colored ? "\x1b[0m" : "");
  }
  void end() { out_ += '\n'; }

 private:
  std::string& out_;
  std::size_t blanks_ = 0;
  bool first_ = true;
};

/// What is between two columns.
constexpr std::size_t kGap = 2;
/// No column is cut below this.
constexpr std::size_t kCutWidthMin = 8;

/// Makes the widest columns narrower until a row has at most `width_max` characters.
void fit(const Listing& listing, const std::vector<std::size_t>& shown, std::size_t width_max,
         std::vector<std::size_t>& widths) {
  std::size_t whole = shown.empty() ? 0 : kGap * (shown.size() - 1);
  for (std::size_t i : shown) whole += widths[i];
  while (whole > width_max) {
    std::size_t widest = 0;  // the first column is never cut
    for (std::size_t i : shown) {
      const bool may_cut = i != shown.front() && listing.columns[i].key != "id";
      const std::size_t least = std::max(kCutWidthMin, width_of(listing.columns[i].title));
      if (!may_cut || widths[i] <= least) continue;
      if (widest == 0 || widths[i] > widths[widest]) widest = i;
    }
    if (widest == 0) return;
    --widths[widest];
    --whole;
  }
}

}  // namespace

std::string cut(const std::string& text, std::size_t width) {
  if (width_of(text) <= width) return text;
  std::string out;
  std::size_t taken = 0;
  for (char c : text) {
    const bool starts_one = (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    if (starts_one && ++taken >= width) break;
    out += c;
  }
  return width == 0 ? "" : out + "…";
}

Result<OutputFormat> parse_output_format(std::string_view text) {
  if (text == "table") return OutputFormat::kTable;
  if (text == "json") return OutputFormat::kJson;
  if (text == "yaml") return OutputFormat::kYaml;
  return invalid(
      {.what = "output format", .expected = "table, json or yaml", .got = std::string(text)});
}

std::string to_table(const Listing& listing, const TableOptions& options) {
  check_shape(listing);
  if (listing.rows.empty()) return listing.empty_text + "\n";
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < listing.columns.size(); ++i) {
    if (options.wide || !listing.columns[i].is_wide) shown.push_back(i);
  }
  std::vector<std::size_t> widths(listing.columns.size());
  std::vector<bool> numeric(listing.columns.size(), true);
  for (std::size_t i : shown) {
    if (options.header) widths[i] = width_of(listing.columns[i].title);
    for (const ListingRow& row : listing.rows) {
      widths[i] = std::max(widths[i], width_of(cell_text(row.cells[i])));
      const Cell& cell = row.cells[i];
      numeric[i] = numeric[i] && (std::holds_alternative<std::int64_t>(cell) ||
                                  std::holds_alternative<Nothing>(cell));
    }
  }
  if (options.width_max > 0 && !options.wide) fit(listing, shown, options.width_max, widths);
  std::string out;
  if (options.header) {
    LineWriter line(out);
    for (std::size_t i : shown) line.cell(listing.columns[i].title, widths[i], numeric[i], "");
    line.end();
  }
  for (const ListingRow& row : listing.rows) {
    LineWriter line(out);
    for (std::size_t i : shown) {
      const bool toned = options.use_color && i == listing.tone_column;
      line.cell(cut(cell_text(row.cells[i]), widths[i]), widths[i], numeric[i],
                toned ? color_of(row.tone) : "");
    }
    line.end();
  }
  return out;
}

std::string to_json(const Listing& listing) {
  check_shape(listing);
  Json rows = Json::array();
  for (const ListingRow& row : listing.rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      object[listing.columns[i].key] = cell_json(row.cells[i]);
    rows.push_back(std::move(object));
  }
  Json top = Json::object();
  top[listing.name] = std::move(rows);
  return dumped(top, 2) + "\n";
}

std::string to_yaml(const Listing& listing) {
  check_shape(listing);
  if (listing.rows.empty()) return listing.name + ": []\n";
  std::string out = listing.name + ":\n";
  for (const ListingRow& row : listing.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      out +=
          (i == 0 ? "- " : "  ") + listing.columns[i].key + ": " + yaml_cell(row.cells[i]) + "\n";
    }
  }
  return out;
}

std::string render(const Listing& listing, OutputFormat format, const TableOptions& options) {
  switch (format) {
    case OutputFormat::kTable:
      return to_table(listing, options);
    case OutputFormat::kJson:
      return to_json(listing);
    case OutputFormat::kYaml:
      return to_yaml(listing);
  }
  unreachable("every OutputFormat is rendered");
}

std::size_t terminal_width(int descriptor) {
  winsize size{};
  if (isatty(descriptor) != 1 || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

bool color_wanted(int descriptor) {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color != nullptr && *no_color != '\0') return false;
  const char* terminal = std::getenv("TERM");
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

}  // namespace fairlead
