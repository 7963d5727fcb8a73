// Random peers, with and without sense, against the master's core: it never crashes, never
// over-commits an agent, terminal states are final, the allocator never contradicts it, nothing is
// launched on a drained agent, what operators decided is what the registry holds, quotas keep their
// rules, and whoever holds something on an agent is asked to leave before its maintenance.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <string>

#include "master/master_core.h"
#include "tests/master/inverse_book.h"
#include "tests/master/registry_book.h"
#include "tests/master/state_checks.h"

namespace fairlead {
namespace {

/// How much of what matters came to pass.
struct Counts {
  std::uint64_t launches = 0, contradictions = 0, drained = 0, quota_checks = 0;
  std::uint64_t windows_begun = 0, windows_ended = 0;
  std::uint64_t answers = 0, asked = 0, asked_again = 0;  ///< inverse offers
};

std::string key_of(const TaskStatus& status) {
  return status.framework.text + "/" + status.task.text + "#" + std::to_string(status.attempt) +
         "@" + status.agent.text;
}

class RandomWorld {
 public:
  RandomWorld(std::uint32_t seed, Counts& counts)
      : random_(seed), counts_(counts), core_(config()) {
    step(MasterStarted{{"c"}, {1}, {}, {}});
  }

  void run(int events) {
    for (int i = 0; i < events && !testing::Test::HasFatalFailure(); ++i) {
      now_ = now_ + milliseconds(pick(400));
      one_event();
      expect_no_overcommit(core_.state());
      if (expect_quota_rules(core_.state())) ++counts_.quota_checks;
      inverse_.expect_complete(core_.state());
      if (writes_.empty()) registry_.expect_same(core_.state());
    }
    counts_.launches += core_.state().launches_total;
    counts_.asked += inverse_.asked();
    counts_.asked_again += inverse_.asked_again();
  }

 private:
  static MasterConfig config() {
    MasterConfig config;
    config.agent_lease = seconds(20);
    config.framework_lease = seconds(20);
    config.offer_hold_max = seconds(10);
    return config;
  }

  std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_()) % below; }
  AgentId agent() { return {"a" + std::to_string(pick(4))}; }
  Sender sender_of(const AgentId& id) { return {{1}, {"agents"}, {sessions_[id.text]}}; }

  void step(const MasterEvent& event) {
    std::vector<MasterAction> out;
    core_.step(now_, event, out);
    for (const MasterAction& action : out) note(action);
    if (pick(4) != 0) answer_one_write();
  }

  void answer_one_write() {
    if (writes_.empty()) return;
    WriteRegistry write = writes_.front();
    writes_.pop_front();
    bool refused = pick(10) == 0;
    if (!refused) registry_.take(write);
    step(RegistryWritten{write.ticket, refused ? WriteOutcome::kRefused : WriteOutcome::kPersisted,
                         "disk is full"});
  }

  void note(const MasterAction& action) {
    if (const auto* write = std::get_if<WriteRegistry>(&action)) writes_.push_back(*write);
    if (const auto* reject = std::get_if<CountReject>(&action)) {
      if (reject->kind == "allocator") ++counts_.contradictions;
    }
    if (const auto* event = std::get_if<PublishEvent>(&action)) {
      if (event->kind == "allocator_reject") ADD_FAILURE() << event->text;
      if (event->kind == "agent_drained") ++counts_.drained;
      if (event->kind == "window_begun") ++counts_.windows_begun;
      if (event->kind == "window_ended") ++counts_.windows_ended;
      if (event->kind.starts_with("inverse_offer_")) ++counts_.answers;
    }
    if (const auto* to = std::get_if<SendToAgent>(&action)) note_agent(*to);
    if (const auto* to = std::get_if<SendToFramework>(&action)) note_framework(*to);
  }

  void note_agent(const SendToAgent& to) {
    const auto* launch = std::get_if<LaunchTask>(&to.message);
    if (launch == nullptr) return;
    std::uint32_t slot = master::find_agent(core_.state(), to.agent);
    EXPECT_EQ(core_.state().agents[slot].drain(), nullptr) << to.agent.text << " is drained";
    TaskReport report{launch->token, "", launch->role, launch->spec.resources, {}};
    report.status.framework = launch->token.framework;
    report.status.task = launch->token.task;
    report.status.attempt = launch->token.attempt;
    report.status.agent = launch->token.agent;
    report.status.state = TaskState::kStarting;
    // A framework that names a finished attempt again has broken its own promise: a new life.
    std::vector<TaskReport>& tasks = tasks_[to.agent.text];
    std::erase_if(tasks, [&](const TaskReport& one) { return one.token == launch->token; });
    tasks.push_back(report);
    ended_.erase(key_of(report.status));
  }

  void note_framework(const SendToFramework& to) {
    inverse_.take(core_.state(), to);
    if (const auto* subscribed = std::get_if<Subscribed>(&to.message)) {
      frameworks_[subscribed->framework.text] = to.connection;
    }
    if (const auto* offers = std::get_if<Offers>(&to.message)) {
      for (const Offer& offer : offers->offers) offers_.push_back(offer);
    }
    if (const auto* update = std::get_if<FrameworkStatusUpdate>(&to.message)) {
      check_final(update->status);
    }
  }

