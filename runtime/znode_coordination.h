// Coordination of several processes over Znodes: stands for election, keeps the registry warm
// meanwhile, and leads on the session that was elected. A standby whose session ended opens
// another; a leader whose session or lease ended is done. Knows no ZooKeeper: sessions come from a
// factory. Owned by a master's or a framework's process. Loop's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "runtime/coordination.h"
#include "runtime/registry_reader.h"
#include "runtime/znode_election.h"
#include "runtime/znode_store.h"

namespace fairlead {

struct ZnodeCoordinationOptions {
  std::string name;    ///< for messages: "zk://…/fairlead"
  ClusterId fresh;     ///< the id of a registry that is made now
  ClusterId expected;  ///< "": whatever is there
  /// One answer of the servers may take so long at the start, …
  Duration start_max = seconds(30);
  /// … and so long once the loop runs: it answers nobody meanwhile.
  Duration answer_max = seconds(2);
  Duration retry_every = seconds(1);            ///< after a session or a read that failed
  Duration catch_up_every = milliseconds(250);  ///< at most so often, and only after a change
};

/// The world around it.
struct ZnodeCoordinationPorts {
  /// A new session; the one before is gone.
  std::function<Result<std::unique_ptr<Znodes>>()> open;
  /// May this registry be led by us? Asked before each candidacy; an error ends the coordination.
  std::function<Status(const ClusterId&, const StoreContents&)> accept;
  /// The session that `open` made last is about to stand for election.
  std::function<void()> on_session;
};

class ZnodeCoordination final : public Coordination {
 public:
  /// `clock` must outlive it.
  ZnodeCoordination(ZnodeCoordinationOptions options, ZnodeCoordinationPorts ports,
                    const Clock& clock, CoordinationEvents events);
  ~ZnodeCoordination() override;

  Status start(LeaderRecord mine) override;
  Store& store() override { return *store_; }
  Instant acting_until() const override;
  Standby standby() const override;
  Instant next_deadline() const override;
  void on_time(Instant now) override;

 private:
  Status open_session(Duration span_max);
  void close_session();
  void reopen(Instant now);
  void follow_head();
  void catch_up(Instant now);
  void take_over();
  void end(const Error& error);

  const ZnodeCoordinationOptions options_;
  const ZnodeCoordinationPorts ports_;
  const Clock& clock_;
  const CoordinationEvents events_;
  LeaderRecord mine_;
  ClusterId cluster_;  ///< once known, no other is accepted

  std::unique_ptr<Znodes> nodes_;
  std::optional<RegistryReader> reader_;  ///< until the store has it
  std::unique_ptr<ZnodeElection> election_;
  std::unique_ptr<ZnodeStore> store_;  ///< while leading

  // Handlers of the election and of watches may run inside a blocking read, so they only note what
  // is to be done; on_time does it.
  std::optional<Elected> elected_;
  std::optional<std::string> lost_;
  LeaderRecord leader_;
  Instant catch_up_at_ = Instant::never();
  Instant reopen_at_ = Instant::never();
  bool is_caught_up_ = false;
  bool has_ended_ = false;
  std::optional<Lifetime> watching_;  ///< of this session's watch
};

}  // namespace fairlead
