// What is checked before anything is changed: bounds, names, rights, limits per principal.
#include <algorithm>
#include <set>
#include <string>

#include "common/common_part.h"
#include "common/constraints.h"
#include "common/conversions.h"
#include "common/devices.h"
#include "common/gang.h"
#include "common/limits.h"
#include "common/message_sizes.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

Error refused(std::string what, std::string where, std::string expected, std::string got) {
  return invalid({.what = std::move(what),
                  .where = std::move(where),
                  .expected = std::move(expected),
                  .got = shortened(got, 60),
                  .hint = {}});
}

bool is_text(const std::string& text, std::size_t characters_max) {
  return text.size() <= characters_max && text.find('\0') == std::string::npos;
}

bool is_grown_too_large(const Quantities& sum) {
  auto too_large = [](std::int64_t value) { return value > limits::kQuantityMax; };
  return std::any_of(sum.standard.begin(), sum.standard.end(), too_large) ||
         std::any_of(sum.custom.begin(), sum.custom.end(),
                     [&](const CustomScalar& one) { return too_large(one.milli); });
}

Status check_report(const AgentId& agent, const TaskReport& report) {
  const std::string what = "agent registration: task '" + shortened(report.token.task.text) + "'";
  Status named = check_id_text(report.token.task.text, what);
  if (!named) return named;
  named = check_id_text(report.token.framework.text, what + ": framework");
  if (!named) return named;
  named = check_role_name(report.role.text);
  if (!named) return named;
  const TaskStatus& status = report.status;
  bool same = report.token.agent == agent && status.agent == agent &&
              status.task == report.token.task && status.framework == report.token.framework &&
              status.attempt == report.token.attempt;
  if (!same) return refused(what, "token", "the token of this agent in its status", "");
  if (status.state == TaskState::kUnknown || status.state == TaskState::kUnreachable ||
      status.state == TaskState::kGoneByOperator) {
    return refused(what, "state", "a state that an agent can know", to_string(status.state));
  }
  if (!is_text(report.name, limits::kIdCharsMax)) {
    return refused(what, "name", "at most 128 characters", report.name);
  }
  Status texts = check_status_texts(status);
  if (!texts) return texts;
  return check_well_formed(report.resources, what);
}

Status check_agent_info(const AgentInfo& info) {
  const std::string what = "agent registration";
  if (info.hostname.empty() || !is_text(info.hostname, 253)) {
    return refused(what, "hostname", "1..253 characters", info.hostname);
  }
  if (!is_text(info.http_address, 300)) {
    return refused(what, "http_address", "at most 300 characters", info.http_address);
  }
  if (!is_text(info.version, limits::kIdCharsMax)) {
    return refused(what, "version", "at most 128 characters", info.version);
  }
  if (info.total.is_zero()) return refused(what, "resources", "something", "");
  Status total = check_well_formed(info.total, what);
  if (!total) return total;
  Status devices = check_devices(info.total, what);
  if (!devices) return devices;
  Status unconverted = check_unconverted(info.total, what);
  if (!unconverted) return unconverted;
  if (info.attributes.size() > limits::kAttributesMax) {
    return refused(what, "attributes", "at most 64", std::to_string(info.attributes.size()));
  }
  // It has to fit into an offer, and beside tasks into a part of a registration.
  std::size_t bytes = encoded_bytes_max(info);
  if (bytes > limits::kMessageBytesMax / 2) {
    return refused(what, "resources and attributes", "at most 2 MiB together",
                   std::to_string(bytes) + " bytes");
  }
  for (const Attribute& one : info.attributes) {
    const auto* text = std::get_if<std::string>(&one.value);
    if (one.name.empty() || !is_text(one.name, limits::kIdCharsMax) ||
        (text != nullptr && !is_text(*text, 1024))) {
      return refused(what, "attributes", "names of 1..128 and texts of at most 1024 characters",
                     one.name);
    }
  }
  return {};
}

