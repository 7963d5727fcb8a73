#include "runtime/adapters/log/log.h"

#include <glog/logging.h>
#include <unistd.h>

#include <algorithm>

#include "common/limits.h"

namespace fairlead {
namespace {

bool is_plain(char c) {
  return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '=';
}

void append_value(std::string& line, std::string_view value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  bool cut = value.size() > limits::kErrorCharsMax;
  value = value.substr(0, limits::kErrorCharsMax);
  bool plain = !cut && !value.empty() && std::all_of(value.begin(), value.end(), is_plain);
  if (plain) {
    line += value;
    return;
  }
  line += '"';
  for (char c : value) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      line += "\\x";
      line += kHex[byte >> 4];
      line += kHex[byte & 15];
    } else {
      line += c;
    }
  }
  line += cut ? "…\"" : "\"";
}

int severity(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return google::GLOG_INFO;
    case LogLevel::kWarning:
      return google::GLOG_WARNING;
    case LogLevel::kError:
      return google::GLOG_ERROR;
  }
  return google::GLOG_ERROR;
}

}  // namespace

Status start_log(const LogOptions& options) {
  if (google::IsGoogleLoggingInitialized()) return {};
  if (!options.directory.empty() && ::access(options.directory.c_str(), W_OK | X_OK) != 0) {
    return invalid({.what = "flag --log-dir",
                    .expected = "a directory that this process may write to",
                    .got = options.directory});
  }
  FLAGS_logtostderr = options.directory.empty();
  FLAGS_log_dir = options.directory;
  FLAGS_minloglevel = severity(options.level);
  FLAGS_logbufsecs = 1;
  // glog keeps the pointer for good.
  google::InitGoogleLogging((new std::string(options.program))->c_str());
  return {};
}

std::string format_log_line(std::string_view event, std::initializer_list<LogField> fields) {
  std::string line = "event=";
  append_value(line, event);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_value(line, field.value);
  }
  return line;
}

void log_line(LogLevel level, std::string_view event, std::initializer_list<LogField> fields,
              const char* file, int line) {
  google::LogMessage(file, line, severity(level)).stream() << format_log_line(event, fields);
}

}  // namespace fairlead
