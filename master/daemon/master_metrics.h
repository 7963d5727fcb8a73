// The master's numbers for Prometheus: what the core's state says now, and what was counted since
// the start. Names end in their unit; labels come from small fixed sets. Loop thread only.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "master/master_core.h"
#include "runtime/adapters/zmq/transport_counters.h"
#include "runtime/link/peer_links.h"

namespace fairlead {

class MasterMetrics {
 public:
  /// All three outlive this object.
  MasterMetrics(const MasterCore& core, const PeerLinks& links, const TransportCounters& transport)
      : core_(core), links_(links), transport_(transport) {}

  void count_reject(const std::string& kind) { ++rejects_[kind]; }
  /// Prometheus text format. O(agents + tasks).
  std::string text() const;

 private:
  const MasterCore& core_;
  const PeerLinks& links_;
  const TransportCounters& transport_;
  std::map<std::string, std::uint64_t> rejects_;
};

}  // namespace fairlead
