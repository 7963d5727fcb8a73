// The main() of a framework that only schedules: flags, log, signals, loop and driver. What it is
// for and what flags it has beside the common ones is the author's; see example/hello.cc. A
// framework that also serves HTTP joins the same parts itself (batch/daemon/batch_process.cc).
// Made and run by main(), before any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "frameworks/sdk/driver/framework_flags.h"
#include "frameworks/sdk/scheduler.h"
#include "runtime/adapters/flags/flags.h"

namespace fairlead::sdk {

class FrameworkMain {
 public:
  /// `name` is the framework's kind, its name and its role unless flags say otherwise; the program
  /// is fairlead-<name>. `help` says what it does.
  FrameworkMain(const std::string& name, const std::string& help);
  FrameworkMain(const FrameworkMain&) = delete;
  FrameworkMain& operator=(const FrameworkMain&) = delete;

  /// For flags of its own.
  FlagSet& flags() { return flags_; }
  /// What its code can deal with.
  void can(const FrameworkCapabilities& capabilities) { values_.capabilities = capabilities; }

  /// Runs to the end of the framework, or to SIGTERM or SIGINT, which leave its tasks running for
  /// a next life. `make_scheduler` is called once, after the flags are read. The exit code: 0; 1
  /// after an error, which was said on stderr; kExitUsage for bad flags.
  int run(int argc, const char* const* argv,
          const std::function<std::unique_ptr<Scheduler>()>& make_scheduler);

 private:
  const std::string program_;
  FrameworkFlags values_;
  FlagSet flags_;
};

}  // namespace fairlead::sdk
