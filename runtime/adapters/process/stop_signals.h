// SIGTERM and SIGINT as an event of the loop instead of an interruption. Block them first thing in
// main(), before any thread exists; then watch them from the loop. Loop's thread only.
#pragma once

#include <functional>
#include <memory>

#include "common/result.h"
#include "runtime/loop.h"

namespace fairlead {

/// Blocks both signals in this thread and in all that it starts. SIGPIPE is ignored.
void block_stop_signals();

class StopSignals {
 public:
  /// `on_stop` is called once per signal. REQUIRES block_stop_signals() before.
  static Result<std::unique_ptr<StopSignals>> watch(Loop& loop, std::function<void()> on_stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  StopSignals(Loop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {}

  Loop& loop_;
  const int descriptor_;  // signalfd
};

}  // namespace fairlead