  void check_final(const TaskStatus& status) {
    std::string key = key_of(status);
    // Refusals of a second launch under the same name speak of that launch only.
    bool is_refusal = status.state == TaskState::kError || status.state == TaskState::kDropped ||
                      status.state == TaskState::kUnknown;
    if (is_refusal || status.reason == TaskReason::kReconciliation || status.update == 0) return;
    auto [found, is_new] = ended_.try_emplace(key, TaskState::kStaging);
    if (is_terminal(found->second)) {
      EXPECT_EQ(found->second, status.state) << key;
    }
    found->second = status.state;
  }

  void one_event() {
    switch (pick(12)) {
      case 0:
        if (pick(4) == 0) return register_agent();
        return acknowledge_epoch();
      case 1:
        return acknowledge_epoch();
      case 2: {
        AgentId id = agent();
        return step(AgentSaid{sender_of(id), id, AgentHeartbeat{pick(8) != 0, "disk"}});
      }
      case 3:
        if (pick(4) == 0) return subscribe();
        return from_framework();
      case 4:
      case 5:
      case 6:
        return use_offer();
      case 7:
      case 8:
        return report_status();
      case 9:
        return from_framework();
      case 10:
        return from_operator();
      default:
        return step(TimePassed{});
    }
  }

  void acknowledge_epoch() {
    AgentId id = agent();
    step(AgentSaid{sender_of(id), id, EpochAcknowledged{{pick(10) == 0 ? 7U : 1U}}});
  }

  void register_agent() {
    AgentId id = agent();
    if (pick(3) == 0) ++sessions_[id.text];
    if (sessions_[id.text] == 0) sessions_[id.text] = 1;
    RegisterAgent message;
    message.agent.id = id;
    message.agent.hostname = "h" + std::to_string(pick(10) == 0);
    message.agent.total = parse_resources("cpus:4;mem:4GiB;ports:[1-9]").value();
    std::vector<TaskReport>& tasks = tasks_[id.text];
    if (pick(5) == 0 && !tasks.empty()) tasks.erase(tasks.begin());
    message.tasks = tasks;
    step(AgentSaid{sender_of(id), id, message});
  }

  void subscribe() {
    Subscribe message;
    message.framework.name = "f";
    message.framework.principal = {"users"};
    message.framework.roles = {{pick(2) == 0 ? "a" : "b"}};
    message.framework.failover_timeout = seconds(pick(40));
    bool is_old = !frameworks_.empty() && pick(2) == 0;
    if (is_old) message.framework.id = {some_framework()};
    if (!is_old && frameworks_.size() > 4) return;
    // From this life, or late from an earlier one.
    Session session{pick(4) == 0 ? 1 + pick(3) : ++framework_sessions_};
    sessions_by_connection_[++connections_] = session;
    step(FrameworkSaid{{{connections_}, {"users"}, session}, message.framework.id, message});
  }

  std::string some_framework() {
    if (frameworks_.empty()) return "nobody";
    auto at = frameworks_.begin();
    std::advance(at, pick(static_cast<std::uint32_t>(frameworks_.size())));
    return at->first;
  }

  void say(const FrameworkId& id, FrameworkToMaster message) {
    ConnectionId from = frameworks_[id.text];
    step(FrameworkSaid{
        {from, {"users"}, sessions_by_connection_[from.number]}, id, std::move(message)});
  }

  void use_offer() {
    if (offers_.empty()) return;
    Offer offer =
        *(offers_.end() - 1 - pick(std::min(4U, static_cast<std::uint32_t>(offers_.size()))));
    if (pick(4) == 0) return say(offer.framework, DeclineOffers{{offer.id}, seconds(1), {}});
    if (pick(8) == 0) {
      return say(offer.framework, AcceptOperations{"op", {offer.id}, {some_operation()}});
    }
    AcceptOffers message;
    message.offers = {offer.id};
    if (pick(6) == 0) message.offers.push_back(offers_[0].id);
    for (std::uint32_t i = 0; i <= pick(4); ++i) {
      TaskLaunch launch;
      launch.spec.id = {"t" + std::to_string(pick(60))};
      launch.spec.command.argv = {"x"};
      launch.spec.resources =
          parse_resources(pick(2) == 0 ? "cpus:1;mem:1GiB" : "cpus:0.5;ports:[2-3]").value();
      launch.attempt = pick(5) == 0 ? pick(3) : 1 + pick(9);
      message.launches.push_back(launch);
    }
    say(offer.framework, message);
  }

  void report_status() {
    AgentId id = agent();
    std::vector<TaskReport>& tasks = tasks_[id.text];
    if (tasks.empty()) return;
    TaskReport& task = tasks[pick(static_cast<std::uint32_t>(tasks.size()))];
    if (!is_terminal(task.status.state)) {
      task.status.state = static_cast<TaskState>(1 + pick(6));
      task.status.update += 1;
      if (is_terminal(task.status.state)) task.resources = {};
    }
    TaskStatus status = task.status;
    if (pick(6) == 0) status.state = static_cast<TaskState>(pick(13));
    if (pick(12) == 0) status.task = {"bad/id"};
    if (is_terminal(task.status.state)) status.state = task.status.state;
    if (status.state != task.status.state) status.update = 0;
    if (status.update == 0) status.state = TaskState::kUnknown;
    step(AgentSaid{sender_of(id), id, AgentStatusUpdate{status}});
  }

