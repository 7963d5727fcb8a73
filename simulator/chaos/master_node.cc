#include "simulator/chaos/master_node.h"

#include <type_traits>
#include <utility>
#include <variant>

#include "agent/container_spec.h"
#include "runtime/link/registry_rows.h"

namespace fairlead::chaos {
namespace {

constexpr Duration kPingEvery = milliseconds(400);
constexpr Duration kSilentMax = milliseconds(1'300);  // well before the session can expire
constexpr Duration kTripMax = milliseconds(5);
constexpr Duration kAskTrip = milliseconds(2);  // always the same: requests keep their order

/// Shorter than in production, so that ten minutes see many lives.
MasterConfig config_of(std::uint64_t seed) {
  MasterConfig config;
  config.heartbeat_every = seconds(2);
  config.agent_lease = seconds(12);
  config.framework_lease = seconds(10);
  config.agent_reregister_timeout = seconds(20);
  config.allocator.seed = seed;
  return config;
}

ClusterRecord next_epoch(std::vector<RegistryRecord>& registry) {
  for (RegistryRecord& record : registry) {
    if (auto* cluster = std::get_if<ClusterRecord>(&record)) {
      ++cluster->epoch.number;
      return *cluster;
    }
  }
  ClusterRecord first{.cluster = {"00000000000000000000000000000001"}, .epoch = {1}};
  registry.emplace_back(first);
  return first;
}

}  // namespace

void EpochBook::on_leads(const std::string& who, Epoch epoch) {
  auto [first, is_first] = led_.emplace(epoch, who);
  stage_.expect(Promise::kOneLeaderPerEpoch, is_first, [&, &before = first->second] {
    return who + " leads under epoch " + std::to_string(epoch.number) + ", as " + before + " did";
  });
}

MasterNode::MasterNode(World world, std::size_t number)
    : world_(world),
      number_(number),
      process_(world.stage, "master-" + std::to_string(number), HostId{number}) {}

void MasterNode::start() {
  process_.begin_life();
  world_.stage.note(process_.name(), "starts");
  MasterConfig config = config_of(world_.stage.random.next());
  auto watch = world_.watch_allocator ? world_.watch_allocator(config) : nullptr;
  life_ = std::make_shared<Life>(world_.network, std::move(config), std::move(watch));
  life_->heard = process_.now();
  life_->session = world_.coordination.join(process_.in_this_life([this] { on_elected(); }));
  ping();
}

void MasterNode::ping() {
  process_.after(kPingEvery, [this] {
    // The core runs on a loop of its own: what its own timer says comes first.
    if (process_.now() - life_->heard > kSilentMax) {
      return crash("has not reached the coordination service", false);
    }
    HostId here = process_.host();
    HostId there = world_.coordination.host();
    bool is_cut = world_.network.is_cut(here, there) || world_.network.is_cut(there, here);
    if (!is_cut) {
      if (!world_.coordination.keep_alive(life_->session)) {
        return crash("its session is over", false);
      }
      life_->heard = process_.now();
    }
    ping();
  });
}

void MasterNode::crash(const std::string& why, bool is_host) {
  if (!process_.is_alive()) return;
  Stage& stage = world_.stage;
  stage.note(process_.name(), "ends: " + why);
  process_.end_life();
  std::uint64_t session = life_->session;
  stage.graveyard.push_back(std::exchange(life_, nullptr));
  world_.network.on_master_death(number_, is_host);
  if (!is_host) {
    // Its supervisor closes the session once it has seen the end.
    stage.queue.after(stage.random.between(milliseconds(5), milliseconds(60)),
                      [this, session] { world_.coordination.end_session(session); });
  }
  Duration pause = is_host ? stage.random.between(seconds(3), seconds(20))
                           : stage.random.between(milliseconds(100), seconds(3));
  stage.queue.after(pause, [this] { start(); });
}

// --- takeover ------------------------------------------------------------------------------------

void MasterNode::on_elected() {
  world_.stage.note(process_.name(), "is elected");
  process_.after(world_.stage.random.between(milliseconds(1), kTripMax), [this] { take_over(); });
}

void MasterNode::take_over() {
  life_->store.emplace(
      world_.stage, process_, world_.coordination, world_.network,
      [this](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
        on_store(ticket, outcome, reason);
      },
      [this] { crash("crashes at a registry write", false); });
  Result<StoreContents> contents = life_->store->load();
  check(contents.ok(), "the simulated registry can be read");
  Result<std::vector<RegistryRecord>> registry = read_registry(*contents);
  check(registry.ok(), "the simulated registry is never damaged");
  life_->registry = std::move(*registry);
  if (world_.stage.plant == Plant::kForgetfulDrain) {
    std::erase_if(life_->registry, [](const RegistryRecord& record) {
      return std::holds_alternative<DrainRecord>(record);
    });
  }
  if (world_.stage.plant == Plant::kForgetfulGang) {
    std::erase_if(life_->registry, [](const RegistryRecord& record) {
      return std::holds_alternative<GangRecord>(record);
    });
  }
  life_->cluster = next_epoch(life_->registry);
  life_->store->lead(life_->cluster.epoch);
  WriteRegistry take{.ticket = {}, .put = {life_->cluster}, .erase = {}};
  if (world_.stage.plant == Plant::kForgottenEpoch && life_->cluster.epoch.number > 1) {
    --life_->cluster.epoch.number;
    take.put.clear();
    life_->store->lead(life_->cluster.epoch);
  }
  // The epoch is durable before anybody hears of it: two lives never share one.
  life_->store->commit(to_batch(take));
}

void MasterNode::on_store(Ticket ticket, StoreOutcome outcome, const std::string& reason) {
  if (!process_.is_alive()) return;
  if (life_->core.state().leads) {
    on_event(to_registry_written(ticket, outcome, reason));
  } else if (process_.now() - life_->heard > kSilentMax) {
    // Somebody else may have been elected since.
    crash("its takeover took longer than its session is sure of", false);
  } else if (outcome == StoreOutcome::kPersisted) {
    lead();
  } else {
    crash("its takeover failed: " + reason, false);
  }
  after_round();
}

void MasterNode::lead() {
  Life& life = *life_;
  world_.stage.note(process_.name(),
                    "leads under epoch " + std::to_string(life.cluster.epoch.number));
  world_.epochs.on_leads(process_.name(), life.cluster.epoch);
  life.links.emplace(
      PeerLinks::Identity{life.cluster.cluster, life.cluster.epoch, {life.cluster.epoch.number}},
      process_, life, [this](const MasterEvent& event) { on_event(event); });
  on_event(MasterStarted{.cluster = life.cluster.cluster,
                         .epoch = life.cluster.epoch,
                         .wall_at_zero = process_.wall_at_zero(),
                         .registry = std::move(life.registry)});
  world_.coordination.publish(number_);
  world_.network.on_new_leader(number_);
}

// --- leading -------------------------------------------------------------------------------------

void MasterNode::on_incoming(const Incoming& incoming) {
  life_->links->on_incoming(incoming);
  after_round();
}

void MasterNode::ask(RequestId request, OperatorRequest body) {
  process_.after(kAskTrip, [this, request, body = std::move(body)] {
    if (!is_leading()) return;
    on_event(OperatorAsked{request, {"operator"}, body, process_.wall()});
    after_round();
  });
}

void MasterNode::after_round() {
  if (!process_.is_alive() || !life_->links) return;
  life_->links->flush();
  if (!process_.is_alive()) return;
  process_.wake_at(life_->core.next_deadline(), [this] {
    on_event(TimePassed{});
    after_round();
  });
}

void MasterNode::on_event(const MasterEvent& event) {
  if (!process_.is_alive()) return;
  std::vector<MasterAction> actions;
  life_->core.step(process_.now(), event, actions);
  for (MasterAction& action : actions) {
    if (!process_.is_alive()) return;
    carry_out(action);
  }
}

void MasterNode::carry_out(MasterAction& action) {
  std::visit(
      [this](auto& order) {
        using Order = std::decay_t<decltype(order)>;
        if constexpr (std::is_same_v<Order, SendToAgent> ||
                      std::is_same_v<Order, SendToFramework>) {
          expect_durable(order);
          if constexpr (std::is_same_v<Order, SendToAgent>) watch_launches(order);
          life_->links->send(std::move(order));
        } else if constexpr (std::is_same_v<Order, WriteRegistry>) {
          watch_drains(order);
          life_->store->commit(to_batch(order));
        } else if constexpr (std::is_same_v<Order, AnswerOperator>) {
          world_.drains.on_answered(order.request, order.outcome, life_->core.state().epoch);
        } else if constexpr (std::is_same_v<Order, StepDown>) {
          crash("steps down: " + order.reason, false);
        } else if constexpr (std::is_same_v<Order, CountReject>) {
          world_.stage.note(process_.name(), order.kind);
        }
      },
      action);
}

void MasterNode::expect_durable(const SendToAgent& order) {
  if (!std::holds_alternative<AgentWelcome>(order.message)) return;
  world_.stage.expect(Promise::kDurableFirst,
                      world_.coordination.rows().contains("agent/" + order.agent.text), [&] {
                        return process_.name() + " welcomes " + order.agent.text +
                               ", which is not in the registry";
                      });
}

void MasterNode::expect_durable(const SendToFramework& order) {
  const auto* subscribed = std::get_if<Subscribed>(&order.message);
  if (subscribed == nullptr) return;
  world_.stage.expect(
      Promise::kDurableFirst,
      world_.coordination.rows().contains("framework/" + subscribed->framework.text), [&] {
        return process_.name() + " takes the subscription of " + subscribed->framework.text +
               ", which is not in the registry";
      });
}

void MasterNode::watch_launches(const SendToAgent& order) {
  const auto* launch = std::get_if<LaunchTask>(&order.message);
  const auto* prepare = std::get_if<PrepareTask>(&order.message);
  if (prepare != nullptr) {
    launch = &prepare->launch;
    world_.gangs.on_prepare_sent(prepare->gang, container_id(launch->token));
  }
  if (launch == nullptr) return;
  world_.drains.on_launch_sent(order.agent, container_id(launch->token), life_->core.state().epoch);
}

/// Who was deposed may call an agent empty that another master uses: nobody takes its word.
void MasterNode::watch_drains(const WriteRegistry& order) {
  if (life_->session != world_.coordination.elected()) return;
  for (const RegistryRecord& record : order.put) {
    const auto* drain = std::get_if<DrainRecord>(&record);
    if (drain != nullptr && drain->drained.unix_ms != 0) {
      world_.drains.on_called_drained(drain->agent);
    }
  }
}

}  // namespace fairlead::chaos
