#include "frameworks/batch/daemon/job_yaml.h"

#include <utility>

#include "runtime/adapters/yaml/strict_yaml.h"

namespace fairlead::batch {
namespace {

template <class Integer>
Status read_integer(const YamlNode& node, std::string_view key, Integer& target,
                    const YamlRange& range) {
  std::int64_t wide = target;
  if (Status read = node.read(key, wide, range); !read.ok()) {
    return read;
  }
  target = static_cast<Integer>(wide);
  return {};
}

/// Every reader of a part, in order, until one fails.
template <class... Reads>
Status all(Reads... reads) {
  Status status;
  ((status = reads(), status.ok()) && ...);
  return status;
}

Status read_command(const YamlNode& node, Command& command) {
  auto value = node.require("command");
  if (!value.ok()) {
    return value.error();
  }
  if (value->is_list()) {
    auto words = value->texts();
    if (!words.ok()) {
      return words.error();
    }
    command.argv = std::move(words).value();
    return {};
  }
  auto line = value->text();
  if (!line.ok()) {
    return line.error();
  }
  command.argv = {"/bin/sh", "-c", line.value()};
  return {};
}

Status read_environment(const YamlNode& node, Command& command) {
  const auto map = node.find("env");
  if (!map || map->is_null()) {
    return {};
  }
  if (!map->is_map()) {
    return map->error({.what = "env", .expected = "a map of names to texts"});
  }
  for (const std::string& key : map->keys()) {
    auto value = map->find(key)->text();
    if (!value.ok()) {
      return value.error();
    }
    command.environment.push_back({key, std::move(value).value()});
  }
  return {};
}

/// `{cpus: 0.5, mem: 64MiB, ports: 2}` or "cpus:0.5;mem:64MiB;ports:[1-2]".
Status read_amounts(const YamlNode& node, std::string_view key, Amounts& amounts) {
  const auto value = node.find(key);
  if (!value) {
    return {};
  }
  std::string text;
  for (const std::string& name : value->keys()) {
    auto part = value->find(name)->text();
    if (!part.ok()) {
      return part.error();
    }
    const bool counts = name == "ports" && part->find('[') == std::string::npos;
    text += (text.empty() ? "" : ";") + name + ":" + (counts ? "[1-" + *part + "]" : *part);
  }
  if (!value->is_map()) {
    auto whole = value->text();
    if (!whole.ok()) {
      return whole.error();
    }
    text = std::move(whole).value();
  }
  auto parsed = parse_amounts(text);
  if (!parsed.ok()) {
    return Error{parsed.error().code, value->where() + ": " + parsed.error().message};
  }
  amounts = std::move(parsed).value();
  return {};
}

Status read_rlimits(const YamlNode& node, TaskLimits& limits) {
  const auto map = node.find("rlimits");
  if (!map) {
    return {};
  }
  if (!map->is_map()) {
    return map->error({.what = "rlimits", .expected = "a map as nofile: 1024"});
  }
  for (const std::string& key : map->keys()) {
    auto value = map->find(key)->integer({.min = 0});
    if (!value.ok()) {
      return value.error();
    }
    const auto number = static_cast<std::uint64_t>(value.value());
    limits.rlimits.push_back({key, number, number});
  }
  return {};
}

Status read_limits(const YamlNode& group, TaskLimits& limits) {
  const auto node = group.find("limits");
  if (!node) {
    return {};
  }
  if (Status keys = node->expect_keys({"cpus", "mem", "pids", "rlimits"}); !keys.ok()) {
    return keys;
  }
  for (const char* key : {"cpus", "mem"}) {
    const auto value = node->find(key);
    if (!value) {
      continue;
    }
    auto text = value->text();
    if (!text.ok()) {
      return text.error();
    }
    auto parsed = parse_amounts(std::string(key) + ":" + text.value());
    if (!parsed.ok()) {
      return Error{parsed.error().code, value->where() + ": " + parsed.error().message};
    }
    if (key == std::string_view("cpus")) {
      limits.cpu_milli = parsed->scalars[StandardScalar::kCpus];
    } else {
      limits.memory_kib = parsed->scalars[StandardScalar::kMem];
    }
  }
  if (node->find("pids")) {
    std::int64_t pids = 0;
    if (Status read = node->read("pids", pids, {.min = 1, .max = 1 << 22}); !read.ok()) {
      return read;
    }
    limits.pids = pids;
  }
  return read_rlimits(*node, limits);
}

Status read_policy(const YamlNode& node, TaskGroup& group) {
  const auto policy = node.find("on_unreachable");
  if (policy) {
    auto word = policy->word({"wait", "relaunch_unreachable"});
    if (!word.ok()) {
      return word.error();
    }
    group.on_unreachable = word.value() == "wait" ? OnUnreachable::kWait : OnUnreachable::kRelaunch;
  }
  const auto backoff = node.find("retry_backoff");
  if (!backoff) {
    return {};
  }
  return all(
      [&] {
        return backoff->expect_keys({"min", "max"});
      },
      [&] { return backoff->read("min", group.retry_min); },
      [&] { return backoff->read("max", group.retry_max); });
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
  const Status read = all(
      [&] {
        return node.expect_keys({"name", "instances", "command", "env", "user", "directory",
                                 "resources", "limits", "retries", "retry_backoff", "timeout",
                                 "depends_on", "priority", "on_unreachable", "kill_grace",
                                 "constraints"});
      },
      [&] { return node.read("name", group.name); },
      [&] {
        return read_integer(node, "instances", group.instances,
                            {.min = 1, .max = kInstancesMax, .unit = ""});
      },
      [&] { return read_command(node, group.command); },
      [&] { return read_environment(node, group.command); },
      [&] { return node.read("user", group.command.user); },
      [&] { return node.read("directory", group.command.working_directory); },
      [&] { return read_amounts(node, "resources", group.resources); },
      [&] { return read_limits(node, group.limits); },
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
      [&] { return read_policy(node, group); }, [&] { return read_constraints(node, group); });
  if (!read.ok()) {
    return read.error();
  }
  return group;
}

Status read_labels(const YamlNode& node, JobSpec& spec) {
  const auto map = node.find("labels");
  if (!map) {
    return {};
  }
  if (!map->is_map()) {
    return map->error({.what = "labels", .expected = "a map of keys to texts"});
  }
  for (const std::string& key : map->keys()) {
    auto value = map->find(key)->text();
    if (!value.ok()) {
      return value.error();
    }
    spec.labels.push_back({key, std::move(value).value()});
  }
  return {};
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
  const Status read = all(
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
      [&] { return read_labels(*root, spec); }, [&] { return read_groups(*root, spec); });
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
      break;
  }
  return constraint.attribute + "!=" + constraint.value;
}

}  // namespace fairlead::batch
