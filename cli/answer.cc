#include "cli/answer.h"

#include <cctype>

namespace fairlead::cli {
namespace {

using nlohmann::ordered_json;

bool is_nested(const ordered_json& value) {
  return (value.is_object() || value.is_array()) && !value.empty();
}

std::string scalar(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

void append_yaml(const ordered_json& value, const std::string& indent, std::string& out) {
  if (!is_nested(value)) {
    out += indent + scalar(value) + "\n";
    return;
  }
  // The first key of a map in a list stands on the line of its dash.
  for (const auto& [key, item] : value.items()) {
    const std::string head = value.is_array() ? "-" : scalar(key) + ":";
    if (!is_nested(item)) {
      out += indent + head + " " + scalar(item) + "\n";
    } else if (value.is_array()) {
      std::string inner;
      append_yaml(item, indent + "  ", inner);
      inner.replace(indent.size(), 1, "-");
      out += inner;
    } else {
      out += indent + head + "\n";
      append_yaml(item, indent + "  ", out);
    }
  }
}

}  // namespace

OutputFormat format_of(const CommonOptions& options) {
  Result<OutputFormat> format = parse_output_format(options.output);
  return format ? *format : OutputFormat::kTable;
}

void print_listing(const Listing& listing, const CommonOptions& options, Terminal& terminal) {
  terminal.out << render(
      listing, format_of(options),
      {.use_color = terminal.out_has_color, .wide = options.wide, .width_max = terminal.out_width});
}

void print_document(const ordered_json& document, const std::string& table,
                    const CommonOptions& options, Terminal& terminal) {
  switch (format_of(options)) {
    case OutputFormat::kTable:
      terminal.out << table;
      break;
    case OutputFormat::kJson:
      terminal.out << document.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
      break;
    case OutputFormat::kYaml:
      terminal.out << to_yaml(document);
      break;
  }
}

std::string to_yaml(const ordered_json& document) {
  std::string out;
  append_yaml(document, "", out);
  return out;
}

std::string short_state(const std::string& state) {
  std::string word = state.starts_with("TASK_") ? state.substr(5) : state;
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return word;
}

CellTone tone_of(const std::string& state) {
  if (state == "running" || state == "finished" || state == "active") return CellTone::kGood;
  if (state == "failed" || state == "error" || state == "gone" || state == "gone_by_operator") {
    return CellTone::kBad;
  }
  if (state == "unreachable" || state == "deactivated" || state == "draining" ||
      state == "drained" || state == "silent" || state == "paused" || state == "dropped" ||
      state == "disconnected") {
    return CellTone::kWarning;
  }
  return CellTone::kPlain;
}

}  // namespace fairlead::cli
