// The world of one master script: a real MasterCore, a virtual clock, a registry that persists,
// refuses or holds its answers, and agents and frameworks that remember just enough (session, ids,
// tasks, update numbers) to say what real ones would say. Not thread-safe.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "master/master_core.h"
#include "simulator/script/script_line.h"

namespace fairlead {

/// "t1#2" -> t1, 2; without '#' the attempt is `otherwise`.
std::pair<TaskId, std::uint32_t> parse_script_token(const std::string& text,
                                                    std::uint32_t otherwise);

/// "t1#2".
std::string script_task_key(const TaskId& task, std::uint32_t attempt);

class MasterWorld {
 public:
  /// `patterns` outlives it.
  explicit MasterWorld(const PatternMatcher& patterns);

  /// Runs one command. Returns its trace; an Error when the command cannot be read.
  Result<std::vector<std::string>> run(const ScriptLine& line);

 private:
  struct Agent {
    ConnectionId connection;
    Session session;
    AgentInfo info;
    Principal principal;
    std::map<std::string, TaskReport> tasks;  ///< by "task#attempt"
  };
  struct Framework {
    ConnectionId connection;
    Session session;
    FrameworkInfo info;
    std::map<RoleName, std::vector<DemandShape>> demand;
  };

  static constexpr WallTime kWallAtZero{1'000'000};

  Status configure(const ScriptLine& line);
  Status start(const ScriptLine& line);
  Status on_agent(const ScriptLine& line);
  Status agent_registers(Agent& agent, const ScriptLine& line);
  Status agent_registers_part(Agent& agent, const ScriptLine& line, RegisterAgent whole);
  Status agent_status(Agent& agent, const ScriptLine& line);
  Status on_framework(const ScriptLine& line);
  static void take_launch(Agent& agent, const LaunchTask& launch, TaskState state);
  void framework_subscribes(const std::string& name, const ScriptLine& line);
  Status on_demand(const ScriptLine& line);
  Result<AcceptOffers> parse_accept(const ScriptLine& line,
                                    std::span<const std::string> words) const;
  Status on_accept(const ScriptLine& line);
  Status on_accept_gang(const ScriptLine& line);
  Status on_operate(const ScriptLine& line);
  Status on_decline(const ScriptLine& line);
  Status on_answer(const ScriptLine& line);
  Status on_kill(const ScriptLine& line);
  Status on_acknowledge(const ScriptLine& line);
  Status on_reconcile(const ScriptLine& line);
  Status on_operator(const ScriptLine& line);
  Status on_hosts(const ScriptLine& line);
  Status on_registry(const ScriptLine& line);
  Status on_crowd(const ScriptLine& line);
  Status advance(const ScriptLine& line);
  Status show(const ScriptLine& line);

  void say(const Agent& agent, AgentToMaster message);
  void say(const Framework& framework, FrameworkToMaster message);
  void step(const MasterEvent& event);
  void note(const MasterAction& action);
  void answer_writes();
  void answer_oldest_write();
  Framework& framework(const std::string& name);

  const PatternMatcher& patterns_;
  MasterConfig config_;
  std::unique_ptr<MasterCore> core_;
  Instant now_;
  std::uint64_t connections_ = 0;
  std::uint64_t requests_ = 0;
  std::map<std::string, Agent> agents_;
  std::map<std::string, Framework> frameworks_;
  std::map<std::string, RegistryRecord> registry_;
  std::deque<WriteRegistry> writes_;  ///< not answered yet
  WriteOutcome outcome_ = WriteOutcome::kPersisted;
  std::string outcome_reason_;
  bool holds_ = false;   ///< the registry does not answer
  bool silent_ = false;  ///< echoes are not worth a line
  std::vector<std::string> trace_;
};

}  // namespace fairlead
