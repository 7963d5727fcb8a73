// A random master around an AllocatorCore: it keeps its own books of offers and holdings, so that
// the properties are checked against something that is not the allocator's own state.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "allocator/allocator.h"

namespace fairlead {

/// Of an agent on a host of the same name.
inline AgentText agent_text(std::string_view name) {
  return AgentText({.id = name, .hostname = name, .http_address = {}});
}

struct AllocatorWorld {
  using HoldingKey = std::tuple<std::uint32_t, std::uint32_t, std::string>;  // agent, framework

  AllocatorCore core;
  Instant now;
  std::map<std::uint32_t, Resources> totals;  ///< agents that are present
  std::map<OfferId, allocation::MakeOffer> offers;
  std::map<HoldingKey, Resources> holdings;
  std::string history;  ///< every action, as text
  std::size_t rejects = 0;
  std::set<std::uint32_t> frameworks;  ///< that were added and not removed
  /// Called before each event.
  std::function<void(const allocation::Event&)> before;
  /// Called after each event with what it caused.
  std::function<void(const allocation::Event&, const std::vector<allocation::Action>&)> watch;

  explicit AllocatorWorld(AllocatorConfig config) : core(config) {}

  void step(const allocation::Event& event);
  void accept(OfferId offer, const Resources& used, Duration refuse_for, std::int32_t priority = 0);
  void decline(OfferId offer, Duration refuse_for);
  /// Nobody answered.
  void expire(OfferId offer, Duration refuse_for);
  void free_all(const HoldingKey& key);

  /// "" when the books agree: nothing is given twice, and free is what is left.
  std::string audit() const;
};

/// `cpus` in thousandths, `mem` in MiB.
Resources cpus_and_mem(std::int64_t cpu_milli, std::int64_t mem_mib);
DemandShape shape_of(const std::string& name, std::int64_t cpu_milli, std::int64_t mem_mib,
                     std::uint32_t count);

}  // namespace fairlead
