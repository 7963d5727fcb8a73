// A peer's Dealer to whoever leads: with a plain endpoint to that one for ever, with `zk://…` to
// the leader that the record there names, following each change. Keys are those of the options and
// never come from ZooKeeper. While nobody leads `send` says kGone, everything else goes on, and the
// log says since when (`no_leader`).
// Owned by an agent's or a framework's process; loop's thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/adapters/clock/system_clock.h"
#include "runtime/adapters/zmq/zmq_dealer.h"
#include "runtime/adapters/zookeeper/zookeeper_client.h"
#include "runtime/leader_absence.h"
#include "runtime/leader_record.h"
#include "runtime/lifetime.h"

namespace fairlead {

class MasterDealer final : public Dealer {
 public:
  /// As ZmqDealer::connect, where `options.endpoint` may be "zk://…" or "zk-file:PATH". `on_link`
  /// hears kDown when the leader changes, too. Does not wait for anybody.
  static Result<std::unique_ptr<MasterDealer>> connect(ZmqContext& context, Loop& loop,
                                                       DealerOptions options,
                                                       IncomingHandler on_message,
                                                       LinkHandler on_link);
  /// REQUIRES: not inside a handler.
  ~MasterDealer() override;
  MasterDealer(const MasterDealer&) = delete;
  MasterDealer& operator=(const MasterDealer&) = delete;

  SendOutcome send(BytesView bytes) override;
  bool is_up() const { return dealer_ != nullptr && dealer_->is_up(); }

 private:
  MasterDealer(ZmqContext& context, Loop& loop, DealerOptions options, IncomingHandler on_message,
               LinkHandler on_link);

  Status connect_to(const std::string& endpoint);
  Status watch();
  void open_session();
  void ask();
  void on_record(const ZnodeRead& read);
  void follow(const LeaderRecord& record);
  void on_link(LinkState state);
  void note_none(const std::string& why);
  void on_absence_time();
  void arm_absence();
  void try_again_later();

  ZmqContext& context_;
  Loop& loop_;
  DealerOptions options_;  // endpoint: the one that is connected to
  const IncomingHandler on_message_;
  const LinkHandler on_link_;
  const std::string master_;  // as it was asked for
  std::unique_ptr<LoopTimer> retry_timer_;
  LeaderRecord leader_;
  const SystemClock clock_;
  LeaderAbsence absence_;
  std::unique_ptr<LoopTimer> absence_timer_;
  std::unique_ptr<ZookeeperClient> nodes_;
  std::unique_ptr<ZmqDealer> dealer_;
  const Lifetime lifetime_;
};

/// Who leads, for one who asks once. Blocks. kUnavailable: no server answered within `span_max`, or
/// nobody has led yet; kNotFound: there is no registry; kInvalid: no such address.
Result<LeaderRecord> find_leader(const std::string& zookeeper_address, Duration span_max);

}  // namespace fairlead
