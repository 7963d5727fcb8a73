// Starts one shim per container, watches it, and finds it again after the agent's restart. Owned by
// the agent's main, used on its loop's thread only; no call waits for a container. Destroying a
// Launcher leaves its containers running.
//
// Every launched or adopted container is reported exactly once by on_exited, always after its
// on_started if there is one.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "agent/shim/spec_codec.h"
#include "common/container.h"
#include "isolators/apply/apply.h"
#include "isolators/plan.h"
#include "runtime/loop.h"

namespace fairlead {

struct LauncherOptions {
  std::string shim;           ///< absolute path of fairlead-shim
  isolators::HostFacts host;  ///< from isolators::detect_host()
  std::string cgroup_parent;  ///< "fairlead/<agent tag>"; one agent, one parent
};

struct LauncherEvents {
  /// The task's own program runs. `init_pid`: the container's pid 1 as the host sees it.
  std::function<void(const ContainerId&, const ShimIdentity&, std::int32_t init_pid)> on_started;
  /// Nothing of the container is left but its files.
  std::function<void(const ContainerExit&)> on_exited;
};

class Launcher {
 public:
  /// REQUIRES: `loop` outlives this object.
  Launcher(Loop& loop, LauncherOptions options, LauncherEvents events);
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// Makes `spec.meta` (its parent folder must exist) and spawns the shim: about 1 ms. What goes
  /// wrong later comes as ContainerExit::launch_error. kConflict: this meta folder was used before,
  /// so the container may have run. On an error nothing is left and no event follows.
  Status launch(const ContainerSpec& spec);

  /// Takes over the container whose shim has `meta`. Known by `identity`, or when its pid is 0 (the
  /// agent ended before it learnt it) by what the shim wrote itself; only then on_started comes
  /// (again), perhaps before this returns. If the shim is gone, on_exited runs before this returns:
  /// with the exit that it left, or without one, and then its cgroups are destroyed; with a
  /// launch_error when it never began, because the old agent ended first. kConflict: already here.
  Status adopt(const ContainerId& id, const std::string& meta, const ShimIdentity& identity);

  /// SIGTERM to the task's process group. kNotFound: no such container here.
  Status terminate(const ContainerId& id);
  /// SIGKILL to everything inside. kNotFound: no such container here.
  Status kill_now(const ContainerId& id);

  /// kNotFound: no such container here. Some file reads: tens of microseconds.
  Result<ResourceUsage> usage(const ContainerId& id) const;
  std::size_t containers() const { return containers_.size(); }

  /// Kills and removes every container cgroup below the parent that is neither in `known` nor here;
  /// tells which. For the agent's start, after all adoptions; may take a second each.
  std::vector<ContainerId> destroy_orphans(const std::vector<ContainerId>& known);
  /// Removes the agent's own empty cgroups. For an orderly end without containers.
  void remove_parents();

 private:
  struct Container {
    std::string meta;
    isolators::ContainerPlan plan;
    Descriptor process;  ///< pidfd of the shim
    Descriptor ready;    ///< ready pipe, or inotify of the meta folder, until it has spoken
    bool is_adopted = false;
    bool has_started = false;
    std::string refusal;           ///< why the shim could not even begin, as it said itself
    bool is_machine_full = false;  ///< of `refusal`, as in ContainerExit
  };

  void watch(const ContainerId& id, Container& container);
  void on_ready(const ContainerId& id);
  void on_ended(const ContainerId& id);
  void take_ready(const ContainerId& id, Container& container);
  void finish_ready(const ContainerId& id, Container& container,
                    const Result<shim::Started>& started);
  Status signal(const ContainerId& id, int number);
  ContainerExit take_exit(const ContainerId& id, const Container& container,
                          const std::string& why) const;

  Loop& loop_;
  const LauncherOptions options_;
  const LauncherEvents events_;
  std::map<ContainerId, Container> containers_;
};

}  // namespace fairlead
