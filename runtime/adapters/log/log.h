// One line per event for people and machines: `event=agent_admitted agent=a-1 ms=12`.
// A thin wrapper over glog, which writes the time, the thread and the file. It is not the audit
// log and not for the pure cores, which never log. Thread-safe after `start_log`.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/result.h"
#include "runtime/adapters/log/secret_text.h"

namespace fairlead {

enum class LogLevel { kInfo, kWarning, kError };

struct LogOptions {
  std::string program;    ///< "fairlead-master"
  std::string directory;  ///< files go here; "" writes to stderr
  LogLevel level = LogLevel::kInfo;
};

/// Call once, first thing in `main`; later calls change nothing. Also without it lines go to
/// stderr. kInvalid when `directory` is not a directory that this process may write to.
Status start_log(const LogOptions& options);

/// A value under a name. Numbers are printed in decimal; text with other than plain characters is
/// quoted, with control characters and quotes escaped, and cut at 1,024 characters.
struct LogField {
  LogField(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, const char* text) : name(field_name), value(text) {}
  LogField(std::string_view field_name, const std::string& text) : name(field_name), value(text) {}
  template <std::integral Number>
  LogField(std::string_view field_name, Number number)
      : name(field_name), value(std::to_string(number)) {}
  LogField(std::string_view, const SecretText&) = delete;

  std::string_view name;
  std::string value;
};

/// Writes `event=<event> name=value …` as one line. Names are our own words.
void log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {},
              const char* file = __builtin_FILE(), int line = __builtin_LINE());

/// The text of such a line.
std::string format_log_line(std::string_view event, std::initializer_list<LogField> fields);

}  // namespace fairlead
