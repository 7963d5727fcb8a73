// What a registry holds, and whether it is what a master's core believes: what operators decided,
// how agents and frameworks stand. For tests; one registry.
#pragma once

#include <map>
#include <string>

#include "common/master_events.h"
#include "master/state.h"

namespace fairlead {

class RegistryBook {
 public:
  void take(const WriteRegistry& write);
  /// Fails the test that runs. REQUIRES that no write is under way.
  void expect_same(const master::MasterState& state) const;

 private:
  void store(const RegistryRecord& record);
  void expect_agent(const master::AgentEntry& agent) const;
  void expect_windows(const master::MasterState& state) const;
  void expect_frameworks(const master::MasterState& state) const;
  void expect_quotas(const master::MasterState& state) const;
  void expect_reservations(const master::MasterState& state) const;

  std::map<AgentId, AgentRecord> agents_;
  std::map<std::string, DrainRecord> drains_;    // by key
  std::map<std::string, WindowRecord> windows_;  // by key
  std::map<FrameworkId, FrameworkRecord> frameworks_;
  std::map<std::string, QuotaRecord> quotas_;               // by key
  std::map<std::string, ReservationsRecord> reservations_;  // by key
};

}  // namespace fairlead
