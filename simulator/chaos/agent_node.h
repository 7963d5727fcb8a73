// A machine with an agent, through all lives of both: the real AgentCore on the real AgentLink, a
// simulated disk under its checkpoint, containers that outlive the process. The wiring is that of
// agent/daemon/, with simulated ports. Owned by a World; not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "agent/agent_core.h"
#include "runtime/link/agent_link.h"
#include "simulator/chaos/container_host.h"
#include "simulator/chaos/network.h"
#include "simulator/chaos/simulated_disk.h"

namespace fairlead::chaos {

class AgentNode final : public PeerEnd {
 public:
  struct World {
    Stage& stage;
    Network& network;
    Ledger& ledger;
  };

  AgentNode(World world, std::size_t number, HostId host);

  void start();
  /// kill -9 of the process; containers run on. It is started again.
  void crash(const std::string& why);
  /// Power cut of the machine.
  void reboot();
  void fill_disk_for(Duration time);
  /// SIGSTOP; the machine runs on.
  Process& process() { return process_; }
  const AgentCore* core() const { return life_ ? &life_->core : nullptr; }
  const AgentId& id() const { return id_; }

  void on_bytes(BytesView bytes) override;
  void on_link(bool is_up) override;

 private:
  struct Life final : Dealer {
    Life(AgentNode& node, AgentConfig config)
        : owner(node),
          core(std::move(config)),
          link([this](const AgentEvent& event) { owner.on_event(event); }) {}
    SendOutcome send(BytesView bytes) override {
      return owner.world_.network.send_to_master(owner.peer_, bytes);
    }

    AgentNode& owner;
    AgentCore core;
    AgentLink link;
  };

  AgentInfo info() const;
  void on_event(AgentEvent event);
  void receive(BytesView bytes);
  /// `envelope`, that came as `bytes`, is of a lower epoch than this agent acknowledged.
  void on_old_word(Envelope<MasterToAgent> envelope, BytesView bytes);
  void carry_out(AgentAction& action);
  void expect_durable(const AgentToMaster& message);
  void expect_fits();
  void sample();
  void after_round();
  void end(const std::string& why, Duration pause);

  World world_;
  const std::size_t number_;
  const AgentId id_;
  Process process_;
  SimulatedDisk disk_;
  ContainerHost containers_;
  std::size_t peer_ = 0;
  std::uint64_t boots_ = 1;
  Instant disk_full_until_;
  Epoch epoch_acknowledged_;     ///< the highest that the master was told to be durable here
  std::uint64_t effects_ = 0;    ///< actions of the core that are more than a count
  bool hears_old_word_ = false;  ///< of an epoch below the one it has acknowledged
  std::shared_ptr<Life> life_;
};

}  // namespace fairlead::chaos
