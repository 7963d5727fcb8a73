// A parent that runs one program in a process of its own, again and again: it waits for its death,
// cleans up after it, kills it when its loop is wedged, and starts it anew. Knows nothing of what
// the child does: the child leaves a note (how to end its session) that the parent acts on. The
// supervisor is one thread that never execs; a main() calls it before it starts any thread.
//
// Invariant 1: on_death is called after waitpid said that the child is dead, never on suspicion.
// Invariant 2: no child outlives its supervisor: the kernel kills it (PDEATHSIG).
#pragma once

#include <functional>
#include <string>

#include "common/bytes.h"
#include "common/time.h"

namespace fairlead {

/// The child's end. Without a supervisor it does nothing. Any thread may own it, one at a time.
class SupervisorLink {
 public:
  SupervisorLink() = default;
  /// Takes over `descriptor`.
  explicit SupervisorLink(int descriptor) : descriptor_(descriptor) {}
  ~SupervisorLink();
  SupervisorLink(const SupervisorLink&) = delete;
  SupervisorLink& operator=(const SupervisorLink&) = delete;

  /// There is a supervisor.
  bool is_heard() const { return descriptor_ >= 0; }
  /// The loop turns. From the first one on, silence means that it is wedged. Never blocks.
  void beat();
  /// What on_death gets; replaces the one before. REQUIRES: at most kNoteBytesMax.
  void leave_note(BytesView note);

  static constexpr std::size_t kNoteBytesMax = 64;

 private:
  void say(char kind, BytesView note);
  const int descriptor_ = -1;
};

struct SupervisorOptions {
  std::string program;                       ///< begins what is said on stderr
  Duration silence_max = seconds(10);        ///< between two beats; then the child is killed
  Duration restart_min = milliseconds(100);  ///< pause before the next child; doubles …
  Duration restart_max = seconds(10);  ///< … up to this, and begins anew after so long a life
  std::function<void(BytesView note)> on_death;  ///< with the child's last note, if it left one
};

/// Runs `child` in a process of its own until one ends with 0 or SIGTERM or SIGINT came, which is
/// passed on. A child that ends before its first beat in the first life was refused: its exit code
/// is the result. REQUIRES: block_stop_signals() before, and no other thread.
int supervise(const SupervisorOptions& options, const std::function<int(SupervisorLink&)>& child);

}  // namespace fairlead
