// A framework of the simulated world, through all its lives: the real SdkCore with a generated
// scheduler, the real DealerLink, a simulated disk under its store. The wiring is that of
// frameworks/sdk/driver/, with simulated ports. Owned by a World; not thread-safe.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "frameworks/sdk/sdk_core.h"
#include "runtime/link/dealer_link.h"
#include "simulator/chaos/network.h"
#include "simulator/chaos/simulated_disk.h"
#include "simulator/chaos/workload.h"

namespace fairlead::chaos {

class FrameworkNode final : public PeerEnd {
 public:
  struct World {
    Stage& stage;
    Network& network;
    Ledger& ledger;
  };

  struct Wish {
    Instant tasks_until;   ///< no new tasks afterwards
    std::size_t open_max;  ///< tasks that are not done
  };

  FrameworkNode(World world, std::size_t number, HostId host, Wish wish);

  void start();
  void crash(const std::string& why);
  Process& process() { return process_; }
  const Workload* workload() const { return life_ ? &life_->workload : nullptr; }
  const sdk::SdkCore* core() const { return life_ ? &life_->core : nullptr; }

  void on_bytes(BytesView bytes) override;
  void on_link(bool is_up) override;

 private:
  struct Life final : Dealer {
    Life(FrameworkNode& node, Workload::Options options, sdk::SdkOptions sdk);
    SendOutcome send(BytesView bytes) override {
      return owner.world_.network.send_to_master(owner.peer_, bytes);
    }

    FrameworkNode& owner;
    Workload workload;
    sdk::SdkCore core;
    DealerLink<FrameworkToMaster, MasterToFramework> link;
    std::deque<sdk::SdkEvent> waiting;  ///< events that arose inside a step
    bool is_stepping = false;
  };

  void on_event(sdk::SdkEvent event);
  void take(const sdk::SdkEvent& event);
  void carry_out(sdk::SdkAction& action);
  void speak(sdk::SpeakToMaster speak);
  void expect_durable(const FrameworkToMaster& message);

  World world_;
  const std::size_t number_;
  const Wish wish_;
  Process process_;
  SimulatedDisk disk_;
  std::size_t peer_ = 0;
  Epoch epoch_durable_;  ///< the highest in any life
  std::shared_ptr<Life> life_;
};

}  // namespace fairlead::chaos
