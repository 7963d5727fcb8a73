#include "simulator/chaos/agent_node.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "agent/container_spec.h"
#include "runtime/link/checkpoint_rows.h"
#include "runtime/link/first_session.h"
#include "schemas/agent_codec.h"
#include "schemas/checkpoint_codec.h"
#include "simulator/chaos/describe.h"

namespace fairlead::chaos {
namespace {

constexpr std::int64_t kCpuMilli = 8'000;
constexpr std::int64_t kMemoryKib = std::int64_t{16} << 20;
constexpr Duration kSampleEvery = seconds(5);
constexpr std::int64_t kDiskKib = 1'000'000;
constexpr Duration kVolumeGoneAfter = milliseconds(20);

std::string two_digits(std::size_t number) {
  std::string digits = std::to_string(number);
  return digits.size() < 2 ? "0" + digits : digits;
}

Resources total_of(std::int64_t cpu_milli) {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = cpu_milli;
  amounts.scalars[StandardScalar::kMem] = kMemoryKib;
  return plain(std::move(amounts));
}

}  // namespace

AgentNode::AgentNode(World world, std::size_t number, HostId host)
    : world_(world),
      number_(number),
      id_{"agent-" + two_digits(number)},
      process_(world.stage, id_.text, host),
      disk_(
          world.stage, process_,
          [this](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
            on_event(to_checkpoint_written(ticket, outcome, reason));
            after_round();
          },
          [this] { crash("crashes at a checkpoint write"); }),
      containers_(world.stage, process_, world.ledger, [this](const AgentEvent& event) {
        on_event(event);
        after_round();
      }) {
  peer_ = world_.network.add_peer(process_, *this);
}

AgentInfo AgentNode::info() const {
  bool is_inflated = world_.stage.plant == Plant::kInflatedAgent;
  return {.id = {},
          .hostname = "host-" + two_digits(number_),
          .http_address = "127.0.0.1:1",
          .total = total_of(is_inflated ? kCpuMilli * 2 : kCpuMilli),
          .attributes = {},
          .version = "sim"};
}

// --- lives ---------------------------------------------------------------------------------------

void AgentNode::start() {
  process_.begin_life();
  world_.stage.note(process_.name(), "starts");
  if (world_.stage.strikes(Fault::kRowDamaged)) {
    const std::string key = disk_.damage_one("task/");
    world_.stage.note(process_.name(), "finds a damaged row: " + key);
    if (!key.empty()) world_.ledger.gangs().on_record_damaged({key.substr(key.find('/') + 1)});
  }
  AgentConfig config;
  config.sandbox_root = "/sandboxes";
  config.meta_root = "/meta";
  config.volume_root = "/volumes";
  config.status_retry_max = seconds(10);
  config.leftover_sandboxes = containers_.sandboxes();
  config.seed = world_.stage.random.next();
  life_ = std::make_shared<Life>(*this, std::move(config));
  Result<StoreContents> contents = disk_.load();
  check(contents.ok(), "a simulated disk can be read");
  Result<Checkpoint> checkpoint = read_checkpoint(*contents);
  check(checkpoint.ok(), "a simulated checkpoint is of this version");
  world_.network.open(peer_);
  on_event(AgentStarted{.info = info(),
                        .fresh_id = id_,
                        .boot_id = "boot-" + std::to_string(boots_),
                        .session = first_session(process_),
                        .wall_at_zero = process_.wall_at_zero(),
                        .checkpoint = std::move(checkpoint->records),
                        .quarantined = std::move(checkpoint->quarantined)});
  sample();
  after_round();
}

void AgentNode::end(const std::string& why, Duration pause) {
  if (!process_.is_alive()) return;
  Stage& stage = world_.stage;
  stage.note(process_.name(), "ends: " + why);
  process_.end_life();
  stage.graveyard.push_back(std::exchange(life_, nullptr));
  world_.network.close(peer_);
  disk_.on_process_death();
  stage.queue.after(pause, [this] { start(); });
}

void AgentNode::crash(const std::string& why) {
  end(why, world_.stage.random.between(milliseconds(50), seconds(5)));
}

void AgentNode::reboot() {
  if (!process_.is_alive()) return;
  ++boots_;
  end("its machine loses power", world_.stage.random.between(seconds(2), seconds(40)));
  containers_.on_reboot();
  process_.reboot_clock();
}

void AgentNode::fill_disk_for(Duration time) {
  disk_full_until_ = world_.stage.now() + time;
  disk_.set_full(true);
  world_.stage.note(process_.name(), "has a full disk");
  world_.stage.queue.after(time, [this] {
    if (world_.stage.now() >= disk_full_until_) disk_.set_full(false);
  });
}

void AgentNode::sample() {
  bool is_full = world_.stage.now() < disk_full_until_;
  on_event(DiskSampled{.total_kib = kDiskKib, .free_kib = is_full ? 0 : kDiskKib / 2});
  if (!process_.is_alive()) return;
  process_.after(kSampleEvery, [this] {
    sample();
    after_round();
  });
}

// --- events --------------------------------------------------------------------------------------

void AgentNode::on_bytes(BytesView bytes) {
  Result<Envelope<MasterToAgent>> envelope = decode_master_to_agent(bytes);
  bool is_old = envelope && envelope->header.epoch < epoch_acknowledged_;
  if (is_old) {
    on_old_word(std::move(*envelope), bytes);
  } else {
    receive(bytes);
  }
  after_round();
}

void AgentNode::receive(BytesView bytes) {
  if (std::optional<Error> refused = life_->link.receive(bytes)) {
    world_.stage.note(process_.name(), "refuses an envelope: " + refused->message);
  }
}

/// Link and core may refuse it, each by its own rule; nothing may follow from it.
void AgentNode::on_old_word(Envelope<MasterToAgent> envelope, BytesView bytes) {
  const Epoch epoch = envelope.header.epoch;
  on_event(TimePassed{});  // what is due happens in any case
  if (!process_.is_alive()) return;
  const std::uint64_t effects_before = effects_;
  hears_old_word_ = true;  // whatever else it breaks follows from having obeyed
  if (world_.stage.plant == Plant::kObedientAgent) {
    envelope.header.epoch = epoch_acknowledged_;
    envelope.header.session = life_->core.state().link.session;
    envelope.header.answers = {};
    envelope.header.sequence = 0;
    receive(encode(envelope));
  } else {
    receive(bytes);
  }
  hears_old_word_ = false;
  world_.stage.expect(Promise::kEpochFenced, effects_ == effects_before, [&] {
    return process_.name() + ", which has acknowledged epoch " +
           std::to_string(epoch_acknowledged_.number) + ", acts on a word of epoch " +
           std::to_string(epoch.number);
  });
}

void AgentNode::on_link(bool is_up) {
  on_event(is_up ? AgentEvent{MasterLinkRestored{}} : AgentEvent{MasterLinkBroken{}});
  after_round();
}

void AgentNode::on_event(AgentEvent event) {
  if (!process_.is_alive()) return;
  if (auto* said = std::get_if<MasterSaid>(&event)) {
    world_.stage.trace.detail(world_.stage.now(), process_.name(), [&] {
      return "hears " + describe(said->message) + " of epoch " +
             std::to_string(said->header.epoch.number);
    });
  }
  std::vector<AgentAction> actions;
  life_->core.step(process_.now(), event, actions);
  for (AgentAction& action : actions) {
    if (!std::holds_alternative<CountReject>(action)) ++effects_;
    if (!process_.is_alive()) return;
    carry_out(action);
  }
  if (process_.is_alive() && !hears_old_word_) expect_fits();
}

void AgentNode::after_round() {
  if (!process_.is_alive()) return;
  life_->link.flush(*life_, life_->core.state().identity);
  if (!process_.is_alive()) return;
  process_.wake_at(life_->core.next_deadline(), [this] {
    on_event(TimePassed{});
    after_round();
  });
}

void AgentNode::carry_out(AgentAction& action) {
  std::visit(
      [this](auto& order) {
        using Order = std::decay_t<decltype(order)>;
        if constexpr (std::is_same_v<Order, SendToMaster>) {
          expect_durable(order.message);
          world_.stage.trace.detail(world_.stage.now(), process_.name(),
                                    [&] { return "says " + describe(order.message); });
          life_->link.queue(order.message);
        } else if constexpr (std::is_same_v<Order, WriteCheckpoint>) {
          disk_.commit(to_batch(order));
        } else if constexpr (std::is_same_v<Order, LaunchContainer>) {
          world_.stage.expect(Promise::kDurableFirst,
                              disk_.rows().contains("task/" + order.spec.id.text), [&] {
                                return process_.name() + " launches " + order.spec.id.text +
                                       ", which its checkpoint does not hold";
                              });
          containers_.launch(order.spec);
        } else if constexpr (std::is_same_v<Order, AdoptContainer>) {
          containers_.adopt(order);
        } else if constexpr (std::is_same_v<Order, TerminateContainer>) {
          containers_.terminate(order.container);
        } else if constexpr (std::is_same_v<Order, KillContainer>) {
          containers_.kill(order.container);
        } else if constexpr (std::is_same_v<Order, RemoveSandbox>) {
          containers_.forget_sandbox(order.path);
        } else if constexpr (std::is_same_v<Order, DestroyOrphans>) {
          containers_.destroy_orphans(order);
        } else if constexpr (std::is_same_v<Order, CountReject>) {
          world_.stage.note(process_.name(), order.kind);
        } else if constexpr (std::is_same_v<Order, RemoveVolume>) {
          process_.after(kVolumeGoneAfter, [this, volume = order.volume] {
            on_event(VolumeRemoved{volume, {}});
          });
        } else {
          static_assert(std::is_same_v<Order, EndAgent>);
          crash(order.reason);
        }
      },
      action);
}

// --- promises ------------------------------------------------------------------------------------

void AgentNode::expect_durable(const AgentToMaster& message) {
  const auto& rows = disk_.rows();
  if (const auto* acknowledged = std::get_if<EpochAcknowledged>(&message)) {
    epoch_acknowledged_ = std::max(epoch_acknowledged_, acknowledged->epoch);
    auto row = rows.find("identity");
    bool holds = false;
    if (row != rows.end()) {
      Result<CheckpointRecord> record = decode_checkpoint_record(row->first, row->second);
      const auto* identity = record ? std::get_if<IdentityRecord>(&*record) : nullptr;
      holds = identity != nullptr && identity->epoch_seen >= acknowledged->epoch;
    }
    world_.stage.expect(Promise::kDurableFirst, holds, [&] {
      return process_.name() + " acknowledges epoch " + std::to_string(acknowledged->epoch.number) +
             ", which its checkpoint does not hold";
    });
  }
  const auto* update = std::get_if<AgentStatusUpdate>(&message);
  if (update == nullptr || update->status.update == 0) return;
  const TaskStatus& status = update->status;
  ContainerId container = container_id({status.framework, status.task, status.attempt, id_});
  auto row = rows.find("task/" + container.text);
  bool holds = false;
  if (row != rows.end()) {
    Result<CheckpointRecord> record = decode_checkpoint_record(row->first, row->second);
    const auto* task = record ? std::get_if<TaskRecord>(&*record) : nullptr;
    holds = task != nullptr && task->update_next > status.update;
  }
  world_.stage.expect(Promise::kDurableFirst, holds, [&] {
    return process_.name() + " sends update " + std::to_string(status.update) + " of " +
           container.text + ", which its checkpoint does not hold";
  });
}

void AgentNode::expect_fits() {
  std::int64_t cpu_milli = 0;
  std::int64_t memory_kib = 0;
  for (const auto& [id, held] : containers_.held()) {
    cpu_milli += held.cpu_milli;
    memory_kib += held.memory_kib;
  }
  for (const auto& [serial, task] : life_->core.state().tasks) {
    bool is_counted = task.stage == ContainerStage::kEnded ||
                      containers_.held().contains(ContainerId{task.record.container});
    if (is_counted) continue;
    Quantities held = scalars(task.record.launch.spec.resources);
    cpu_milli += held[StandardScalar::kCpus];
    memory_kib += held[StandardScalar::kMem];
  }
  world_.stage.expect(
      Promise::kNoOvercommit, cpu_milli <= kCpuMilli && memory_kib <= kMemoryKib, [&] {
        return process_.name() + " holds " + std::to_string(cpu_milli) + " of " +
               std::to_string(kCpuMilli) + " cpu_milli and " + std::to_string(memory_kib) + " of " +
               std::to_string(kMemoryKib) + " KiB";
      });
}

}  // namespace fairlead::chaos
