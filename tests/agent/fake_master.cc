#include "tests/agent/fake_master.h"

#include <algorithm>
#include <set>

#include "common/check.h"
#include "schemas/agent_codec.h"

namespace fairlead::test {
namespace {

constexpr Epoch kEpoch{1};

}  // namespace

FakeMaster::FakeMaster() {
  auto loop = EpollLoop::create(clock_);
  check(loop.ok(), "a loop for the fake master");
  loop_ = std::move(*loop);
  auto router = ZmqRouter::bind(zmq_, *loop_, {.endpoint = "tcp://127.0.0.1:0"},
                                [this](const Incoming& incoming) { on_incoming(incoming); });
  check(router.ok(), "a router for the fake master");
  router_ = std::move(*router);
}

void FakeMaster::say(MasterToAgent message) {
  Envelope<MasterToAgent> envelope;
  envelope.header.cluster = ClusterId{"c1"};
  envelope.header.epoch = kEpoch;
  envelope.header.session = Session{1};
  envelope.header.sequence = ++sent_;
  envelope.header.peer = PeerId{"agent/" + agent_.text};
  envelope.messages.push_back(std::move(message));
  router_->send(connection_, encode(envelope));
}

void FakeMaster::launch_shell(const std::string& task, const std::string& script,
                              const std::string& resources) {
  LaunchTask launch;
  launch.token = {
      .framework = FrameworkId{"f-1"}, .task = TaskId{task}, .attempt = 1, .agent = agent_};
  launch.role = RoleName{"r"};
  launch.framework_name = "test";
  launch.spec.id = TaskId{task};
  launch.spec.name = task;
  launch.spec.command.argv = {"sh", "-c", script};
  launch.spec.resources = *parse_resources(resources);
  say(launch);
}

std::size_t FakeMaster::count(const std::string& task, TaskState state) const {
  std::set<std::uint64_t> updates;
  for (const TaskStatus& status : statuses) {
    if (status.task.text == task && status.state == state) updates.insert(status.update);
  }
  return updates.size();
}

const TaskStatus* FakeMaster::find(const std::string& task, TaskState state) const {
  const auto found = std::find_if(statuses.begin(), statuses.end(), [&](const TaskStatus& s) {
    return s.task.text == task && s.state == state;
  });
  return found == statuses.end() ? nullptr : &*found;
}

void FakeMaster::on_incoming(const Incoming& incoming) {
  Result<Envelope<AgentToMaster>> envelope = decode_agent_to_master(incoming.bytes);
  check(envelope.ok(), "the agent speaks the protocol");
  const bool is_new = envelope->header.session != session_ || incoming.from != connection_;
  if (is_new) {
    check(std::holds_alternative<RegisterAgent>(envelope->messages.front()),
          "a session begins with a registration");
    sent_ = 0;
  }
  session_ = envelope->header.session;
  connection_ = incoming.from;
  agent_ = AgentId{envelope->header.peer.text.substr(6)};
  for (const AgentToMaster& message : envelope->messages) on_message(message);
  if (after_message_) after_message_();
}

void FakeMaster::on_message(const AgentToMaster& message) {
  if (const auto* registration = std::get_if<RegisterAgent>(&message)) {
    registrations.push_back(*registration);
    say(AgentWelcome{agent_, ClusterId{"c1"}, kEpoch, milliseconds(200), seconds(5)});
  } else if (std::holds_alternative<EpochAcknowledged>(message)) {
    ++epochs_acknowledged;
  } else if (std::holds_alternative<AgentHeartbeat>(message)) {
    say(HeartbeatEcho{});
  } else if (const auto* volume = std::get_if<VolumeDestroyed>(&message)) {
    destroyed.push_back(*volume);
  } else if (const auto* update = std::get_if<AgentStatusUpdate>(&message)) {
    const TaskStatus& status = update->status;
    statuses.push_back(status);
    if (!acknowledges || status.update == 0) return;
    say(AcknowledgeStatus{status.framework, status.task, status.attempt, status.agent,
                          status.update});
  }
}

}  // namespace fairlead::test
