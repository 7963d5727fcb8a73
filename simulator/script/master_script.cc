#include "simulator/script/master_script.h"

#include "simulator/script/master_world.h"
#include "simulator/script/script.h"

namespace fairlead {

Result<std::string> run_master_script(std::string_view script, const PatternMatcher& patterns) {
  MasterWorld world(patterns);
  return run_script(script, [&world](const ScriptLine& line) { return world.run(line); });
}

}  // namespace fairlead
