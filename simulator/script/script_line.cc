#include "simulator/script/script_line.h"

#include <algorithm>
#include <charconv>

namespace fairlead {
namespace {

Error unreadable(std::string_view what, const char* expected, std::string_view got) {
  return invalid({.what = std::string(what),
                  .where = "",
                  .expected = expected,
                  .got = std::string(got),
                  .hint = ""});
}

}  // namespace

const std::string& ScriptLine::word(std::size_t i) const {
  static const std::string kNone;
  return i < words.size() ? words[i] : kNone;
}

std::string ScriptLine::option(const std::string& key, const std::string& otherwise) const {
  auto found = options.find(key);
  return found == options.end() ? otherwise : found->second;
}

std::vector<std::string> split_text(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::size_t end = text.find(separator);
    if (end != 0) parts.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return parts;
}

Error unreadable(const ScriptLine& line, const std::string& expected) {
  return invalid(
      {.what = "command", .where = "", .expected = expected, .got = line.text, .hint = ""});
}

ScriptLine split_script_line(std::string_view line) {
  ScriptLine split;
  split.text = std::string(line);
  for (std::string& word : split_text(line, ' ')) {
    std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      split.words.push_back(std::move(word));
    } else {
      split.options[word.substr(0, equals)] = word.substr(equals + 1);
    }
  }
  return split;
}

Result<std::int64_t> parse_script_number(std::string_view text, std::string_view what) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return unreadable(what, "a whole number", text);
  }
  return number;
}

Result<Duration> parse_script_duration(std::string_view text) {
  std::size_t digits = text.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string_view::npos) {
    return unreadable("duration", "a number with ms, s, m or h", text);
  }
  Result<std::int64_t> number = parse_script_number(text.substr(0, digits), "duration");
  if (!number) return number.error();
  std::string_view unit = text.substr(digits);
  if (*number > 1'000'000) return unreadable("duration", "at most 1000000 of a unit", text);
  if (unit == "ms") return milliseconds(*number);
  if (unit == "s") return seconds(*number);
  if (unit == "m") return seconds(*number * 60);
  if (unit == "h") return seconds(*number * 3600);
  return unreadable("duration", "a number with ms, s, m or h", text);
}

Result<ScriptDurations> parse_script_durations(std::string_view text) {
  std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return unreadable("durations", "two, as 1s..8s", text);
  Result<Duration> min = parse_script_duration(text.substr(0, dots));
  if (!min) return min.error();
  Result<Duration> max = parse_script_duration(text.substr(dots + 2));
  if (!max) return max.error();
  return ScriptDurations{*min, *max};
}

Result<TaskState> parse_script_state(std::string_view text) {
  std::string name = "TASK_" + std::string(text);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  for (int i = 0; i <= static_cast<int>(TaskState::kUnknown); ++i) {
    const auto state = static_cast<TaskState>(i);
    if (to_string(state) == name) return state;
  }
  return unreadable("state of a task", "a state as RUNNING or finished", text);
}

std::vector<RoleName> parse_script_roles(std::string_view text) {
  std::vector<RoleName> roles;
  for (std::string& role : split_text(text, ',')) roles.push_back({std::move(role)});
  return roles;
}

}  // namespace fairlead