/// Shares are compared by products that fit 128 bits only up to this total.
Status check_cluster_total(const Context& c, std::uint32_t known, const Resources& total) {
  Quantities sum = c.allocator.cluster_total();
  if (known != kNoSlot && c.state.agents[known].in_allocator) return {};
  add(sum, scalars(total));
  if (!is_grown_too_large(sum)) return {};
  return Error{
      ErrorCode::kExhausted,
      "agent registration: the cluster would hold more than 2^52 base units of a resource"};
}

Status check_tasks(const RegisterAgent& message, std::size_t tasks_max) {
  if (message.tasks.size() > tasks_max) {
    return refused("agent registration", "tasks", "at most " + std::to_string(tasks_max),
                   std::to_string(message.tasks.size()));
  }
  Quantities sum;
  for (const TaskReport& report : message.tasks) {
    Status checked = check_report(message.agent.id, report);
    if (!checked) return checked;
    add(sum, scalars(report.resources));
    if (is_grown_too_large(sum)) {
      return refused("agent registration", "tasks", "at most 2^52 base units together", "more");
    }
  }
  return {};
}

/// An id that two machines use would be registered by turns, and each registration would end the
/// other one's tasks. Only while the first one is heard: a machine may get another name.
Status check_host_of(const AgentEntry& agent, const Sender& sender, const AgentInfo& info) {
  if (!agent.is_heard() || agent.connection == sender.connection ||
      agent.text.hostname() == info.hostname) {
    return {};
  }
  return Error{ErrorCode::kConflict,
               to_string(Complaint{
                   .what = "agent registration",
                   .where = "agent id '" + info.id.text + "', which is in use",
                   .expected = "host " + std::string(agent.text.hostname()),
                   .got = shortened(info.hostname, 60),
                   .hint = "give this agent an empty --state-dir to get an id of its own; if it is "
                           "the same machine under another name, start it again after "
                           "--agent-timeout"})};
}

Status check_claim(const Context& c, const Sender& sender, const AgentId& claimed,
                   const RegisterAgent& message) {
  Status status = check_id_text(claimed.text, "agent id");
  if (!status) return status;
  if (message.agent.id != claimed) {
    return refused("agent registration", "id", "'" + claimed.text + "' as in the envelope",
                   message.agent.id.text);
  }
  return may_speak_for(c.config.acl, sender.principal, claimed);
}

/// `slot` of an agent that is not gone, or kNoSlot.
Status check_content(const Context& c, const Sender& sender, std::uint32_t slot,
                     const RegisterAgent& message) {
  if (slot != kNoSlot) {
    const AgentEntry& agent = c.state.agents[slot];
    if (c.state.principals[agent.principal] != sender.principal) {
      return Error{ErrorCode::kConflict,
                   "agent id '" + message.agent.id.text + "' belongs to another principal"};
    }
    Status status = check_host_of(agent, sender, message.agent);
    if (!status) return status;
  } else if (c.state.agents_by_id.size() >= c.config.agents_max) {
    return Error{ErrorCode::kExhausted,
                 "agent registration: " + std::to_string(c.config.agents_max) +
                     " agents are known already; hint: raise agents_max"};
  }
  Status status = check_agent_info(message.agent);
  if (!status) return status;
  status = check_cluster_total(c, slot, message.agent.total);
  if (!status) return status;
  return check_tasks(message, c.config.tasks_per_agent_max);
}

}  // namespace

std::optional<AgentRefused> check_agent(const Context& c, const Sender& sender,
                                        const AgentId& claimed, const RegisterAgent& message) {
  Status known = check_claim(c, sender, claimed, message);
  if (!known) return AgentRefused{known.error()};
  std::uint32_t slot = find_agent(c.state, claimed);
  if (slot != kNoSlot && c.state.agents[slot].phase == AgentPhase::kGone) {
    return AgentRefused{{ErrorCode::kDenied, "agent '" + claimed.text +
                                                 "' was declared gone by an operator; hint: start "
                                                 "it with a fresh work directory to get a new id"},
                        true};
  }
  Status fits = check_content(c, sender, slot, message);
  if (!fits) return AgentRefused{fits.error()};
  return std::nullopt;
}

