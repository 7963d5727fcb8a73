#include "tests/bench/cluster/emulated_agents.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <variant>

#include "runtime/adapters/log/log.h"
#include "schemas/agent_codec.h"

namespace fairlead::bench {
namespace {

constexpr std::size_t kRegisteringMax = 512;
constexpr Duration kRegisterAgain = milliseconds(250);

std::string peer_of(const AgentId& agent) {
  return "agent/" + agent.text;
}

std::string key_of(const FrameworkId& framework, const TaskId& task, std::uint32_t attempt) {
  return framework.text + "/" + task.text + "/" + std::to_string(attempt);
}

/// The time that a task's command names; 0 for any other command.
Duration run_time_of(const Command& command) {
  Duration time;
  if (command.argv.size() != 2) return time;
  const std::string& word = command.argv[1];
  std::from_chars(word.data(), word.data() + word.size(), time.ns);
  return time;
}

AgentInfo info_of(std::size_t number, const Resources& total) {
  std::string digits = std::to_string(number);
  std::string name = "bench-" + std::string(6 - std::min<std::size_t>(digits.size(), 6), '0');
  name += digits;
  return {.id = {name},
          .hostname = name + ".example",
          .http_address = "127.0.0.1:1",
          .total = total,
          .attributes = {},
          .version = "bench"};
}

}  // namespace

EmulatedAgents::Agent::Agent() : link(&encode, &decode_master_to_agent) {}

EmulatedAgents::EmulatedAgents(EmulatedAgentsOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      next_session_(static_cast<std::uint64_t>(clock.wall().unix_ms) << 20) {}

Result<std::unique_ptr<EmulatedAgents>> EmulatedAgents::start(EmulatedAgentsOptions options,
                                                              ZmqContext& context, Loop& loop,
                                                              const Clock& clock) {
  std::unique_ptr<EmulatedAgents> all(new EmulatedAgents(std::move(options), clock));
  EmulatedAgents* self = all.get();
  for (std::size_t i = 0; i < self->options_.agents; ++i) {
    auto agent = std::make_unique<Agent>();
    agent->info = info_of(self->options_.first + i, self->options_.total);
    agent->connection = i % self->options_.connections;
    self->by_peer_.emplace(peer_of(agent->info.id), i);
    self->agents_.push_back(std::move(agent));
    self->to_register_.push_back(i);
  }
  for (std::size_t i = 0; i < self->options_.connections; ++i) {
    DealerOptions dealer;
    dealer.endpoint = self->options_.master;
    dealer.keys = self->options_.keys;
    auto connected = ZmqDealer::connect(
        context, loop, dealer, [self](const Incoming& in) { self->on_bytes(in.bytes); },
        [self, i](LinkState state) { self->on_link(i, state); });
    if (!connected) return connected.error();
    self->dealers_.push_back(std::move(*connected));
  }
  loop.set_timer([self] { return self->next_deadline(); },
                 [self](Instant now) { self->on_due(now); });
  loop.set_after_round([self] { self->flush(); });
  return all;
}

std::size_t EmulatedAgents::tasks() const {
  std::size_t sum = 0;
  for (const auto& agent : agents_) sum += agent->tasks.size();
  return sum;
}

void EmulatedAgents::on_link(std::size_t connection, LinkState state) {
  if (state == LinkState::kUp) {
    ++links_up_;
    if (links_up_ == dealers_.size()) register_more();
    return;
  }
  if (links_up_ == 0) return;
  log_line(LogLevel::kWarning, "link_down", {{"connection", std::to_string(connection)}});
  --links_up_;
  ++counters_.lost_links;
  lose(connection);
}

void EmulatedAgents::lose(std::size_t connection) {
  for (std::size_t i = connection; i < agents_.size(); i += options_.connections) {
    Agent& agent = *agents_[i];
    if (std::exchange(agent.is_registering, false)) {
      --registering_;
    } else if (!std::exchange(agent.is_active, false)) {
      continue;  // it waits already
    }
    agent.queued.clear();
    to_register_.push_back(i);
  }
}

void EmulatedAgents::register_more() {
  while (registering_ < kRegisteringMax && !to_register_.empty()) {
    ++registering_;
    std::size_t index = to_register_.front();
    to_register_.pop_front();
    agents_[index]->is_registering = true;
    register_agent(index);
  }
}

void EmulatedAgents::register_agent(std::size_t index) {
  Agent& agent = *agents_[index];
  agent.is_active = false;
  // Sessions tell apart the agents of one connection: no two lives share a number.
  agent.session = {next_session_++};
  agent.queued.clear();
  RegisterAgent all{.agent = agent.info, .epoch_seen = agent.epoch, .tasks = {}};
  for (const auto& [key, task] : agent.tasks) {
    bool has_ended = is_terminal(task.latest.state);
    all.tasks.push_back({.token = task.launch.token,
                         .name = task.launch.spec.name,
                         .role = task.launch.role,
                         .resources = has_ended ? Resources{} : task.launch.spec.resources,
                         .status = task.latest});
  }
  say(index, std::move(all));
  repeats_.push_back({clock_.now() + kRegisterAgain, index, agent.session});
}

void EmulatedAgents::say(std::size_t index, AgentToMaster message) {
  Agent& agent = *agents_[index];
  agent.queued.push_back(std::move(message));
  if (agent.is_queued) return;
  agent.is_queued = true;
  queued_.push_back(index);
}

void EmulatedAgents::flush() {
  for (std::size_t index : std::exchange(queued_, {})) {
    Agent& agent = *agents_[index];
    agent.is_queued = false;
    EnvelopeHeader header{.cluster = agent.cluster,
                          .epoch = agent.epoch,
                          .session = agent.session,
                          .peer = {peer_of(agent.info.id)}};
    bool is_sent =
        agent.link.send(*dealers_[agent.connection], header, std::exchange(agent.queued, {}));
    if (!is_sent) ++counters_.refused;
  }
}

void EmulatedAgents::on_bytes(BytesView bytes) {
  Result<EnvelopeHeader> header = peek_header(bytes);
  auto found = header ? by_peer_.find(header->peer.text) : by_peer_.end();
  if (found == by_peer_.end()) {
    ++counters_.refused;
    return;
  }
  std::size_t index = found->second;
  auto received = agents_[index]->link.receive(bytes);
  if (received.refused) ++counters_.refused;
  if (received.is_broken) {
    ++counters_.resyncs;
    register_agent(index);
  }
  if (!received.envelope) return;
  for (MasterToAgent& message : received.envelope->messages) on_message(index, message);
}

void EmulatedAgents::on_message(std::size_t index, MasterToAgent& message) {
  if (auto* launch = std::get_if<LaunchTask>(&message)) {
    on_launch(index, *launch);
  } else if (const auto* acknowledged = std::get_if<AcknowledgeStatus>(&message)) {
    on_acknowledged(index, *acknowledged);
  } else if (const auto* welcome = std::get_if<AgentWelcome>(&message)) {
    on_welcome(index, *welcome);
  } else if (std::holds_alternative<AgentResync>(message)) {
    ++counters_.resyncs;
    register_agent(index);
  } else if (const auto* refused = std::get_if<AgentRefused>(&message)) {
    ++counters_.refused;
    log_line(LogLevel::kWarning, "agent_refused", {{"error", refused->error.message}});
  } else if (const auto* removed = std::get_if<FrameworkRemoved>(&message)) {
    std::erase_if(agents_[index]->tasks, [&](const auto& entry) {
      return entry.second.launch.token.framework == removed->framework;
    });
  }
}

void EmulatedAgents::on_welcome(std::size_t index, const AgentWelcome& welcome) {
  Agent& agent = *agents_[index];
  if (std::exchange(agent.is_registering, false)) --registering_;
  register_more();
  if (agent.is_active) return;
  bool is_first = agent.epoch == Epoch{};
  agent.is_active = true;
  agent.cluster = welcome.cluster;
  agent.epoch = welcome.epoch;
  agent.heartbeat_every = welcome.heartbeat_every;
  say(index, EpochAcknowledged{welcome.epoch});
  for (const auto& [key, task] : agent.tasks) {
    if (task.acknowledged < task.latest.update) say(index, AgentStatusUpdate{task.latest});
  }
  if (!is_first) return;
  ++counters_.registered;
  beats_.push_back({clock_.now() + welcome.heartbeat_every, index});
  if (counters_.registered == agents_.size() && on_complete_) on_complete_();
}

void EmulatedAgents::add_update(std::size_t index, Task& task, TaskState state) {
  TaskStatus& status = task.latest;
  status.state = state;
  ++status.update;
  status.at = clock_.wall();
  if (state == TaskState::kFinished) {
    status.exit = ExitStatus{.code = 0, .signal = {}};
    // The moment at which this agent says so, for whoever measures what follows from it.
    status.message = std::to_string(clock_.now().ns);
  }
  say(index, AgentStatusUpdate{status});
}

void EmulatedAgents::on_launch(std::size_t index, LaunchTask& launch) {
  ++counters_.launches;
  const LaunchToken& token = launch.token;
  std::string key = key_of(token.framework, token.task, token.attempt);
  Duration run_time = run_time_of(launch.spec.command);
  Task task;
  task.latest.framework = token.framework;
  task.latest.task = token.task;
  task.latest.attempt = token.attempt;
  task.latest.agent = token.agent;
  task.latest.container_path = key;
  task.launch = std::move(launch);
  auto [entry, is_new] = agents_[index]->tasks.emplace(key, std::move(task));
  if (!is_new) return;
  add_update(index, entry->second, TaskState::kRunning);
  if (run_time == Duration{}) {
    finish(index, key);
  } else if (run_time > Duration{}) {
    finishes_.push({clock_.now() + run_time, index, key});
  }
}

void EmulatedAgents::finish(std::size_t index, const std::string& task) {
  auto found = agents_[index]->tasks.find(task);
  if (found == agents_[index]->tasks.end()) return;
  ++counters_.finished;
  add_update(index, found->second, TaskState::kFinished);
}

void EmulatedAgents::on_acknowledged(std::size_t index, const AcknowledgeStatus& acknowledged) {
  ++counters_.acknowledged;
  auto& tasks = agents_[index]->tasks;
  auto found = tasks.find(key_of(acknowledged.framework, acknowledged.task, acknowledged.attempt));
  if (found == tasks.end()) return;
  found->second.acknowledged = std::max(found->second.acknowledged, acknowledged.update);
  const TaskStatus& latest = found->second.latest;
  if (is_terminal(latest.state) && acknowledged.update >= latest.update) tasks.erase(found);
}

Instant EmulatedAgents::next_deadline() const {
  Instant next = beats_.empty() ? Instant::never() : beats_.front().at;
  if (!repeats_.empty()) next = std::min(next, repeats_.front().at);
  return finishes_.empty() ? next : std::min(next, finishes_.top().at);
}

void EmulatedAgents::on_due(Instant now) {
  while (!finishes_.empty() && finishes_.top().at <= now) {
    Finish due = finishes_.top();
    finishes_.pop();
    finish(due.agent, due.task);
  }
  while (!repeats_.empty() && repeats_.front().at <= now) {
    Repeat due = repeats_.front();
    repeats_.pop_front();
    const Agent& agent = *agents_[due.agent];
    if (agent.is_registering && agent.session == due.session) register_agent(due.agent);
  }
  while (!beats_.empty() && beats_.front().at <= now) {
    Beat beat = beats_.front();
    beats_.pop_front();
    Agent& agent = *agents_[beat.agent];
    if (agent.is_active) say(beat.agent, AgentHeartbeat{.accepts_launches = true, .why_not = {}});
    beats_.push_back({now + agent.heartbeat_every, beat.agent});
  }
}

}  // namespace fairlead::bench
