#include "simulator/chaos/nemesis.h"

#include "simulator/chaos/operator.h"
#include "simulator/chaos/world.h"

namespace fairlead::chaos {
namespace {

constexpr Duration kCutMin = milliseconds(300);
constexpr Duration kCutMax = seconds(40);
constexpr Duration kStopMin = milliseconds(200);
constexpr Duration kStopMax = seconds(15);
constexpr Duration kFullMin = seconds(1);
constexpr Duration kFullMax = seconds(20);
constexpr std::int64_t kWallJumpMsMax = std::int64_t{10} * 365 * 86'400 * 1'000;

template <class Node>
Node& any(World& world, std::vector<std::unique_ptr<Node>>& nodes) {
  return *nodes[world.stage().random.below(nodes.size())];
}

Process& any_process(World& world) {
  std::size_t which = world.stage().random.below(world.masters().size() + world.agents().size() +
                                                 world.frameworks().size());
  if (which < world.masters().size()) return world.masters()[which]->process();
  which -= world.masters().size();
  if (which < world.agents().size()) return world.agents()[which]->process();
  return world.frameworks()[which - world.agents().size()]->process();
}

/// Half of what concerns masters concerns the one that leads: that is where it hurts.
MasterNode& any_master(World& world) {
  bool is_leader = world.stage().random.below(2) == 0;
  for (auto& master : world.masters()) {
    if (is_leader && master->is_leading()) return *master;
  }
  return any(world, world.masters());
}

/// Cuts one host off from some others, in one direction or in both.
void cut(World& world, bool is_one_way) {
  Stage& stage = world.stage();
  bool is_about_master = stage.random.below(2) == 0;
  HostId host = is_about_master ? any_master(world).process().host() : any_process(world).host();
  std::vector<HostId> others{world.coordination().host()};
  for (auto& master : world.masters()) others.push_back(master->process().host());
  for (auto& agent : world.agents()) others.push_back(agent->process().host());
  for (auto& framework : world.frameworks()) others.push_back(framework->process().host());
  Instant until = stage.now() + stage.random.between(kCutMin, kCutMax);
  bool is_whole = stage.random.below(2) == 0;
  bool is_outward = stage.random.below(2) == 0;
  for (HostId other : others) {
    if (other == host || (!is_whole && stage.random.below(2) == 0)) continue;
    if (!is_one_way || is_outward) world.network().cut(host, other, until);
    if (!is_one_way || !is_outward) world.network().cut(other, host, until);
  }
  stage.note("network", "host " + std::to_string(host.number) + " is cut off" +
                            (is_one_way ? is_outward ? " outward" : " inward" : "") + " for " +
                            std::to_string((until - stage.now()).ms()) + " ms");
}

void stop(World& world, Process& process) {
  Duration time = world.stage().random.between(kStopMin, kStopMax);
  world.stage().note(process.name(), "is stopped for " + std::to_string(time.ms()) + " ms");
  process.stop_for(time);
}

void jump_wall(World& world) {
  Process& process = any_process(world);
  auto ms = static_cast<std::int64_t>(
                world.stage().random.below(static_cast<std::uint64_t>(kWallJumpMsMax) * 2)) -
            kWallJumpMsMax;
  if (world.stage().random.below(2) == 0) ms /= 100'000;  // about an hour
  world.stage().note(process.name(), "has its clock set by " + std::to_string(ms) + " ms");
  process.jump_wall(ms);
}

void storm(World& world) {
  Stage& stage = world.stage();
  stage.note("nemesis", "a storm");
  for (auto& agent : world.agents()) {
    if (stage.random.below(2) == 0) agent->crash("a storm");
  }
  for (auto& framework : world.frameworks()) {
    if (stage.random.below(2) == 0) framework->crash("a storm");
  }
  if (stage.random.below(2) == 0) any_master(world).crash("a storm", false);
}

void strike(World& world, Fault fault) {
  switch (fault) {
    case Fault::kDiskFull:
      return any(world, world.agents())
          .fill_disk_for(world.stage().random.between(kFullMin, kFullMax));
    case Fault::kPartition:
      return cut(world, false);
    case Fault::kPartitionOneWay:
      return cut(world, true);
    case Fault::kWallClockJump:
      return jump_wall(world);
    case Fault::kPause:
      return stop(world, world.stage().random.below(2) == 0 ? any_master(world).process()
                                                            : any_process(world));
    case Fault::kSessionExpired:
      return world.coordination().end_session(any_master(world).session());
    case Fault::kMasterCrash:
      return any_master(world).crash("kill -9", world.stage().random.below(4) == 0);
    case Fault::kAgentCrash:
      return any(world, world.agents()).crash("kill -9");
    case Fault::kFrameworkCrash:
      return any(world, world.frameworks()).crash("kill -9");
    case Fault::kMachineReboot:
      return any(world, world.agents()).reboot();
    case Fault::kStorm:
      return storm(world);
    case Fault::kDrain:
      return drain_for_a_while(world, any(world, world.agents()).id());
    default:
      unreachable("only timed faults are planned");
  }
}

void plan(World& world, Fault fault) {
  Stage& stage = world.stage();
  stage.queue.after(stage.faults.next_in(fault, stage.random), [&world, fault] {
    if (world.stage().faults.is_healed()) return;
    world.stage().faults.count(fault);
    strike(world, fault);
    plan(world, fault);
  });
}

}  // namespace

void plan_faults(World& world) {
  for (std::size_t i = static_cast<std::size_t>(kFirstTimedFault); i < kFaults; ++i) {
    if (world.stage().faults.has(static_cast<Fault>(i))) plan(world, static_cast<Fault>(i));
  }
}

}  // namespace fairlead::chaos
