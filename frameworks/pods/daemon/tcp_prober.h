// Makes the TCP readiness probes: non-blocking connects on the loop, no thread of its own. It
// decides nothing: each outcome goes to the core, which counts. Owned by the process; loop's
// thread only. Hosts are numeric addresses or "localhost": a name lookup would block the loop.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "common/result.h"
#include "frameworks/pods/pods_scheduler.h"
#include "runtime/clock.h"
#include "runtime/loop.h"

namespace fairlead::pods {

class TcpProber {
 public:
  using Report = std::function<void(const Probed&)>;

  /// kExhausted when the process is out of descriptors. `loop` and `clock` outlive it.
  static Result<std::unique_ptr<TcpProber>> create(Loop& loop, const Clock& clock, Report report);
  ~TcpProber();
  TcpProber(const TcpProber&) = delete;
  TcpProber& operator=(const TcpProber&) = delete;

  /// From now on these and no others. Probes under way of targets that stay go on.
  void set_targets(const std::map<ReplicaRef, ProbeTarget>& targets);
  Instant next_deadline() const;
  void on_due(Instant now);

 private:
  struct Probe {
    ProbeTarget target;
    Instant next;         ///< start of the next one, or end of the one under way
    int descriptor = -1;  ///< of the one under way
  };

  TcpProber(Loop& loop, const Clock& clock, Report report, int ready);
  void on_ready();
  void begin(const ReplicaRef& replica, Probe& probe, Instant now);
  void end(const ReplicaRef& replica, bool connected, Instant now);
  void close_probe(Probe& probe);

  Loop& loop_;
  const Clock& clock_;
  Report report_;
  const int ready_;  ///< epoll of the sockets: the loop itself only tells what is readable
  std::map<ReplicaRef, Probe> probes_;
  std::map<int, ReplicaRef> under_way_;
};

}  // namespace fairlead::pods
