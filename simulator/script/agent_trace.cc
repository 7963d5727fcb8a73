#include "simulator/script/agent_trace.h"

#include "common/resource_operation.h"

namespace fairlead {
namespace {

std::string number(std::uint64_t value) {
  return std::to_string(value);
}

std::string task_of(const FrameworkId& framework, const TaskId& task, std::uint32_t attempt) {
  return framework.text + "/" + task.text + "#" + number(attempt);
}

std::string status_text(const TaskStatus& status) {
  std::string text = task_of(status.framework, status.task, status.attempt);
  text += std::string(" ") + to_string(status.state);
  if (status.reason != TaskReason::kNone) text += std::string(" ") + to_string(status.reason);
  if (status.update != 0) text += " update " + number(status.update);
  if (!status.message.empty()) text += " (" + status.message + ")";
  return text;
}

struct ToMaster {
  std::string operator()(const RegisterAgentPart& m) const {
    return "part " + number(m.part) + " of " + number(m.parts) + ": " + (*this)(m.content);
  }
  std::string operator()(const RegisterAgent& m) const {
    std::string text = "register " + m.agent.id.text + " epoch " + number(m.epoch_seen.number);
    for (const TaskReport& task : m.tasks) {
      text += " [" + task_of(task.token.framework, task.token.task, task.token.attempt) + " " +
              to_string(task.status.state) + " " + to_string(task.resources) + "]";
    }
    return text;
  }
  std::string operator()(const EpochAcknowledged& m) const {
    return "epoch " + number(m.epoch.number) + " acknowledged";
  }
  std::string operator()(const AgentHeartbeat& m) const {
    return m.accepts_launches ? "heartbeat" : "heartbeat, no launches: " + m.why_not;
  }
  std::string operator()(const AgentStatusUpdate& m) const {
    return "status " + status_text(m.status);
  }
  std::string operator()(const AgentGoodbye&) const { return "goodbye"; }
  std::string operator()(const TaskPrepared& m) const {
    return "prepared " + task_of(m.framework, m.task, m.attempt) + " for " + m.gang.text;
  }
  std::string operator()(const GangSettled& m) const { return "settled " + m.gang.text; }
  std::string operator()(const VolumeDestroyed& m) const {
    if (m.why_not.empty()) return to_string(m.volume) + " is destroyed";
    return to_string(m.volume) + " is not destroyed: " + m.why_not;
  }
};

struct Record {
  std::string operator()(const IdentityRecord& r) const {
    return "identity " + r.agent.text + " cluster " +
           (r.cluster.empty() ? "none" : r.cluster.text) + " epoch " + number(r.epoch_seen.number) +
           " boot " + r.boot_id;
  }
  std::string operator()(const TaskRecord& r) const {
    static constexpr const char* kPhases[] = {"accepted", "started", "exited", "prepared"};
    const char* phase = kPhases[static_cast<std::size_t>(r.phase)];
    return "task " + r.container + " " + phase + " " + to_string(r.latest.state) +
           (r.kill_requested ? std::string(" kill ") + to_string(r.kill_reason) : "") + " open " +
           number(r.unacknowledged.size());
  }
};

struct Describe {
  std::string operator()(const SendToMaster& a) const {
    return "master <- " + std::visit(ToMaster{}, a.message);
  }
  std::string operator()(const WriteCheckpoint& a) const {
    std::string text = "write " + number(a.ticket.number) + ":";
    for (const CheckpointRecord& record : a.put) text += " " + std::visit(Record{}, record);
    for (const std::string& key : a.erase) text += " erase " + key;
    return text + (a.may_use_reserve ? " (may use the reserve)" : "");
  }
  std::string operator()(const LaunchContainer& a) const {
    std::string text = "launch " + a.spec.id.text;
    for (const VolumeMount& one : a.spec.volumes) text += " " + one.folder + " at " + one.path;
    return text;
  }
  std::string operator()(const AdoptContainer& a) const {
    return "adopt " + a.spec.id.text + " pid " + std::to_string(a.shim.pid);
  }
  std::string operator()(const TerminateContainer& a) const {
    return "terminate " + a.container.text;
  }
  std::string operator()(const KillContainer& a) const { return "kill " + a.container.text; }
  std::string operator()(const RemoveSandbox& a) const { return "remove sandbox " + a.path; }
  std::string operator()(const DestroyOrphans& a) const {
    std::string text = "destroy orphans, but not:";
    for (const ContainerId& id : a.known) text += " " + id.text;
    return text;
  }
  std::string operator()(const CountReject& a) const { return "reject " + a.kind; }
  std::string operator()(const EndAgent& a) const { return "end: " + a.reason; }
  std::string operator()(const RemoveVolume& a) const { return "remove volume " + a.folder; }
};

}  // namespace

std::string describe_agent_action(const AgentAction& action) {
  return std::visit(Describe{}, action);
}

}  // namespace fairlead
