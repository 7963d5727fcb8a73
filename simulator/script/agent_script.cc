#include "simulator/script/agent_script.h"

#include "simulator/script/agent_world.h"
#include "simulator/script/script_line.h"

namespace fairlead {

Result<std::string> run_agent_script(std::string_view script) {
  AgentWorld world;
  std::string text;
  std::string_view rest = script;
  for (int number = 1; !rest.empty(); ++number) {
    std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.starts_with("  ")) continue;
    text += std::string(line) + "\n";
    if (line.empty() || line.front() == '#') continue;
    Result<std::vector<std::string>> trace = world.run(split_script_line(line));
    if (!trace) {
      return Error{trace.error().code,
                   "line " + std::to_string(number) + ": " + trace.error().message};
    }
    for (const std::string& one : *trace) text += "  " + one + "\n";
  }
  return text;
}

}  // namespace fairlead
