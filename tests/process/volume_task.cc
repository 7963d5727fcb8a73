// A framework for one task with a persistent volume: takes the first offer of its role that holds
// the volume, runs a script there, says how it ended, and leaves. It has no demand, so that it is
// offered all of an agent.
//   volume-task --master tcp://127.0.0.1:5050 --state-dir /tmp/v --role web --volume db --script ls
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

#include "common/resource_operation.h"
#include "frameworks/sdk/driver/framework_main.h"

using namespace fairlead;

namespace {

struct Wanted {
  std::string volume;
  std::string script;
  std::string user;
};

class VolumeTask final : public sdk::Scheduler {
 public:
  explicit VolumeTask(const Wanted& wanted) : wanted_(wanted) {}

  void on_offers(Instant, std::span<const Offer> offers, sdk::SchedulerActions& act) override {
    for (const Offer& offer : offers) {
      auto resources = take(offer.resources, need_, offer.role);
      const Lot* volume = volume_of(offer);
      if (is_launched_ || volume == nullptr || !resources) {
        act.decline({offer.id}, milliseconds(100));
        continue;
      }
      add(*resources, Resources{{*volume}});
      TaskSpec task{.id = {"volume.0"}, .resources = *resources};
      task.command.argv = {"sh", "-c", wanted_.script};
      task.command.user = wanted_.user;
      act.launch(offer.id, task, 1);
      is_launched_ = true;
    }
  }

  void on_status(Instant, const TaskStatus& status, sdk::SchedulerActions& act) override {
    if (!is_terminal(status.state)) return;
    std::printf("%s %s\n", to_string(status.state), status.message.c_str());
    act.teardown();
  }

 private:
  const Lot* volume_of(const Offer& offer) const {
    const auto& lots = offer.resources.lots;
    const auto found = std::find_if(lots.begin(), lots.end(), [&](const Lot& lot) {
      return lot.kind.volume && volume_name_of(lot.kind) == VolumeName{offer.role, wanted_.volume};
    });
    return found == lots.end() ? nullptr : &*found;
  }

  const Amounts need_ = parse_amounts("cpus:0.1;mem:32MiB").value();
  const Wanted& wanted_;
  bool is_launched_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  Wanted wanted;
  sdk::FrameworkMain program("volume-task", "Runs a script in a task that holds a volume.");
  program.flags().add({.name = "volume", .help = "its id", .is_required = true}, &wanted.volume);
  program.flags().add({.name = "script", .help = "for sh", .is_required = true}, &wanted.script);
  program.flags().add({.name = "user", .help = "who runs it"}, &wanted.user);
  program.can({.shared = true});
  return program.run(argc, argv, [&] { return std::make_unique<VolumeTask>(wanted); });
}
