#include "frameworks/batch/daemon/job_json.h"

#include <nlohmann/json.hpp>

#include "common/parse_units.h"
#include "frameworks/batch/daemon/job_yaml.h"
#include "frameworks/sdk/driver/http_forms.h"

namespace fairlead::batch {
namespace {

using nlohmann::json;

json time_or_null(WallTime at) {
  return at.unix_ms > 0 ? json(at.unix_ms) : json(nullptr);
}

/// One word for what an instance does: the task's state while it is launched, else the phase.
std::string state_word(const Instance& instance) {
  if (instance.phase != Phase::kLaunched) {
    return to_string(instance.phase);
  }
  std::string word = to_string(instance.state);
  word.erase(0, std::string("TASK_").size());
  for (char& c : word) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return word;
}

json instance_json(const Job& job, std::size_t group, std::uint32_t index) {
  const Instance& instance = job.groups[group].instances[index];
  const std::string& name = job.spec.tasks[group].name;
  json out = {{"task", task_id(job.id, name, index).text},
              {"name", name},
              {"index", index},
              {"phase", to_string(instance.phase)},
              {"state", state_word(instance)},
              {"attempt", instance.attempt},
              {"failures", instance.failures},
              {"losses", instance.losses},
              {"agent", instance.agent.text},
              {"hostname", instance.hostname},
              {"agent_http", instance.agent_http},
              {"container_path", instance.container_path},
              {"message", instance.message},
              {"reason", instance.reason == TaskReason::kNone ? "" : to_string(instance.reason)},
              {"exit_code", nullptr},
              {"signal", nullptr},
              {"memory_peak_bytes", instance.memory_peak_bytes},
              {"waited_ms", instance.waited_ms},
              {"ready_unix_ms", time_or_null(instance.ready_at)},
              {"launched_unix_ms", time_or_null(instance.launched_at)},
              {"started_unix_ms", time_or_null(instance.started_at)},
              {"ended_unix_ms", time_or_null(instance.ended_at)}};
  if (instance.exit && instance.exit->code) {
    out["exit_code"] = *instance.exit->code;
  }
  if (instance.exit && instance.exit->signal) {
    out["signal"] = *instance.exit->signal;
  }
  return out;
}

json group_json(const Job& job, std::size_t index) {
  const TaskGroup& spec = job.spec.tasks[index];
  const GroupState& group = job.groups[index];
  json constraints = json::array();
  for (const Constraint& constraint : spec.constraints) {
    constraints.push_back(to_string(constraint));
  }
  json out = {{"name", spec.name},
              {"instances", spec.instances},
              {"command", spec.command.argv},
              {"resources", sdk::amounts_json(spec.resources)},
              {"retries", spec.retries},
              {"timeout_ms", spec.timeout.ms()},
              {"depends_on", spec.depends_on},
              {"priority", spec.priority},
              {"on_unreachable", to_string(spec.on_unreachable)},
              {"constraints", constraints},
              {"gang", spec.gang},
              {"shape", to_string(job.id) + "." + spec.name}};
  for (std::size_t i = 0; i < kPhases; ++i) {
    out[to_string(static_cast<Phase>(i))] = group.counts[i];
  }
  return out;
}

}  // namespace

json summary_json(const Job& job, WallTime now) {
  const JobProgress progress = progress_of(job, now);
  json out = {{"id", to_string(job.id)},
              {"name", job.spec.name},
              {"role", job.spec.role.text},
              {"owner", job.spec.owner.text},
              {"priority", job.spec.priority},
              {"state", to_string(job.state)},
              {"cancel_requested", job.cancel_requested},
              {"why", why_of(job)},
              {"instance_count", progress.instances},
              {"running", progress.running},
              {"failures", progress.failures},
              {"losses", progress.losses},
              {"waited_ms", progress.waited_ms},
              {"run_ms", progress.run_ms},
              {"eta_ms", progress.eta_ms ? json(*progress.eta_ms) : json(nullptr)},
              {"submitted_unix_ms", time_or_null(job.submitted_at)},
              {"ended_unix_ms", time_or_null(job.ended_at)},
              {"version", job.version}};
  for (std::size_t i = 0; i < kPhases; ++i) {
    out[to_string(static_cast<Phase>(i))] = progress.counts[i];
  }
  return out;
}

json job_json(const Job& job, WallTime now, bool with_instances) {
  json out = summary_json(job, now);
  out["instances"] = json::array();
  out["tasks"] = json::array();
  for (std::size_t g = 0; g < job.groups.size(); ++g) {
    out["tasks"].push_back(group_json(job, g));
    for (std::uint32_t i = 0; with_instances && i < job.spec.tasks[g].instances; ++i) {
      out["instances"].push_back(instance_json(job, g, i));
    }
  }
  return out;
}

}  // namespace fairlead::batch
