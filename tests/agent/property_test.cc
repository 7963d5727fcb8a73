// Random events and crashes, the checkpoint being all that survives.
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <utility>

#include "agent/agent_core.h"
#include "agent/container_spec.h"
#include "agent/volumes.h"
#include "common/limits.h"

namespace fairlead {
namespace {

class RandomAgent {
 public:
  explicit RandomAgent(std::uint32_t seed) : random_(seed) { start(); }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) one();
  }
  std::size_t launched() const { return launched_.size(); }
  std::size_t volumes_removed() const { return volumes_removed_; }

 private:
  std::uint32_t pick(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  TaskId some_task() { return {"t" + std::to_string(pick(12))}; }

  void start() {
    writes_.clear();
    core_ = std::make_unique<AgentCore>(
        AgentConfig{.sandbox_root = "/s", .meta_root = "/m", .volume_root = "/v"});
    AgentStarted started;
    started.fresh_id = {"a1"};
    started.boot_id = "b" + std::to_string(boot_);
    started.session = {1 + pick(1'000'000)};  // a wall clock that goes as it likes
    for (const auto& [key, record] : durable_) started.checkpoint.push_back(record);
    ++session_;  // of the connection
    is_heard_of_ = false;
    step(started);
  }

  void say(MasterToAgent message) {
    EnvelopeHeader header;
    header.epoch = {epoch_};
    header.session = {session_};
    step(MasterSaid{header, std::move(message)});
  }

  void one() {
    now_ = now_ + milliseconds(pick(700));
    TaskId task = some_task();
    ContainerId container = container_id({{"f1"}, task, 1, {"a1"}});
    switch (pick(16)) {
      case 0:
        if (pick(5) == 0) ++epoch_;
        return say(AgentWelcome{.agent = {"a1"},
                                .cluster = {"c1"},
                                .epoch = {epoch_},
                                .heartbeat_every = seconds(5),
                                .unreachable_after = seconds(20),
                                .agents = pick(2) * 10'000,
                                .tasks = pick(2) * 10'000});
      case 1:
      case 2: {
        LaunchTask launch{.token = {{"f1"}, task, 1, {"a1"}}, .spec = {.id = task}};
        launch.spec.name = "n";
        launch.spec.command.argv = {"sleep"};
        launch.spec.resources = *parse_resources("cpus:1;mem:64MiB");
        if (pick(2) == 0) add(launch.spec.resources, volume(pick(3)));
        if (ended_life_of_.count(task) == 0) say(launch);
        return;
      }
      case 3:
        return say(KillTask{{"f1"}, task, 1, {}, TaskReason::kKilledByFramework});
      case 4: {
        std::uint64_t update = pick(4);  // only what was heard is acknowledged
        if (told_.count({task, update}) == 0) return;
        return say(AcknowledgeStatus{{"f1"}, task, 1, {"a1"}, update});
      }
      case 5:
      case 6:
        return step(ContainerStarted{container, {7, 1}});
      case 7: {
        ContainerExit exit{.id = container, .exit = ExitStatus{.code = 0}};
        std::erase_if(used_, [&](const auto& one) { return one.second == container; });
        return step(ContainerExited{exit});
      }
      case 8:
        if (pick(8) == 0) {
          const std::uint32_t reboots = pick(2);
          boot_ += reboots;
          if (reboots > 0) used_.clear();
          removing_.clear();  // what was set aside is nobody's; nobody is told
          for (const auto& [known, serial] : core_->state().by_token) crossed(known.task);
          for (const LaunchToken& known : core_->state().finished) crossed(known.task);
          start();
        }
        return;
      case 9:
        if (pick(4) != 0) return step(TimePassed{});
        return pick(2) == 0 ? step(MasterLinkBroken{}) : step(MasterLinkRestored{});
      case 14:
        return say(DestroyVolume{name_of_volume(pick(3))});
      case 15:
        if (removing_.empty()) return;
        return end_removal(removing_.extract(removing_.begin()).value());
      default:
        return answer_one();
    }
  }

  static VolumeName name_of_volume(std::uint32_t number) {
    return {{"web"}, "v" + std::to_string(number)};
  }
  static Resources volume(std::uint32_t number) {
    return *parse_resources("disk(web@ops){volume:" + name_of_volume(number).id + ":data}:1GiB");
  }

  void end_removal(const VolumeName& name) {
    ++volumes_removed_;
    step(VolumeRemoved{name, pick(4) == 0 ? "disk" : ""});
  }

  /// Of each volume at most one user, and none while it is being removed.
  void use_volumes(const ContainerSpec& spec) {
    for (const VolumeMount& mount : spec.volumes) {
      EXPECT_TRUE(used_.try_emplace(mount.folder, spec.id).second) << mount.folder << " is shared";
      for (const VolumeName& one : removing_) {
        EXPECT_NE(mount.folder, volume_folder("/v", one)) << "used while it is removed";
      }
    }
  }
  void remove_volume(const RemoveVolume& order) {
    EXPECT_EQ(used_.count(order.folder), 0U) << order.folder << " is removed while it is used";
    EXPECT_TRUE(removing_.insert(order.volume).second) << order.folder << " is removed twice";
  }

  /// A master does not launch a token again in a session after the one that launched it.
  void crossed(const TaskId& task) { ended_life_of_.insert(task); }

  void answer_one() {
    if (writes_.empty()) return;
    WriteCheckpoint write = writes_.front();
    writes_.pop_front();
    bool has_identity = false;
    for (const auto& record : write.put) {
      has_identity |= std::holds_alternative<IdentityRecord>(record);
    }
    if (!has_identity && pick(8) == 0) {
      return step(CheckpointWritten{write.ticket, WriteOutcome::kRefused, "full"});
    }
    for (const CheckpointRecord& record : write.put) {
      const auto* task = std::get_if<TaskRecord>(&record);
      durable_[task == nullptr ? "identity" : "task/" + task->container] = record;
      if (task == nullptr) continue;
      std::uint64_t& most = durable_updates_[task->launch.token.task];
      most = std::max(most, task->update_next - 1);
    }
    for (const std::string& key : write.erase) durable_.erase(key);
    step(CheckpointWritten{write.ticket, WriteOutcome::kPersisted, ""});
  }

  void step(const AgentEvent& event) {
    std::vector<AgentAction> out;
    core_->step(now_, event, out);
    for (const AgentAction& action : out) {
      if (const auto* write = std::get_if<WriteCheckpoint>(&action)) writes_.push_back(*write);
      if (const auto* launch = std::get_if<LaunchContainer>(&action)) {
        EXPECT_TRUE(launched_.insert(launch->spec.id).second) << launch->spec.id.text;
        EXPECT_TRUE(durable_.count("task/" + launch->spec.id.text)) << "launched before durable";
        use_volumes(launch->spec);
      }
      if (const auto* remove = std::get_if<RemoveVolume>(&action)) remove_volume(*remove);
      if (const auto* sent = std::get_if<SendToMaster>(&action)) {
        registers_in_a_newer_session();
        const auto* update = std::get_if<AgentStatusUpdate>(&sent->message);
        if (update != nullptr && update->status.update != 0) heard(update->status);
      }
    }
  }

  /// Before its first word of a life.
  void registers_in_a_newer_session() {
    if (std::exchange(is_heard_of_, true)) return;
    ASSERT_TRUE(durable_.count("identity")) << "spoke before its identity was durable";
    Session first = core_->state().identity.session;
    EXPECT_EQ(std::get<IdentityRecord>(durable_.at("identity")).session, first) << "not durable";
    EXPECT_GE(first.number, last_session_ + limits::kSessionsOfALifeMax);
    last_session_ = first.number;
  }

  void heard(const TaskStatus& status) {
    EXPECT_LE(status.update, durable_updates_[status.task]) << "sent before it was durable";
    auto [told, is_new] = told_.try_emplace({status.task, status.update}, status.state);
    EXPECT_EQ(told->second, status.state) << "one number, two stories";
    auto before = last_.find(status.task);
    if (is_new && before != last_.end()) {
      EXPECT_GT(status.update, before->second.first);
      EXPECT_FALSE(is_terminal(before->second.second)) << "terminal is final";
    }
    if (is_new) last_[status.task] = {status.update, status.state};
  }

  std::mt19937 random_;
  std::unique_ptr<AgentCore> core_;
  Instant now_;
  std::uint64_t epoch_ = 1;
  std::uint64_t session_ = 0;
  std::uint64_t last_session_ = 0;  ///< that the agent's lives counted from
  bool is_heard_of_ = false;        ///< in this life
  std::uint32_t boot_ = 1;
  std::map<std::string, CheckpointRecord> durable_;
  std::deque<WriteCheckpoint> writes_;
  std::map<TaskId, std::uint64_t> durable_updates_;
  std::set<ContainerId> launched_;
  std::map<std::string, ContainerId> used_;  ///< folders of volumes, by whom
  std::set<VolumeName> removing_;
  std::size_t volumes_removed_ = 0;
  std::set<TaskId> ended_life_of_;
  std::map<std::pair<TaskId, std::uint64_t>, TaskState> told_;
  std::map<TaskId, std::pair<std::uint64_t, TaskState>> last_;
};

TEST(AgentUnderRandomEvents, LaunchesOnceAndTellsOneStoryOverAllLives) {
  std::size_t launched = 0;
  std::size_t removed = 0;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomAgent agent(seed);
    agent.run(600);
    if (HasFailure()) return;
    launched += agent.launched();
    removed += agent.volumes_removed();
  }
  EXPECT_GT(launched, 100U) << "hardly anything was launched";
  EXPECT_GT(removed, 100U) << "hardly a volume was removed";
}

TEST(ContainerIds, TwoTokensNeverShareOne) {
  auto id = [](const char* framework, const char* task, std::uint32_t attempt) {
    return container_id({{framework}, {task}, attempt, {"a1"}}).text;
  };
  EXPECT_EQ(id("f1", "t1", 1), "f1.t1.1");
  EXPECT_NE(id("f1", "T1", 1), id("f1", "t1", 1));
  EXPECT_NE(id("a.b", "c", 1), id("a", "b.c", 1));
  std::string text(128, 'x');
  EXPECT_EQ(id("f1", text.c_str(), 1).size(), 64U);
  EXPECT_NE(id("f1", text.c_str(), 1), id("f1", text.c_str(), 2));
}

}  // namespace
}  // namespace fairlead
