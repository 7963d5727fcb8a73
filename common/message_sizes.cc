#include "common/message_sizes.h"

#include <string>

namespace fairlead {
namespace {

// Cap'n Proto: structs and lists are whole words, each behind a pointer of one. These are rounded
// up generously: a schema may grow by some fields before they have to.
constexpr std::size_t kStructBytes = 128;
constexpr std::size_t kReportBytes = 512;
constexpr std::size_t kIntervalBytes = 16;

/// A list or text's pointer, its content's end and the rounding up to a word.
constexpr std::size_t kTextBytes = 24;

std::size_t text(const std::string& value) {
  return kTextBytes + value.size();
}

std::size_t amounts_bytes(const Amounts& amounts) {
  std::size_t bytes = kStructBytes;
  for (const CustomScalar& one : amounts.scalars.custom) bytes += kStructBytes + text(one.name);
  for (const NamedRanges& one : amounts.ranges) {
    bytes += kStructBytes + text(one.name) + kIntervalBytes * one.intervals.size();
  }
  for (const NamedSet& one : amounts.sets) {
    bytes += kStructBytes + text(one.name);
    for (const std::string& item : one.items) bytes += text(item);
  }
  return bytes;
}

struct OperationBytes {
  std::size_t operator()(const operation::Reserve& r) const {
    return amounts_bytes(r.amounts) + text(r.role.text) + text(r.from.text);
  }
  std::size_t operator()(const operation::Unreserve& r) const {
    return amounts_bytes(r.amounts) + text(r.role.text);
  }
  std::size_t operator()(const operation::CreateVolume& r) const {
    return text(r.role.text) + text(r.volume.id) + text(r.volume.container_path);
  }
  std::size_t operator()(const operation::DestroyVolume& r) const {
    return text(r.role.text) + text(r.id);
  }
};

}  // namespace

std::size_t encoded_bytes_max(const Resources& resources) {
  std::size_t bytes = kStructBytes;
  for (const Lot& lot : resources.lots) {
    bytes += kStructBytes + amounts_bytes(lot.amounts);
    for (const Reservation& one : lot.kind.reservations) {
      bytes += kStructBytes + text(one.role.text) + text(one.principal.text);
    }
    if (lot.kind.volume) {
      bytes += kStructBytes + text(lot.kind.volume->id) + text(lot.kind.volume->container_path);
    }
  }
  return bytes;
}

std::size_t encoded_bytes_max(const AgentInfo& info) {
  std::size_t bytes = kStructBytes + text(info.id.text) + text(info.hostname) +
                      text(info.http_address) + text(info.version) + encoded_bytes_max(info.total);
  for (const Attribute& one : info.attributes) {
    bytes += kStructBytes + text(one.name);
    if (const auto* value = std::get_if<std::string>(&one.value)) bytes += text(*value);
  }
  return bytes;
}

std::size_t encoded_bytes_max(const TaskReport& report) {
  const TaskStatus& status = report.status;
  const LaunchToken& token = report.token;
  return kReportBytes + text(token.framework.text) + text(token.task.text) +
         text(token.agent.text) + text(report.name) + text(report.role.text) +
         encoded_bytes_max(report.resources) + text(status.framework.text) +
         text(status.task.text) + text(status.agent.text) + text(status.message) +
         text(status.container_path);
}

std::size_t encoded_bytes_max(const TaskSpec& spec) {
  const Command& command = spec.command;
  std::size_t bytes = 3 * kStructBytes + text(spec.id.text) + text(spec.name) + text(command.user) +
                      text(command.working_directory) + encoded_bytes_max(spec.resources);
  for (const std::string& argument : command.argv) bytes += text(argument);
  for (const EnvironmentVariable& one : command.environment) {
    bytes += text(one.name) + text(one.value);
  }
  for (const ResourceLimit& one : spec.limits.rlimits) bytes += kStructBytes + text(one.name);
  for (const Label& one : spec.labels) bytes += text(one.key) + text(one.value);
  return bytes;
}

std::size_t encoded_bytes_max(const SetDemand& demand) {
  std::size_t bytes = kStructBytes + text(demand.role.text);
  for (const DemandShape& shape : demand.shapes) {
    bytes += kStructBytes + text(shape.name) + amounts_bytes(shape.amounts);
    for (const std::vector<Constraint>* list : {&shape.constraints, &shape.prefer}) {
      for (const Constraint& one : *list) {
        bytes += kStructBytes + text(one.attribute) + text(one.value);
      }
    }
  }
  return bytes;
}

std::size_t encoded_bytes_max(const AcceptOperations& message) {
  std::size_t bytes = kStructBytes + text(message.id) + kTextBytes * message.offers.size();
  for (const ResourceOperation& one : message.operations) {
    bytes += 2 * kStructBytes + std::visit(OperationBytes{}, one);
  }
  return bytes;
}

}  // namespace fairlead
