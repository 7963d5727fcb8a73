// One command of a script, split into words: `name word word key=value key=value`.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "common/task.h"
#include "common/time.h"

namespace fairlead {

struct ScriptLine {
  std::vector<std::string> words;              ///< those without '='
  std::map<std::string, std::string> options;  ///< key=value
  std::string text;                            ///< as it was

  /// The word at `i`, "" when there is none.
  const std::string& word(std::size_t i) const;
  /// The option's value, `otherwise` when it is not given.
  std::string option(const std::string& key, const std::string& otherwise = "") const;
  bool has(const std::string& key) const { return options.contains(key); }
};

ScriptLine split_script_line(std::string_view line);
/// kInvalid: what was expected instead of the line.
Error unreadable(const ScriptLine& line, const std::string& expected);

/// "250ms", "5s", "2h"; whole numbers of ms, s, m, h.
Result<Duration> parse_script_duration(std::string_view text);
struct ScriptDurations {
  Duration min;
  Duration max;
};
/// "1s..8s".
Result<ScriptDurations> parse_script_durations(std::string_view text);
Result<std::int64_t> parse_script_number(std::string_view text, std::string_view what);
/// "RUNNING" or "running": TASK_RUNNING.
Result<TaskState> parse_script_state(std::string_view text);
/// "a,b/c": role names, "" is an empty list.
std::vector<RoleName> parse_script_roles(std::string_view text);
std::vector<std::string> split_text(std::string_view text, char separator);

}  // namespace fairlead
