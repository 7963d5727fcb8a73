// What the numbers of a log stand for, and its events and actions as lines for people. Knows names
// from the events it was shown. No decision. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "common/allocator_events.h"

namespace fairlead::replay_log {

class Names {
 public:
  /// Learns the names that the event brings. Before its text is asked for.
  void note(const allocation::Event& event);

  std::string of(AgentHandle agent) const;
  std::string of(FrameworkHandle framework) const;
  /// One line.
  std::string text(const allocation::Event& event) const;
  std::string text(const allocation::Action& action) const;
  /// Without the numbers of offers and reclaims, which another allocator counts in another way.
  std::string unnumbered(const allocation::Action& action) const;

 private:
  std::map<std::uint32_t, std::string> agents_;
  std::map<std::uint32_t, std::string> frameworks_;
};

}  // namespace fairlead::replay_log
