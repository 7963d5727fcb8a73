// Ctrl-C and SIGTERM as something to ask for instead of an interruption. Made by main() before any
// thread; main thread only. Without one (descriptor -1, as in tests) nothing ever interrupts.
#pragma once

#include "common/result.h"
#include "common/time.h"

namespace fairlead::cli {

class Interrupts {
 public:
  Interrupts() = default;  ///< hears nothing
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// Blocks SIGINT and SIGTERM in this thread and watches them from here on.
  Status watch();
  /// Readable while a signal waits: stops a call of HttpClient. -1 before watch().
  int descriptor() const { return descriptor_; }
  /// Sleeps for `pause` at most; true as soon as a signal waits.
  bool wait(Duration pause) const;
  bool is_pending() const { return wait({}); }
  /// Forgets the signals that wait, so that what cleans up is not stopped itself.
  void clear() const;

 private:
  int descriptor_ = -1;  // signalfd
};

}  // namespace fairlead::cli
