#include "tests/sdk/sdk_world.h"

#include <utility>

namespace fairlead::sdk {
namespace {

std::string token(const std::string& task, std::uint32_t attempt) {
  return task + "/" + std::to_string(attempt);
}

std::string text(const Subscribe& message) {
  std::string suppressed;
  for (const RoleName& role : message.suppressed) {
    suppressed += " -" + role.text;
  }
  return "subscribe(" + message.framework.id.text + suppressed + ")";
}
std::string text(const SetDemand& message) {
  std::string shapes = "demand(" + message.role.text + ":";
  for (const DemandShape& shape : message.shapes) {
    shapes += shape.name + "*" + std::to_string(shape.count);
  }
  return shapes + ")";
}
std::string text(const AcceptOffers& message) {
  std::string launches;
  for (const TaskLaunch& launch : message.launches) {
    launches += ":" + token(launch.spec.id.text, launch.attempt);
  }
  return "accept(" + std::to_string(message.offers.front().number) + launches + ")";
}
std::string text(const AcceptGang& message) {
  std::string parts;
  for (const AcceptOffers& part : message.parts) {
    parts += (parts.empty() ? "" : " ") + text(part);
  }
  return "gang(" + parts + ")";
}
std::string text(const AnswerInverseOffer& message) {
  return "answer(" + message.agent.text + (message.accepts ? " accepts)" : " declines)");
}
std::string text(const AcceptOperations& message) {
  return "operate(" + message.id + " " + std::to_string(message.offers.front().number) + ")";
}
std::string text(const DeclineOffers& message) {
  return "decline(" + std::to_string(message.offers.front().number) + ")";
}
std::string text(const Suppress&) {
  return "suppress";
}
std::string text(const Revive& message) {
  std::string roles;
  for (const RoleName& role : message.roles) {
    roles += role.text;
  }
  return "revive(" + roles + ")";
}
std::string text(const KillTask& message) {
  return (message.reason == TaskReason::kPreempted ? "preempt(" : "kill(") +
         token(message.task.text, message.attempt) + ")";
}
std::string text(const AcknowledgeStatus& message) {
  return "ack(" + token(message.task.text, message.attempt) + "#" + std::to_string(message.update) +
         ")";
}
std::string text(const Reconcile& message) {
  std::string tasks;
  for (const ReconcileEntry& entry : message.tasks) {
    tasks += (tasks.empty() ? "" : ",") + token(entry.task.text, entry.attempt);
  }
  return "reconcile(" + tasks + ")";
}
std::string text(const FrameworkHeartbeat&) {
  return "heartbeat";
}
std::string text(const Teardown&) {
  return "teardown";
}

}  // namespace

void ScriptedScheduler::on_recovered(Instant, const Recovered& given, SchedulerActions& actions) {
  std::string line = "recovered(" + given.framework.text;
  for (const LiveLaunch& launch : given.launches) {
    line += " " + token(launch.task.text, launch.attempt);
  }
  for (const StateRow& row : given.rows) {
    line += " " + row.key;
  }
  seen.push_back(line + ")");
  recovered(given, actions);
}
void ScriptedScheduler::on_subscribed(Instant, const Subscribed& subscribed, SchedulerActions&) {
  seen.push_back("subscribed(" + std::to_string(subscribed.epoch.number) + ")");
}
void ScriptedScheduler::on_disconnected(Instant, const std::string&, SchedulerActions&) {
  seen.emplace_back("disconnected");
}
void ScriptedScheduler::on_offers(Instant, std::span<const Offer> given,
                                  SchedulerActions& actions) {
  seen.push_back("offers(" + std::to_string(given.size()) + ")");
  offers(given, actions);
}
void ScriptedScheduler::on_offers_rescinded(Instant, std::span<const OfferId> given,
                                            SchedulerActions&) {
  seen.push_back("rescinded(" + std::to_string(given.front().number) + ")");
}
void ScriptedScheduler::on_status(Instant, const TaskStatus& given, SchedulerActions& actions) {
  seen.push_back(std::string(to_string(given.state)) + "(" + token(given.task.text, given.attempt) +
                 ")");
  status(given, actions);
}
void ScriptedScheduler::on_agent_draining(Instant, const AgentDraining& draining,
                                          SchedulerActions&) {
  seen.push_back("draining(" + draining.agent.text + ")");
}
void ScriptedScheduler::on_reclaim(Instant, const ReclaimResources& reclaim, SchedulerActions&) {
  seen.push_back("reclaim(" + std::to_string(reclaim.reclaim.number) + " " + reclaim.agent.text +
                 ")");
}
void ScriptedScheduler::on_reclaim_ended(Instant, const ReclaimCancelled& ended,
                                         SchedulerActions&) {
  seen.push_back("reclaim_ended(" + std::to_string(ended.reclaim.number) + ")");
}
void ScriptedScheduler::on_demand_impossible(Instant, const DemandImpossible& demand,
                                             SchedulerActions&) {
  seen.push_back("impossible(" + demand.shape + ": " + demand.why + ")");
}
void ScriptedScheduler::on_inverse_offers(Instant, std::span<const InverseOffer> asked,
                                          SchedulerActions& actions) {
  for (const InverseOffer& offer : asked) {
    seen.push_back("inverse_offer(" + offer.window.text + " " + offer.agent.text + ")");
    actions.answer_inverse_offer(
        {.window = offer.window, .agent = offer.agent, .accepts = true, .reason = {}});
  }
}
void ScriptedScheduler::on_inverse_offers_withdrawn(Instant,
                                                    const InverseOffersWithdrawn& withdrawn,
                                                    SchedulerActions&) {
  seen.push_back("withdrawn(" + withdrawn.window.text + ")");
}
void ScriptedScheduler::on_operations(Instant, const OperationsAnswer& answer, SchedulerActions&) {
  seen.push_back("operations(" + answer.id + (answer.refused.empty() ? " done)" : " refused)"));
}
void ScriptedScheduler::on_refused(Instant, const FrameworkRefused& refused, SchedulerActions&) {
  seen.push_back(std::string("refused(") + to_string(refused.error.code) + ")");
}
void ScriptedScheduler::on_persisted(Instant, Ticket ticket, SchedulerActions&) {
  seen.push_back("persisted(" + std::to_string(ticket.number) + ")");
}

SdkWorld::SdkWorld(SdkOptions options) : options_(std::move(options)) {
  start();
}

SdkOptions SdkWorld::defaults() {
  SdkOptions options;
  options.info.name = "test";
  options.info.roles = {{"r"}};
  return options;
}

void SdkWorld::start() {
  begin({++lives_ * 1000});
  if (!pending_.empty()) persist_one();
}

void SdkWorld::begin(Session session_base) {
  pending_.clear();
  said_.clear();
  end_reason.clear();
  scheduler.seen.clear();
  core = std::make_unique<SdkCore>(options_, scheduler);
  SdkStarted started;
  started.session_base = session_base;
  for (const auto& [key, value] : store) {
    started.rows.push_back({key, value});
  }
  step(started);
}

void SdkWorld::step(const SdkEvent& event) {
  std::vector<SdkAction> actions;
  core->step(now, event, actions);
  take(std::move(actions));
}

void SdkWorld::take(std::vector<SdkAction> actions) {
  for (SdkAction& action : actions) {
    if (auto* write = std::get_if<WriteStore>(&action)) {
      pending_.push_back(std::move(*write));
    } else if (const auto* speak = std::get_if<SpeakToMaster>(&action)) {
      for (const FrameworkToMaster& message : speak->messages) {
        if (const auto* said = std::get_if<Subscribe>(&message)) subscribe = *said;
        said_ += std::visit([](const auto& one) { return text(one); }, message) + " ";
      }
      said_ += "| ";
      session = speak->session;
    } else if (const auto* end = std::get_if<EndFramework>(&action)) {
      end_reason = end->reason;
    }
  }
}

void SdkWorld::persist() {
  while (!pending_.empty()) {
    persist_one();
  }
}

void SdkWorld::persist_one() {
  WriteStore write = std::move(pending_.front());
  pending_.erase(pending_.begin());
  for (StateWrite& row : write.writes) {
    if (row.value) {
      store[row.key] = *row.value;
    } else {
      store.erase(row.key);
    }
  }
  step(StoreWritten{write.ticket, WriteOutcome::kPersisted, ""});
}

void SdkWorld::advance(Duration by) {
  now = now + by;
  step(TimePassed{});
}

void SdkWorld::master_says(MasterToFramework message, std::uint64_t epoch) {
  EnvelopeHeader header;
  header.epoch = {epoch};
  step(MasterSpoke{header, {std::move(message)}});
}

void SdkWorld::subscribed(std::uint64_t epoch) {
  master_says(Subscribed{.framework = {"f1"}, .cluster = {"c"}, .epoch = {epoch}}, epoch);
}

void SdkWorld::come_up(std::uint64_t epoch) {
  subscribed(epoch);
  persist();
  said_.clear();
  scheduler.seen.clear();
}

void SdkWorld::act(std::function<void(SchedulerActions&)> act) {
  step(Act{[act](Instant, SchedulerActions& actions) { act(actions); }});
}

void SdkWorld::offer(std::uint64_t id, const std::string& agent) {
  offers({{id, agent}});
}

void SdkWorld::offers(const std::vector<std::pair<std::uint64_t, std::string>>& given) {
  Offers message;
  for (const auto& [id, agent] : given) {
    Offer offer;
    offer.id = {id};
    offer.framework = {"f1"};
    offer.role = {"r"};
    offer.agent = {agent};
    offer.hold_max = seconds(10);
    message.offers.push_back(std::move(offer));
  }
  master_says(std::move(message), core->epoch().number);
}

void SdkWorld::update(const std::string& task, std::uint32_t attempt, TaskState state,
                      std::uint64_t number, const std::string& agent) {
  TaskStatus status;
  status.framework = {"f1"};
  status.task = {task};
  status.attempt = attempt;
  status.agent = {agent};
  status.state = state;
  status.update = number;
  master_says(FrameworkStatusUpdate{status}, core->epoch().number);
}

std::string SdkWorld::said() {
  return std::exchange(said_, {});
}

std::string SdkWorld::seen() {
  std::string all;
  for (const std::string& one : std::exchange(scheduler.seen, {})) {
    all += one + " ";
  }
  return all;
}

std::vector<DemandShape> wanted(std::uint32_t count) {
  return {DemandShape{.name = "s", .count = count}};
}

TaskLaunch launch_of(const std::string& task, std::uint32_t attempt) {
  TaskLaunch launch;
  launch.spec.id = {task};
  launch.spec.command.argv = {"true"};
  launch.attempt = attempt;
  return launch;
}

void launch_on_offers(SdkWorld& world, const std::string& task, std::uint32_t attempt) {
  world.scheduler.offers = [task, attempt](std::span<const Offer> offers,
                                           SchedulerActions& actions) {
    actions.accept({.offers = {offers.front().id}, .launches = {launch_of(task, attempt)}});
  };
}

void come_up_with_launch(SdkWorld& world, const std::string& task) {
  world.come_up();
  launch_on_offers(world, task);
  world.offer(1);
}

}  // namespace fairlead::sdk
