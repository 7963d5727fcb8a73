// The world of one allocator script: a real AllocatorCore, a virtual clock, and the names that the
// script gives to agents and frameworks. It plays the master's part: it remembers offers and
// holdings, so that `accept 1 cpus:1` and `free a1 f1 a all` mean exact resources.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "allocator/allocator.h"
#include "simulator/script/script_line.h"

namespace fairlead {

class ScriptWorld {
 public:
  /// `patterns` outlives it.
  explicit ScriptWorld(const PatternMatcher& patterns);

  /// Runs one command. Returns its trace; an Error when the command cannot be read.
  Result<std::vector<std::string>> run(const ScriptLine& line);

 private:
  using Trace = Result<std::vector<std::string>>;
  struct AgentTotal {
    Resources total;
    Attributes attributes;
  };
  using HoldingKey = std::tuple<std::string, std::string, std::string>;  // agent, framework, role

  Trace configure(const ScriptLine& line);
  Trace on_agent(const ScriptLine& line);
  Trace on_framework(const ScriptLine& line);
  Trace on_demand(const ScriptLine& line);
  Trace on_accept(const ScriptLine& line);
  Trace on_return(const ScriptLine& line);
  Trace on_free(const ScriptLine& line);
  Trace on_roles(const ScriptLine& line);
  Trace on_weight(const ScriptLine& line);
  Trace on_quota(const ScriptLine& line);
  Trace on_whitelist(const ScriptLine& line);
  Trace on_operation(const ScriptLine& line);
  Trace advance(const ScriptLine& line);
  Trace show_shares() const;
  Trace show_quotas() const;
  Trace show_offers() const;
  Trace show_free(const ScriptLine& line);
  Trace explain(const ScriptLine& line);
  Trace what_if(const ScriptLine& line);
  Trace show_need(const ScriptLine& line) const;

  Trace run_command(const ScriptLine& line);
  /// How long what an offer does not use is hidden; without `for`, what the mode does.
  Result<Duration> refuse_for(const ScriptLine& line) const;
  Trace step(const allocation::Event& event);
  /// Lets what is due at this very instant happen.
  void settle(std::vector<std::string>& trace);
  std::string describe(const allocation::Action& action);
  std::string describe_reclaim(const allocation::Reclaim& reclaim) const;
  AgentHandle agent(const std::string& name);
  FrameworkHandle framework(const std::string& name);

  const PatternMatcher& patterns_;
  AllocatorConfig config_;
  std::unique_ptr<AllocatorCore> core_;
  Instant now_;
  std::vector<std::string> agents_;      ///< names by handle
  std::vector<std::string> frameworks_;  ///< names by handle
  std::map<OfferId, allocation::MakeOffer> offers_;
  std::map<HoldingKey, Resources> holdings_;
  std::map<std::string, AgentTotal> totals_;  ///< of agents, as they were told last
  std::map<std::pair<std::string, std::string>, std::vector<DemandShape>> demands_;
};

}  // namespace fairlead
