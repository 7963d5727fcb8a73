// Watches a running container: moves its output into files, obeys the agent's two signals, and
// returns when everything inside is dead and the pipes are empty. Single-threaded.
#pragma once

#include <functional>
#include <string>

#include "agent/shim/container.h"

namespace fairlead::shim {

struct Ending {
  std::string launch_error;  ///< not empty: the task's program never ran
  ExitStatus exit;           ///< valid when there is no launch error
};

class Supervisor {
 public:
  /// `signals` is a signalfd for the stop and the kill signal. REQUIRES: all outlive this object.
  Supervisor(const isolators::ContainerPlan& plan, Running& running, LogFile& output,
             LogFile& errors, int signals);

  /// `on_started` runs once, when the task's own program is running.
  Ending run(const std::function<void()>& on_started);

 private:
  void watch(int descriptor);
  void forget(Descriptor& descriptor);
  void handle(int descriptor, const std::function<void()>& on_started);
  void take_failure(const std::function<void()>& on_started);
  void take_signal();
  /// False when there is nothing to read now; closes `pipe` at its end.
  bool move_output(Descriptor& pipe, LogFile& log);
  ExitStatus reap_init();

  const isolators::ContainerPlan& plan_;
  Running& running_;
  LogFile& output_;
  LogFile& errors_;
  const int signals_;
  Descriptor poll_;
  std::string launch_error_;
  bool init_ended_ = false;
};

}  // namespace fairlead::shim
