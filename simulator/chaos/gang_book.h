// Which launches masters sent to run all together or not at all, and what became of them: for the
// promise that no gang runs in part. What the disk of its agent lost breaks no promise. Owned by a
// Ledger; not thread-safe.
#pragma once

#include <map>
#include <set>

#include "common/container.h"
#include "common/ids.h"
#include "simulator/chaos/stage.h"

namespace fairlead::chaos {

class GangBook {
 public:
  explicit GangBook(Stage& stage) : stage_(stage) {}

  /// A master tells an agent to prepare it.
  void on_prepare_sent(const GangId& gang, const ContainerId& container) {
    members_[container] = gang;
  }
  void on_container_started(const ContainerId& container);
  /// Its framework was told that it was dropped.
  void on_dropped(const ContainerId& container);
  /// Of what its agent's disk held about it.
  void on_record_damaged(const ContainerId& container) { damaged_.insert(container); }

 private:
  struct Gang {
    ContainerId started;  ///< one that did; empty: none
    ContainerId dropped;  ///< likewise
  };

  void expect_whole(const Gang& gang);

  Stage& stage_;
  std::map<ContainerId, GangId> members_;
  std::map<GangId, Gang> gangs_;
  std::set<ContainerId> damaged_;
};

}  // namespace fairlead::chaos
