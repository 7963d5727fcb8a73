// AcceptOperations: what a framework reserves of its offers, and the volumes that it makes of them.
// The same durable change as an operator's (reservations.cc): its agent makes no offers until it is
// written, and what was made comes with the next ones.
#include <algorithm>
#include <utility>

#include "common/limits.h"
#include "master/handlers.h"
#include "master/launch_steps.h"

namespace fairlead::master {
namespace {

std::string shown(const AcceptOperations& message) {
  std::string text;
  for (const ResourceOperation& one : message.operations) {
    text += (text.empty() ? "" : "; ") + fairlead::to_string(one);
  }
  return shortened(text, limits::kErrorCharsMax / 2);
}

RoleName role_of(const ResourceOperation& operation) {
  return std::visit([](const auto& one) { return one.role; }, operation);
}

Status check_operation(const Context& c, const Principal& who, const RoleName& offered_to,
                       const ResourceOperation& operation) {
  const RoleName role = role_of(operation);
  if (role != offered_to) {
    return invalid({.what = fairlead::to_string(operation),
                    .where = "role",
                    .expected = "that of the offers, '" + offered_to.text + "'",
                    .got = role.text,
                    .hint = {}});
  }
  return may_operate(c.config.acl, who, verb_of(operation));
}

Status check_operations(const Context& c, std::uint32_t framework, const Bundle& bundle,
                        const AcceptOperations& message) {
  const std::size_t count = message.operations.size();
  if (count == 0 || count > limits::kOperationsPerAcceptMax) {
    return invalid(
        {.what = "operations",
         .where = {},
         .expected = "1.." + std::to_string(limits::kOperationsPerAcceptMax) + " of them",
         .got = std::to_string(count),
         .hint = {}});
  }
  if (!bundle.problem.empty()) return Error{ErrorCode::kConflict, bundle.problem};
  const AgentId agent = c.state.agents[bundle.agent].id();
  if (is_being_changed(c.state, agent)) {
    return Error{ErrorCode::kUnavailable, "agent '" + agent.text +
                                              "': another change of it is being written; hint: "
                                              "try again with its next offer"};
  }
  for (const ResourceOperation& one : message.operations) {
    Status checked =
        check_operation(c, c.state.frameworks[framework].info.principal, bundle.role, one);
    if (!checked) return checked;
  }
  return {};
}

/// What is converted on the agent afterwards.
Result<ReservationsRecord> converted_by(const Context& c, std::uint32_t framework,
                                        const Bundle& bundle, const AcceptOperations& message) {
  Status checked = check_operations(c, framework, bundle, message);
  if (!checked) return checked.error();
  return converted_after(c, bundle.agent,
                         {.agent = c.state.agents[bundle.agent].id(),
                          .who = c.state.frameworks[framework].info.principal,
                          .operations = message.operations,
                          .offered = bundle.left});
}

}  // namespace

void on_accept_operations(Context& c, std::uint32_t framework, const AcceptOperations& message) {
  const Bundle bundle = gather(c, framework, message.offers);
  const AgentId agent = bundle.agent == kNoSlot ? AgentId{} : c.state.agents[bundle.agent].id();
  Result<ReservationsRecord> converted = converted_by(c, framework, bundle, message);
  if (!converted) {
    count_reject(
        c, converted.error().code == ErrorCode::kDenied ? reject::kDenied : reject::kOperation);
    give_back(c, bundle);
    return send_to_framework(
        c, framework,
        OperationsAnswer{message.id, agent,
                         shortened(converted.error().message, limits::kErrorCharsMax)});
  }
  // Pausing the agent takes all its offers back, these among them.
  begin_conversion(c, bundle.agent);
  write_conversion(
      c, *converted,
      {ConvertOffered{c.state.frameworks[framework].info.id, message, agent, *converted}});
}

void on_operations_written(Context& c, const ConvertOffered& write, const std::string& refused) {
  if (refused.empty()) {
    apply_conversion(c, write.agent, write.converted,
                     write.framework.text + ": " + shown(write.message));
  }
  std::uint32_t agent = find_agent(c.state, write.agent);
  if (agent != kNoSlot) {
    end_conversion(c, agent);
    c.state.drains_to_settle.push_back(agent);
  }
  std::uint32_t framework = find_framework(c.state, write.framework);
  if (framework == kNoSlot) return;
  send_to_framework(
      c, framework,
      OperationsAnswer{write.message.id, write.agent, shortened(refused, limits::kErrorCharsMax)});
}

}  // namespace fairlead::master
