// Carries out what the core orders about containers and sandboxes, and reports back. Owned by
// AgentProcess; loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "agent/launcher/launcher.h"
#include "common/agent_events.h"
#include "common/time.h"
#include "runtime/loop.h"

namespace fairlead {

class ContainerPort {
 public:
  using EventHandler = std::function<void(const AgentEvent&)>;

  struct Roots {
    std::string sandboxes;  ///< as AgentConfig::sandbox_root
    std::string metas;      ///< as AgentConfig::meta_root
    std::string volumes;    ///< as AgentConfig::volume_root
  };

  ContainerPort(Loop& loop, LauncherOptions options, Roots roots, EventHandler on_event);

  void launch(const ContainerSpec& spec);
  void adopt(const AdoptContainer& order);
  void terminate(const ContainerId& container);
  void kill(const ContainerId& container);
  void destroy_orphans(const DestroyOrphans& order);
  /// Removes a sandbox below the root and its container's meta folder, which holds the task's
  /// environment. Another path is refused and logged.
  void remove_sandbox(const std::string& path);
  /// Reports the usage of every container. O(containers) file reads.
  void sample();
  /// Kills every container; on_event reports their ends.
  void kill_all();
  std::size_t containers() const { return launcher_->containers(); }
  void remove_parents() { launcher_->remove_parents(); }

 private:
  void on_exited(const ContainerExit& exit);

  Roots roots_;
  EventHandler on_event_;
  std::set<ContainerId> live_;
  std::unique_ptr<Launcher> launcher_;
};

}  // namespace fairlead
