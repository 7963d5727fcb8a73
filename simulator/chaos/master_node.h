// A master of the simulated world, through all its lives: stands for election, takes over the
// registry, leads with the real MasterCore and the real PeerLinks, and dies. The wiring is that of
// master/daemon/, with simulated ports. Owned by a World; not thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "master/master_core.h"
#include "runtime/link/peer_links.h"
#include "simulator/chaos/coordination.h"
#include "simulator/chaos/drain_book.h"
#include "simulator/chaos/gang_book.h"
#include "simulator/chaos/network.h"
#include "simulator/chaos/options.h"
#include "simulator/chaos/registry_client.h"

namespace fairlead::chaos {

/// Which lives led, under which epoch: for the promise that no two share one.
class EpochBook {
 public:
  explicit EpochBook(Stage& stage) : stage_(stage) {}
  void on_leads(const std::string& who, Epoch epoch);

 private:
  Stage& stage_;
  std::map<Epoch, std::string> led_;  ///< by whom
};

class MasterNode final : public MasterEnd {
 public:
  struct World {
    Stage& stage;
    Coordination& coordination;
    Network& network;
    EpochBook& epochs;
    DrainBook& drains;
    GangBook& gangs;
    const AllocatorWatchMaker& watch_allocator;
  };

  MasterNode(World world, std::size_t number);

  void start();
  /// kill -9. `is_host` takes the supervisor with it: the session has to expire by itself.
  void crash(const std::string& why, bool is_host);
  /// A person asks it, in the order of the calls; whoever dies or does not lead says nothing.
  /// REQUIRES: is_leading().
  void ask(RequestId request, OperatorRequest body);

  Process& process() { return process_; }
  std::uint64_t session() const { return life_ ? life_->session : 0; }
  bool is_leading() const { return process_.is_alive() && life_ && life_->core.state().leads; }
  const MasterCore& core() const { return life_->core; }

  bool is_listening() const override { return life_ && life_->links.has_value(); }
  void on_incoming(const Incoming& incoming) override;

 private:
  struct Life final : Router {
    Life(Network& to, MasterConfig config, std::unique_ptr<AllocatorWatch> watching)
        : network(to),
          watch(std::move(watching)),
          core(std::move(config), no_patterns(), watch.get()) {}
    SendOutcome send(ConnectionId to, BytesView bytes) override {
      return network.send_to_peer(to, bytes);
    }

    Network& network;
    std::unique_ptr<AllocatorWatch> watch;
    MasterCore core;
    std::uint64_t session = 0;
    Instant heard;  ///< of the coordination service, by the master's own clock
    ClusterRecord cluster;
    std::vector<RegistryRecord> registry;
    std::optional<RegistryClient> store;
    std::optional<PeerLinks> links;
  };

  void on_elected();
  void take_over();
  void lead();
  void ping();
  void on_store(Ticket ticket, StoreOutcome outcome, const std::string& reason);
  void on_event(const MasterEvent& event);
  void carry_out(MasterAction& action);
  void expect_durable(const SendToAgent& order);
  void expect_durable(const SendToFramework& order);
  void watch_launches(const SendToAgent& order);
  void watch_drains(const WriteRegistry& order);
  void after_round();

  World world_;
  const std::size_t number_;
  Process process_;
  std::shared_ptr<Life> life_;
};

}  // namespace fairlead::chaos