Status check_status_texts(const TaskStatus& status) {
  if (!is_text(status.message, limits::kStatusMessageCharsMax)) {
    return refused("status", "message", "at most 1024 characters", "");
  }
  if (!is_text(status.container_path, 1024)) {
    return refused("status", "container_path", "at most 1024 characters", "");
  }
  return {};
}

Status check_framework(const Context& c, const Sender& sender, const Subscribe& message) {
  const std::string what = "subscribe";
  const FrameworkInfo& info = message.framework;
  if (info.name.empty() || !is_text(info.name, limits::kIdCharsMax)) {
    return refused(what, "name", "1..128 characters", info.name);
  }
  if (info.principal != sender.principal) {
    return Error{ErrorCode::kDenied, "subscribe: principal '" + shortened(info.principal.text) +
                                         "' is not the one of this connection"};
  }
  if (!is_text(info.api_address, 300) || !is_text(info.kind, limits::kIdCharsMax)) {
    return refused(what, "api_address and kind", "at most 300 and 128 characters", "");
  }
  if (info.labels.size() > limits::kLabelsMax) {
    return refused(what, "labels", "at most 64", std::to_string(info.labels.size()));
  }
  for (const Label& label : info.labels) {
    if (!is_text(label.key, 256) || !is_text(label.value, 4096)) {
      return refused(what, "labels", "keys of 256 and values of 4096 characters at most",
                     label.key);
    }
  }
  if (info.failover_timeout < Duration{}) {
    return refused(what, "failover_timeout", "0 or more", std::to_string(info.failover_timeout.ns));
  }
  if (info.roles.empty() || info.roles.size() > limits::kRolesPerFrameworkMax) {
    return refused(what, "roles", "1..64 roles", std::to_string(info.roles.size()));
  }
  std::set<RoleName> seen;
  for (const RoleName& role : info.roles) {
    Status status = check_role_name(role.text);
    if (!status) return status;
    if (!seen.insert(role).second) return refused(what, "roles", "each role once", role.text);
    status = may_register_role(c.config.acl, sender.principal, role);
    if (!status) return status;
  }
  for (const RoleName& role : message.suppressed) {
    if (!seen.contains(role)) return refused(what, "suppressed", "roles of its own", role.text);
  }
  return check_constraints(message.offer_constraints, info.roles, c.allocator.patterns(), what);
}

Status check_demand(const Context& c, const FrameworkEntry& framework, const SetDemand& message) {
  const std::string what = "demand of role '" + shortened(message.role.text) + "'";
  const std::vector<RoleName>& roles = framework.info.roles;
  if (std::find(roles.begin(), roles.end(), message.role) == roles.end()) {
    return refused(what, "role", "a role that the framework subscribed to", message.role.text);
  }
  if (message.shapes.size() > limits::kDemandShapesMax) {
    return refused(what, "shapes", "at most 64", std::to_string(message.shapes.size()));
  }
  std::set<std::string_view> names;
  for (const DemandShape& shape : message.shapes) {
    if (!is_text(shape.name, limits::kIdCharsMax) || !names.insert(shape.name).second) {
      return refused(what, "shape name", "unique, at most 128 characters", shape.name);
    }
    if (shape.count > limits::kDemandCountMax || shape.gang_size > limits::kDemandCountMax) {
      return refused(what, "count", "at most 1000000", std::to_string(shape.count));
    }
    if (shape.amounts.is_zero()) return refused(what, "amounts", "something", "");
    Status gang = check_gang(shape, what);
    if (!gang) return gang;
    Status amounts = check_well_formed(shape.amounts, what);
    if (!amounts) return amounts;
    Status gpus = check_gpus_wanted(shape.amounts, what);
    if (!gpus) return gpus;
    Status constraints =
        check_constraints(shape.constraints, c.allocator.patterns(), what + ": " + shape.name);
    if (!constraints) return constraints;
    Status prefer =
        check_preferences(shape.prefer, c.allocator.patterns(), what + ": " + shape.name);
    if (!prefer) return prefer;
  }
  return {};
}

}  // namespace fairlead::master
