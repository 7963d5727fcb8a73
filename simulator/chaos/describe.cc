#include "simulator/chaos/describe.h"

#include <variant>

#include "common/resource_operation.h"

namespace fairlead::chaos {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

template <class Named>
std::string attempt_of(const Named& named) {
  return named.task.text + "#" + std::to_string(named.attempt);
}

std::string describe_registration(const RegisterAgent& message) {
  std::string text = "register with";
  for (const TaskReport& task : message.tasks) text += " " + attempt_of(task.token);
  return text;
}

}  // namespace

std::string describe(const AgentToMaster& message) {
  return std::visit(
      Overloaded{
          [](const RegisterAgent& m) { return describe_registration(m); },
          [](const RegisterAgentPart& m) {
            return "part " + std::to_string(m.part) + " of " + std::to_string(m.parts) + ", " +
                   describe_registration(m.content);
          },
          [](const EpochAcknowledged& m) {
            return "epoch " + std::to_string(m.epoch.number) + " is durable";
          },
          [](const AgentHeartbeat&) { return std::string("heartbeat"); },
          [](const AgentStatusUpdate& m) {
            return attempt_of(m.status) + " " + to_string(m.status.state) + ", update " +
                   std::to_string(m.status.update);
          },
          [](const AgentGoodbye&) { return std::string("goodbye"); },
          [](const TaskPrepared& m) { return attempt_of(m) + " is prepared for " + m.gang.text; },
          [](const GangSettled& m) { return m.gang.text + " is settled"; },
          [](const VolumeDestroyed& m) {
            return to_string(m.volume) + (m.why_not.empty() ? " is destroyed" : ": " + m.why_not);
          },
      },
      message);
}

std::string describe(const MasterToAgent& message) {
  return std::visit(
      Overloaded{
          [](const AgentWelcome&) { return std::string("welcome"); },
          [](const AgentRefused& m) { return "refused: " + m.error.message; },
          [](const AgentResync& m) { return "resync: " + m.reason; },
          [](const HeartbeatEcho&) { return std::string("echo"); },
          [](const LaunchTask& m) { return "launch " + attempt_of(m.token); },
          [](const KillTask& m) { return "kill " + attempt_of(m); },
          [](const AcknowledgeStatus& m) {
            return "acknowledge " + attempt_of(m) + ", update " + std::to_string(m.update);
          },
          [](const FrameworkRemoved& m) { return "removed " + m.framework.text; },
          [](const PrepareTask& m) {
            return "prepare " + attempt_of(m.launch.token) + " for " + m.gang.text;
          },
          [](const DecideGang& m) { return (m.commit ? "run " : "drop ") + m.gang.text; },
          [](const DestroyVolume& m) { return "destroy " + to_string(m.volume); },
      },
      message);
}

}  // namespace fairlead::chaos