  void from_framework() {
    FrameworkId id{some_framework()};
    TaskId task{"t" + std::to_string(pick(20))};
    switch (pick(10)) {
      case 0:
        return say(id, KillTask{{}, task, pick(3), std::nullopt, {}});
      case 1:
        return say(id, AcknowledgeStatus{{}, task, pick(3), agent(), pick(5)});
      case 2:
        return say(id, Reconcile{});
      case 3:
        return say(id, Reconcile{{{task, 0, agent()}}});
      case 4:
        return say(id, Revive{});
      case 5:
        if (pick(10) == 0) return say(id, Teardown{});
        return say(id, Suppress{{{"a"}}});
      case 6:
      case 7:
        return say(id, inverse_.answer(frameworks_[id.text], pick(1'000)));
      default:
        return say(id, FrameworkHeartbeat{});
    }
  }

  void from_operator() {
    OperatorAsked asked{{1}, {"ops"}, SetWeight{{"a"}, 1 + pick(3000)}, {now_.ns / 1'000'000}};
    switch (pick(12)) {
      case 10:
      case 11:
        asked.body = ConvertResources{agent(), some_operation()};
        break;
      case 0:
        asked.body = DeactivateAgent{agent()};
        break;
      case 6:
        asked.body = DrainAgent{agent(), seconds(pick(30)), std::nullopt, false};
        break;
      case 7:
        asked.body = ScheduleWindow{{agent(), agent()},
                                    {asked.at.unix_ms + 1'000 * pick(40)},
                                    seconds(1 + pick(60)),
                                    seconds(pick(10)),
                                    std::nullopt};
        break;
      case 8:
        if (pick(4) != 0 || core_.state().windows.empty()) break;
        asked.body = CancelWindow{core_.state().windows.begin()->first};
        break;
      case 9:
        asked.body = some_quotas();
        break;
      case 1:
      case 2:
        asked.body = ReactivateAgent{agent()};
        break;
      case 3:
        asked.body = OperatorKill{{some_framework()}, {"t1"}};
        if (pick(10) == 0) asked.body = TeardownFramework{{some_framework()}};
        break;
      case 4:
        if (pick(20) == 0) asked.body = MarkAgentGone{{"a3"}};
        break;
      default:
        break;
    }
    step(asked);
  }

  ResourceOperation some_operation() {
    Amounts some = parse_amounts(pick(2) == 0 ? "cpus:1" : "cpus:0.5;ports:[2-3]").value();
    RoleName role{pick(2) == 0 ? "a" : "b"};
    if (pick(3) == 0) return operation::Unreserve{some, role};
    return operation::Reserve{some, role, {}, {}};
  }

  SetQuota some_quotas() {
    SetQuota set{{.settings = {}, .force = pick(2) == 0}};
    for (const char* role : {"a", "a/x", "b"}) {
      if (pick(2) == 0) continue;
      Quota quota;
      if (pick(3) != 0) quota.guarantees[0] = 1'000 * pick(5);
      if (pick(3) == 0) quota.limits[0] = 1'000 * pick(8);
      set.change.settings.push_back({{role}, quota});
    }
    return set;
  }

  std::mt19937 random_;
  Counts& counts_;
  MasterCore core_;
  Instant now_;
  std::uint64_t connections_ = 10, framework_sessions_ = 10;
  std::map<std::string, std::uint64_t> sessions_;
  std::map<std::string, std::vector<TaskReport>> tasks_;
  std::map<std::string, ConnectionId> frameworks_;
  std::map<std::uint64_t, Session> sessions_by_connection_;  // of frameworks
  std::vector<Offer> offers_;
  std::deque<WriteRegistry> writes_;
  RegistryBook registry_;
  InverseBook inverse_;
  std::map<std::string, TaskState> ended_;
};

TEST(MasterUnderRandomPeers, NeverOverCommitsNorContradictsItself) {
  Counts counts;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomWorld(seed, counts).run(2'000);
    ASSERT_EQ(counts.contradictions, 0U);
  }
  EXPECT_GT(counts.launches, 500U) << "the peers hardly did anything";
  EXPECT_GT(counts.drained, 20U) << "hardly an agent was emptied";
  EXPECT_GT(counts.windows_begun, 20U) << "hardly a window began";
  EXPECT_GT(counts.windows_ended, 20U) << "hardly a window ended";
  EXPECT_GT(counts.quota_checks, 1'000U) << "hardly a role had a quota";
  EXPECT_GT(counts.asked, 50U) << "hardly anybody was asked to leave";
  EXPECT_GT(counts.answers, 20U) << "hardly anybody answered";
  EXPECT_GT(counts.asked_again, 5U) << "hardly anybody was asked again";
}

}  // namespace
}  // namespace fairlead
