#include "simulator/chaos/framework_node.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "frameworks/sdk/launch_record.h"
#include "runtime/link/first_session.h"
#include "runtime/store_outcome.h"
#include "schemas/framework_codec.h"

namespace fairlead::chaos {
namespace {

std::string name_of(std::size_t number) {
  return "framework-" + std::to_string(number);
}

}  // namespace

FrameworkNode::Life::Life(FrameworkNode& node, Workload::Options options, sdk::SdkOptions sdk)
    : owner(node),
      workload(node.world_.stage, node.world_.ledger, std::move(options)),
      core(std::move(sdk), workload),
      link(&encode, &decode_master_to_framework) {}

FrameworkNode::FrameworkNode(World world, std::size_t number, HostId host, Wish wish)
    : world_(world),
      number_(number),
      wish_(wish),
      process_(world.stage, name_of(number), host),
      disk_(
          world.stage, process_,
          [this](Ticket ticket, StoreOutcome outcome, const std::string& reason) {
            on_event(sdk::StoreWritten{ticket, to_write_outcome(outcome), reason});
          },
          [this] { crash("crashes at a write"); }) {
  peer_ = world_.network.add_peer(process_, *this);
}

// --- lives ---------------------------------------------------------------------------------------

void FrameworkNode::start() {
  process_.begin_life();
  world_.stage.note(process_.name(), "starts");
  RoleName role{"role-" + std::to_string(number_)};
  sdk::SdkOptions sdk;
  sdk.info = {.id = {},
              .name = process_.name(),
              .principal = {"sim"},
              .roles = {role},
              .failover_timeout = seconds(3'600),
              .api_address = "",
              .kind = "sim",
              .labels = {}};
  sdk.seed = world_.stage.random.next();
  sdk.reconcile_every = seconds(60);
  life_ = std::make_shared<Life>(*this,
                                 Workload::Options{.role = role,
                                                   .prefix = "f" + std::to_string(number_) + "-",
                                                   .tasks_until = wish_.tasks_until,
                                                   .open_max = wish_.open_max,
                                                   .life = process_.life()},
                                 std::move(sdk));
  Result<StoreContents> contents = disk_.load();
  check(contents.ok(), "a simulated disk can be read");
  sdk::SdkStarted started{.rows = {},
                          .quarantined = contents->quarantined,
                          .session_base = first_session(process_),
                          .wall_at_zero = process_.wall_at_zero()};
  for (StoreRow& row : contents->rows) {
    started.rows.push_back({std::move(row.key), std::move(row.value)});
  }
  world_.network.open(peer_);
  on_event(std::move(started));
}

void FrameworkNode::crash(const std::string& why) {
  if (!process_.is_alive()) return;
  Stage& stage = world_.stage;
  stage.note(process_.name(), "ends: " + why);
  process_.end_life();
  stage.graveyard.push_back(std::exchange(life_, nullptr));
  world_.network.close(peer_);
  disk_.on_process_death();
  stage.queue.after(stage.random.between(milliseconds(100), seconds(5)), [this] { start(); });
}

// --- events --------------------------------------------------------------------------------------

void FrameworkNode::on_bytes(BytesView bytes) {
  auto received = life_->link.receive(bytes);
  if (received.refused) {
    world_.stage.note(process_.name(), "refuses an envelope: " + received.refused->message);
    return;
  }
  if (received.is_broken) on_event(sdk::LinkBroken{"envelopes of the master were lost"});
  if (!received.envelope || !process_.is_alive()) return;
  on_event(sdk::MasterSpoke{received.envelope->header, std::move(received.envelope->messages)});
}

void FrameworkNode::on_link(bool is_up) {
  if (is_up) return on_event(sdk::LinkRestored{});
  on_event(sdk::LinkBroken{"the link to the master is down"});
}

void FrameworkNode::on_event(sdk::SdkEvent event) {
  if (!process_.is_alive()) return;
  // What is carried out may bring the next event.
  std::shared_ptr<Life> life = life_;
  life->waiting.push_back(std::move(event));
  if (life->is_stepping) return;
  life->is_stepping = true;
  while (process_.is_alive() && !life->waiting.empty()) {
    sdk::SdkEvent next = std::move(life->waiting.front());
    life->waiting.pop_front();
    take(next);
  }
  life->is_stepping = false;
  if (!process_.is_alive()) return;
  process_.wake_at(life->core.next_deadline(), [this] { on_event(TimePassed{}); });
}

void FrameworkNode::take(const sdk::SdkEvent& event) {
  const auto* spoke = std::get_if<sdk::MasterSpoke>(&event);
  bool is_old = spoke != nullptr && spoke->header.epoch < epoch_durable_;
  std::vector<sdk::SdkAction> actions;
  if (is_old) {
    // What is due happens in any case; what follows comes from the old word alone.
    take(TimePassed{});
    if (!process_.is_alive()) return;
  }
  life_->core.step(process_.now(), event, actions);
  if (is_old) {
    bool has_effect = std::any_of(actions.begin(), actions.end(), [](const sdk::SdkAction& action) {
      return !std::holds_alternative<sdk::SdkNote>(action);
    });
    world_.stage.expect(Promise::kEpochFenced, !has_effect, [&] {
      return process_.name() + ", which has seen epoch " + std::to_string(epoch_durable_.number) +
             ", acts on a word of epoch " + std::to_string(spoke->header.epoch.number);
    });
  }
  for (sdk::SdkAction& action : actions) {
    if (!process_.is_alive()) return;
    carry_out(action);
  }
  if (process_.is_alive()) epoch_durable_ = std::max(epoch_durable_, life_->core.epoch());
}

void FrameworkNode::carry_out(sdk::SdkAction& action) {
  const auto* end = std::get_if<sdk::EndFramework>(&action);
  // Nobody tears it down, it has one life at a time, and its disk is never full.
  world_.stage.expect(Promise::kNothingForgotten, end == nullptr,
                      [&] { return process_.name() + " is ended for good: " + end->reason; });
  if (auto* said = std::get_if<sdk::SpeakToMaster>(&action)) {
    speak(std::move(*said));
  } else if (auto* write = std::get_if<sdk::WriteStore>(&action)) {
    StoreBatch batch{.ticket = write->ticket, .writes = {}};
    for (sdk::StateWrite& row : write->writes) {
      batch.writes.push_back({std::move(row.key), std::move(row.value)});
    }
    disk_.commit(std::move(batch));
  } else if (end != nullptr) {
    crash("the SDK ends it: " + end->reason);
  } else {
    world_.stage.note(process_.name(), std::get<sdk::SdkNote>(action).text);
  }
}

void FrameworkNode::speak(sdk::SpeakToMaster speak) {
  for (const FrameworkToMaster& message : speak.messages) expect_durable(message);
  EnvelopeHeader header{.cluster = speak.cluster,
                        .epoch = speak.epoch,
                        .session = speak.session,
                        .peer = {"framework/" + speak.framework.text}};
  if (!life_->link.send(*life_, std::move(header), std::move(speak.messages))) {
    on_event(sdk::LinkBroken{"the link to the master is down"});
  }
}

// --- promises ------------------------------------------------------------------------------------

void FrameworkNode::expect_durable(const FrameworkToMaster& message) {
  const auto& rows = disk_.rows();
  if (const auto* accept = std::get_if<AcceptOffers>(&message)) {
    for (const TaskLaunch& launch : accept->launches) {
      std::string key = sdk::launch_row_key({launch.spec.id, launch.attempt});
      world_.stage.expect(Promise::kDurableFirst, rows.contains(key), [&] {
        return process_.name() + " launches " + key + ", which its store does not hold";
      });
    }
  }
  const auto* acknowledged = std::get_if<AcknowledgeStatus>(&message);
  if (acknowledged == nullptr) return;
  auto row = rows.find(sdk::launch_row_key({acknowledged->task, acknowledged->attempt}));
  if (row == rows.end()) return;  // a terminal one: the record went with its batch
  Result<sdk::LaunchRecord> record = sdk::decode_launch_record(row->second);
  world_.stage.expect(
      Promise::kDurableFirst, record.ok() && record->update >= acknowledged->update, [&] {
        return process_.name() + " acknowledges update " + std::to_string(acknowledged->update) +
               " of " + acknowledged->task.text + ", which its store does not hold";
      });
}

}  // namespace fairlead::chaos
