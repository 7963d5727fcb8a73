// The containers of one simulated machine: they run for the time that their command names, outlive
// the agent's process, leave an exit report, and end with the machine. Owned by an AgentNode; not
// thread-safe.
//
// The command is `run <ms> <exit code> <stubborn>`: a stubborn task ignores SIGTERM.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/config.h"
#include "common/agent_events.h"
#include "simulator/chaos/ledger.h"
#include "simulator/chaos/process.h"

namespace fairlead::chaos {

class ContainerHost {
 public:
  using EventHandler = std::function<void(const AgentEvent&)>;

  /// `agent` is the process that is told; `on_event` is called in its life only.
  ContainerHost(Stage& stage, Process& agent, Ledger& ledger, EventHandler on_event);

  void launch(const ContainerSpec& spec);
  void adopt(const AdoptContainer& order);
  void terminate(const ContainerId& container);
  void kill(const ContainerId& container);
  void destroy_orphans(const DestroyOrphans& order);
  /// The container's exit report goes with its sandbox.
  void forget_sandbox(const std::string& path);
  /// What a start of the agent finds below the root; they outlive the machine's restart.
  std::vector<LeftoverSandbox> sandboxes() const;
  /// The machine lost its power.
  void on_reboot();

  struct Held {
    std::int64_t cpu_milli = 0;
    std::int64_t memory_kib = 0;
  };
  /// What each container that runs, or is being started, holds.
  const std::map<ContainerId, Held>& held() const { return held_; }

 private:
  struct Container {
    ContainerSpec spec;
    ShimIdentity shim;
    bool has_started = false;
    std::optional<ExitStatus> exit;
    bool is_alive() const { return !exit; }
  };

  void start(const ContainerId& id, std::uint64_t serial);
  void run(Container& container);
  void end(const ContainerId& id, std::uint64_t serial, ExitStatus exit);
  /// `container` is alive: it has ended by `exit`.
  void put_end(Container& container, ExitStatus exit);
  void tell(AgentEvent event);
  static ContainerExit report(const Container& container);

  Stage& stage_;
  Process& agent_;
  Ledger& ledger_;
  EventHandler on_event_;
  std::map<ContainerId, Container> containers_;
  std::map<ContainerId, Held> held_;
  std::set<std::string> sandboxes_;  ///< paths below the root
  std::int32_t pids_ = 1;
};

}  // namespace fairlead::chaos
