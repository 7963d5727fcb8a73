#include "simulator/script/script.h"

namespace fairlead {
namespace {

constexpr std::string_view kTraceIndent = "  ";

/// Splits off the first line, without its newline.
std::string_view next_line(std::string_view& rest) {
  std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return line;
}

}  // namespace

Result<std::string> run_script(std::string_view script, const RunCommand& run) {
  std::string text;
  std::string_view rest = script;
  for (int number = 1; !rest.empty(); ++number) {
    std::string_view line = next_line(rest);
    if (line.starts_with(kTraceIndent)) continue;
    text += std::string(line) + "\n";
    if (line.empty() || line.front() == '#') continue;
    Result<std::vector<std::string>> trace = run(split_script_line(line));
    if (!trace) {
      return Error{trace.error().code,
                   "line " + std::to_string(number) + ": " + trace.error().message};
    }
    for (const std::string& one : *trace) text += std::string(kTraceIndent) + one + "\n";
  }
  return text;
}

}  // namespace fairlead
