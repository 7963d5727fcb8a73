#include "simulator/script/allocator_script.h"

#include "simulator/script/script.h"
#include "simulator/script/script_world.h"

namespace fairlead {

Result<std::string> run_allocator_script(std::string_view script, const PatternMatcher& patterns) {
  ScriptWorld world(patterns);
  return run_script(script, [&world](const ScriptLine& line) { return world.run(line); });
}

}  // namespace fairlead
