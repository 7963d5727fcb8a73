#include "simulator/chaos/ledger.h"

#include "agent/container_spec.h"

namespace fairlead::chaos {
namespace {

std::string describe(const TaskStatus& status) {
  return status.framework.text + "/" + status.task.text + "#" + std::to_string(status.attempt) +
         " is told " + to_string(status.state) + " (" + to_string(status.reason) + ", " +
         status.message + ")";
}

ContainerId container_of(const TaskStatus& status) {
  return container_id({status.framework, status.task, status.attempt, status.agent});
}

}  // namespace

void Ledger::on_container_started(const ContainerId& container, const std::string& agent) {
  Token& token = tokens_[container];
  stage_.expect(Promise::kAttemptOnce, token.starts == 0, [&] {
    return container.text + " starts on " + agent + ", and did before on " + token.agent;
  });
  stage_.expect(Promise::kStatusTrue, !token.is_told_durably, [&] {
    return container.text + " starts on " + agent + " after its framework was told " +
           to_string(*token.told);
  });
  drains_.on_container_started(container, {agent});
  gangs_.on_container_started(container);
  stage_.note(agent, "container " + container.text + " starts");
  if (!token.is_running) ++running_;
  ++token.starts;
  ++started_;
  token.is_running = true;
  token.agent = agent;
}

void Ledger::on_container_ended(const ContainerId& container, const ExitStatus& exit) {
  Token& token = tokens_[container];
  stage_.note(token.agent, "container " + container.text + " ends");
  if (token.is_running) {
    --running_;
    drains_.on_container_ended({token.agent});
  }
  token.is_running = false;
  token.exit = exit;
}

Ledger::Token& Ledger::token_of(const TaskStatus& status) {
  return tokens_[container_of(status)];
}

void Ledger::on_status(const TaskStatus& status, std::uint64_t life) {
  if (status.state == TaskState::kUnknown) return;  // an answer, not a state
  Token& token = token_of(status);
  bool is_remembered = token.is_told_durably || (token.told && token.told_in == life);
  stage_.expect(Promise::kTerminalFinal, !is_remembered || *token.told == status.state,
                [&] { return describe(status) + " after " + to_string(*token.told); });
  if (!is_terminal(status.state)) return;
  expect_true(token, status);
  stage_.note(status.framework.text, describe(status));
  if (status.state == TaskState::kDropped) gangs_.on_dropped(container_of(status));
  token.told = status.state;
  token.told_in = life;
}

void Ledger::on_status_durable(const TaskStatus& status) {
  if (is_terminal(status.state)) token_of(status).is_told_durably = true;
}

void Ledger::expect_true(const Token& token, const TaskStatus& status) {
  bool never_ran = token.starts == 0;
  bool has_succeeded = token.exit && token.exit->code == 0;
  bool holds = true;
  if (status.state == TaskState::kDropped || status.state == TaskState::kError) {
    holds = never_ran;
  } else if (status.state == TaskState::kFinished) {
    holds = has_succeeded && !token.is_running;
  } else {
    holds = !token.is_running;
  }
  stage_.expect(Promise::kStatusTrue, holds, [&] {
    return describe(status) + "; in truth it started " + std::to_string(token.starts) +
           " times, is running: " + (token.is_running ? "yes" : "no") +
           ", exited with 0: " + (has_succeeded ? "yes" : "no");
  });
}

std::string Ledger::any_running() const {
  for (const auto& [container, token] : tokens_) {
    if (token.is_running) return container.text + " on " + token.agent;
  }
  return "";
}

}  // namespace fairlead::chaos
