#include "simulator/script/agent_script.h"

#include "simulator/script/agent_world.h"
#include "simulator/script/script.h"

namespace fairlead {

Result<std::string> run_agent_script(std::string_view script) {
  AgentWorld world;
  return run_script(script, [&world](const ScriptLine& line) { return world.run(line); });
}

}  // namespace fairlead
