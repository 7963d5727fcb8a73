#include "frameworks/batch/job.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "common/devices.h"
#include "common/limits.h"

namespace fairlead::batch {
namespace {

bool is_plain_name(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !text.empty() && text.size() <= kNameCharsMax && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), plain);
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty()) {
    return std::nullopt;
  }
  return value;
}

Error wrong(std::string what, std::string expected, std::string got, std::string hint = {}) {
  return invalid({.what = std::move(what),
                  .where = {},
                  .expected = std::move(expected),
                  .got = std::move(got),
                  .hint = std::move(hint)});
}

Status check_gang(const TaskGroup& group, const std::string& what) {
  if (!group.gang) {
    return {};
  }
  if (group.instances < 2 || group.instances > limits::kLaunchesPerAcceptMax) {
    return wrong(what + " gang",
                 "2.." + std::to_string(limits::kLaunchesPerAcceptMax) + " instances",
                 std::to_string(group.instances), "all of a gang is launched at once");
  }
  if (group.on_unreachable != OnUnreachable::kWait) {
    return wrong(what + " gang", "on_unreachable: wait", to_string(group.on_unreachable),
                 "one instance alone is no gang: all are tried again when one is gone");
  }
  return {};
}

Status check_group(const TaskGroup& group) {
  const std::string what = "task '" + group.name + "'";
  if (!is_plain_name(group.name)) {
    return wrong("task name", "1..40 characters of [A-Za-z0-9_-]", group.name);
  }
  if (group.instances == 0 || group.instances > kInstancesMax) {
    return wrong(what + " instances", "1.." + std::to_string(kInstancesMax),
                 std::to_string(group.instances));
  }
  if (group.retries > kRetriesMax) {
    return wrong(what + " retries", "0.." + std::to_string(kRetriesMax),
                 std::to_string(group.retries));
  }
  if (group.priority < -kPriorityMax || group.priority > kPriorityMax) {
    return wrong(what + " priority", "-1000..1000", std::to_string(group.priority));
  }
  if (group.command.argv.empty()) {
    return wrong(what + " command", "a program and its arguments", "",
                 "command: [sh, -c, 'echo hi']");
  }
  if (group.resources.is_zero()) {
    return wrong(what + " resources", "some, as cpus:0.5;mem:64MiB", "");
  }
  if (Status gpus = check_gpus_wanted(group.resources, what + " resources"); !gpus.ok()) {
    return gpus;
  }
  if (Status gang = check_gang(group, what); !gang.ok()) {
    return gang;
  }
  const Duration none;
  if (group.retry_min <= none || group.retry_max < group.retry_min || group.timeout < none ||
      group.kill_grace < none) {
    return wrong(what + " times", "0 < retry_min <= retry_max, timeout and kill_grace >= 0", "");
  }
  TaskSpec probe;
  probe.id = task_id({1}, group.name, 0);
  probe.name = group.name;
  probe.command = group.command;
  probe.resources = plain(group.resources);
  probe.limits = group.limits;
  probe.kill_grace = group.kill_grace;
  probe.duration_max = group.timeout;
  if (const Status fit = validate(probe); !fit.ok()) {
    return Error{fit.error().code, what + ": " + fit.error().message};
  }
  return {};
}

/// Repeatedly takes out groups whose dependencies are all out; what is left depends in a circle.
Status check_dependencies(const JobSpec& spec) {
  std::set<std::string> names;
  for (const TaskGroup& group : spec.tasks) {
    if (!names.insert(group.name).second) {
      return wrong("job '" + spec.name + "'", "unique task names", group.name);
    }
  }
  for (const TaskGroup& group : spec.tasks) {
    for (const std::string& other : group.depends_on) {
      if (!names.contains(other)) {
        return wrong("task '" + group.name + "' depends_on", "a task of this job", other);
      }
    }
  }
  std::set<std::string> done;
  for (bool moved = true; moved;) {
    moved = false;
    for (const TaskGroup& group : spec.tasks) {
      const bool free = std::all_of(group.depends_on.begin(), group.depends_on.end(),
                                    [&](const std::string& one) { return done.contains(one); });
      moved = (free && done.insert(group.name).second) || moved;
    }
  }
  for (const TaskGroup& group : spec.tasks) {
    if (!done.contains(group.name)) {
      return wrong("task '" + group.name + "' depends_on", "no circle",
                   group.depends_on.empty() ? "" : group.depends_on.front());
    }
  }
  return {};
}

}  // namespace

const char* to_string(OnUnreachable policy) {
  return policy == OnUnreachable::kWait ? "wait" : "relaunch_unreachable";
}

std::string to_string(JobId id) {
  return "j" + std::to_string(id.number);
}

Result<JobId> parse_job_id(std::string_view text) {
  const auto parsed = text.starts_with('j') ? number(text.substr(1)) : std::nullopt;
  if (!parsed || *parsed == 0) {
    return wrong("job id", "j1, j2, …", std::string(text));
  }
  return JobId{*parsed};
}

Status validate(const JobSpec& spec) {
  if (!is_plain_name(spec.name)) {
    return wrong("job name", "1..40 characters of [A-Za-z0-9_-]", spec.name);
  }
  if (!spec.role.empty()) {
    if (const Status role = check_role_name(spec.role.text); !role.ok()) {
      return role;
    }
  }
  if (spec.priority < -kPriorityMax || spec.priority > kPriorityMax) {
    return wrong("job '" + spec.name + "' priority", "-1000..1000", std::to_string(spec.priority));
  }
  if (spec.tasks.empty() || spec.tasks.size() > kGroupsMax) {
    return wrong("job '" + spec.name + "' tasks", "1..100", std::to_string(spec.tasks.size()));
  }
  for (const TaskGroup& group : spec.tasks) {
    if (Status fit = check_group(group); !fit.ok()) {
      return fit;
    }
  }
  return check_dependencies(spec);
}

TaskId task_id(JobId job, std::string_view group, std::uint32_t index) {
  return {to_string(job) + "." + std::string(group) + "." + std::to_string(index)};
}

Result<TaskName> parse_task_id(const TaskId& id) {
  const std::string_view text = id.text;
  const std::size_t first = text.find('.');
  const std::size_t last = text.rfind('.');
  if (first == std::string_view::npos || first == last) {
    return wrong("task id", "<job>.<task>.<index>", id.text);
  }
  const auto job = parse_job_id(text.substr(0, first));
  const auto index = number(text.substr(last + 1));
  if (!job.ok() || !index || *index >= kInstancesMax) {
    return wrong("task id", "<job>.<task>.<index>", id.text);
  }
  return TaskName{job.value(), std::string(text.substr(first + 1, last - first - 1)),
                  static_cast<std::uint32_t>(*index)};
}

Duration retry_pause(Duration min, Duration max, std::uint32_t failures) {
  if (failures == 0) {
    return {};
  }
  Duration pause = min;
  for (std::uint32_t i = 1; i < failures && pause < max; ++i) {
    pause = std::min(pause * 2, max);
  }
  return std::min(pause, max);
}

}  // namespace fairlead::batch
