#include "frameworks/batch/daemon/job_yaml.h"

#include <utility>

#include "frameworks/sdk/driver/task_yaml.h"
#include "runtime/adapters/yaml/strict_yaml.h"
#include "runtime/adapters/yaml/yaml_read.h"

namespace fairlead::batch {
namespace {

Status read_policy(const YamlNode& node, TaskGroup& group) {
  const auto policy = node.find("on_unreachable");
  if (policy) {
    auto word = policy->word({"wait", "relaunch_unreachable"});
    if (!word.ok()) {
      return word.error();
    }
    group.on_unreachable = word.value() == "wait" ? OnUnreachable::kWait : OnUnreachable::kRelaunch;
  }
  return sdk::read_backoff(node, "retry_backoff", {group.retry_min, group.retry_max});
}

Status read_constraints(const YamlNode& node, TaskGroup& group) {
  std::vector<std::string> texts;
  if (Status read = node.read("constraints", texts); !read.ok()) {
    return read;
  }
  for (const std::string& text : texts) {
    auto constraint = parse_constraint(text);
    if (!constraint.ok()) {
      return Error{constraint.error().code,
                   node.find("constraints")->where() + ": " + constraint.error().message};
    }
    group.constraints.push_back(std::move(constraint).value());
  }
  return {};
}

Result<TaskGroup> read_group(const YamlNode& node) {
  TaskGroup group;
  const Status read = read_all(
      [&] {
        return node.expect_keys({"name", "instances", "command", "env", "user", "directory",
                                 "resources", "limits", "retries", "retry_backoff", "timeout",
                                 "depends_on", "priority", "on_unreachable", "kill_grace",
                                 "constraints", "gang"});
      },
      [&] { return node.read("name", group.name); },
      [&] {
        return read_integer(node, "instances", group.instances,
                            {.min = 1, .max = kInstancesMax, .unit = ""});
      },
      [&] {
        const auto command = node.require("command");
        return command.ok() ? Status() : Status(command.error());
      },
      [&] { return sdk::read_command(node, group.command); },
      [&] { return sdk::read_environment(node, group.command); },
      [&] { return node.read("user", group.command.user); },
      [&] { return node.read("directory", group.command.working_directory); },
      [&] { return sdk::read_resources(node, group.resources); },
      [&] { return sdk::read_limits(node, group.limits); },
      [&] {
        return read_integer(node, "retries", group.retries,
                            {.min = 0, .max = kRetriesMax, .unit = ""});
      },
      [&] { return node.read("timeout", group.timeout); },
      [&] { return node.read("depends_on", group.depends_on); },
      [&] {
        return read_integer(node, "priority", group.priority,
                            {.min = -kPriorityMax, .max = kPriorityMax, .unit = ""});
      },
      [&] { return node.read("kill_grace", group.kill_grace); },
      [&] { return node.read("gang", group.gang); }, [&] { return read_policy(node, group); },
      [&] { return read_constraints(node, group); });
  if (!read.ok()) {
    return read.error();
  }
  return group;
}

Status read_groups(const YamlNode& node, JobSpec& spec) {
  auto list = node.require("tasks");
  if (!list.ok()) {
    return list.error();
  }
  auto items = list->items();
  if (!items.ok()) {
    return items.error();
  }
  for (const YamlNode& item : items.value()) {
    auto group = read_group(item);
    if (!group.ok()) {
      return group.error();
    }
    spec.tasks.push_back(std::move(group).value());
  }
  return {};
}

}  // namespace

Result<JobSpec> parse_job(std::string_view text, std::string_view name) {
  auto root = YamlNode::parse(text, name);
  if (!root.ok()) {
    return root.error();
  }
  JobSpec spec;
  const Status read = read_all(
      [&] {
        return root->expect_keys(
            {"name", "role", "priority", "allow_unplaceable", "labels", "tasks"});
      },
      [&] { return root->read("name", spec.name); },
      [&] { return root->read("role", spec.role.text); },
      [&] {
        return read_integer(*root, "priority", spec.priority,
                            {.min = -kPriorityMax, .max = kPriorityMax, .unit = ""});
      },
      [&] { return root->read("allow_unplaceable", spec.allow_unplaceable); },
      [&] { return sdk::read_labels(*root, spec.labels); },
      [&] { return read_groups(*root, spec); });
  if (!read.ok()) {
    return read.error();
  }
  if (Status valid = validate(spec); !valid.ok()) {
    return Error{valid.error().code, std::string(name) + ": " + valid.error().message};
  }
  return spec;
}

Result<Constraint> parse_constraint(std::string_view text) {
  Constraint constraint;
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos) {
    const bool negated = text.starts_with('!');
    constraint.rule = negated ? ConstraintRule::kNotExists : ConstraintRule::kExists;
    constraint.attribute = text.substr(negated ? 1 : 0);
  } else {
    const bool negated = at > 0 && text[at - 1] == '!';
    constraint.rule = negated ? ConstraintRule::kNotEquals : ConstraintRule::kEquals;
    constraint.attribute = text.substr(0, negated ? at - 1 : at);
    constraint.value = text.substr(at + 1);
  }
  if (Status name = check_id_text(constraint.attribute, "constraint's attribute"); !name.ok()) {
    return invalid({.what = "constraint",
                    .expected = "rack=a1, rack!=a1, gpu or !gpu",
                    .got = std::string(text)});
  }
  return constraint;
}

std::string to_string(const Constraint& constraint) {
  switch (constraint.rule) {
    case ConstraintRule::kExists:
      return constraint.attribute;
    case ConstraintRule::kNotExists:
      return "!" + constraint.attribute;
    case ConstraintRule::kEquals:
      return constraint.attribute + "=" + constraint.value;
    case ConstraintRule::kNotEquals:
      return constraint.attribute + "!=" + constraint.value;
    case ConstraintRule::kMatches:
      return constraint.attribute + "~=" + constraint.value;
    case ConstraintRule::kNotMatches:
      return constraint.attribute + "!~=" + constraint.value;
  }
  unreachable("every ConstraintRule is handled");
}

}  // namespace fairlead::batch
