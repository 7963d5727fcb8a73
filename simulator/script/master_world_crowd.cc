// Many agents or frameworks at once, for scripts in which their number matters.
#include "simulator/script/master_world.h"

namespace fairlead {

Status MasterWorld::on_crowd(const ScriptLine& line) {
  const std::string& kind = line.word(1);
  Result<std::int64_t> count = parse_script_number(line.word(2), "how many");
  if (!count) return count.error();
  if (kind != "agents" && kind != "frameworks") {
    return Error{ErrorCode::kInvalid, "crowd: expected agents or frameworks, got '" + kind + "'"};
  }
  for (std::int64_t i = 1; i <= *count; ++i) {
    const std::string number = std::to_string(i);
    Status done = kind == "agents"
                      ? on_agent(split_script_line("agent agent-" + number + " registers cpus:1"))
                      : on_framework(split_script_line("framework framework-" + number +
                                                       " subscribes roles=crowd"));
    if (!done) return done;
  }
  trace_.clear();  // each of them says the same
  return {};
}

}  // namespace fairlead
