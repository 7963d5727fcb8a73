// What is reserved on an agent in a script, and volumes: told to the allocator as a master does.
#include "common/common_part.h"
#include "simulator/script/script_operations.h"
#include "simulator/script/script_world.h"

namespace fairlead {

ScriptWorld::Trace ScriptWorld::on_operation(const ScriptLine& line) {
  Result<ResourceOperation> operation = parse_script_operation(line, 0);
  if (!operation) return operation.error();
  const std::string& name = line.word(1);
  auto known = totals_.find(name);
  if (known == totals_.end()) return unreadable(line, "an agent that was added");
  Resources& total = known->second.total;
  Result<Resources> after = after_operation(total, *operation);
  if (!after) return std::vector<std::string>{"refused: " + after.error().message};
  Resources left = total;
  for (const auto& [at, held] : holdings_) {
    if (std::get<0>(at) == name) subtract(left, common_part(left, held));
  }
  Result<Conversion> free = convert(left, *operation);
  if (!free) return std::vector<std::string>{"refused: tasks hold some of it"};
  subtract(total, free->consumed);
  add(total, free->converted);
  Trace trace = step(allocation::AgentPaused{agent(name), "what is reserved is being changed"});
  for (const allocation::Event& event :
       {allocation::Event{allocation::AgentChanged{agent(name), total, known->second.attributes}},
        allocation::Event{allocation::AgentResumed{agent(name)}}}) {
    Trace more = step(event);
    trace->insert(trace->end(), more->begin(), more->end());
  }
  return trace;
}

}  // namespace fairlead
