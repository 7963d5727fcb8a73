// The world of one agent script: a real AgentCore, a virtual clock, and a checkpoint that persists,
// refuses, loses or holds its writes and outlives the core. The master and the containers say only
// what the script makes them say. Not thread-safe.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "agent/agent_core.h"
#include "simulator/script/script_line.h"

namespace fairlead {

class AgentWorld {
 public:
  AgentWorld();

  /// Runs one command. Returns its trace; an Error when the command cannot be read.
  Result<std::vector<std::string>> run(const ScriptLine& line);

 private:
  Status configure(const ScriptLine& line);
  Status start(const ScriptLine& line);
  Status on_master(const ScriptLine& line);
  Status on_launch(const ScriptLine& line);
  Status on_kill(const ScriptLine& line);
  Status on_acknowledge(const ScriptLine& line);
  Status on_container(const ScriptLine& line);
  Status on_volume(const ScriptLine& line);
  Status on_disk(const ScriptLine& line);
  Status on_checkpoint(const ScriptLine& line);
  Status advance(const ScriptLine& line);

  void say(const ScriptLine& line, MasterToAgent message);
  void step(const AgentEvent& event);
  void answer_writes();
  Result<LaunchToken> token(const ScriptLine& line) const;

  AgentConfig config_;
  std::unique_ptr<AgentCore> core_;
  Instant now_;
  std::string boot_ = "b1";
  std::uint64_t epoch_ = 1;    ///< of the master's messages unless told
  std::uint64_t session_ = 1;  ///< of the master's messages unless told
  std::map<std::string, CheckpointRecord> durable_;
  std::set<std::string> damaged_;       ///< keys of unreadable rows that nothing replaced
  std::deque<WriteCheckpoint> writes_;  ///< not answered yet
  WriteOutcome outcome_ = WriteOutcome::kPersisted;
  std::string outcome_reason_;
  bool holds_ = false;  ///< the checkpoint does not answer
  bool is_advancing_ = false;
  std::vector<std::string> trace_;
};

}  // namespace fairlead
