#include "frameworks/pods/row_codec.h"

#include <algorithm>
#include <concepts>
#include <optional>
#include <utility>

#include "frameworks/sdk/row_codec.h"

namespace fairlead::pods {
namespace {

constexpr std::uint64_t kVersion = 2;  // services have owners
constexpr std::uint64_t kVersionOldest = 1;

/// Zigzag for signed ones: small negative numbers stay short.
template <class Io, class Number>
requires std::integral<Number> || std::is_enum_v<Number>
void field(Io& io, Number& value) {
  const auto wide = static_cast<std::int64_t>(value);
  auto bits = (static_cast<std::uint64_t>(wide) << 1) ^ (wide < 0 ? ~std::uint64_t{0} : 0);
  io(bits);
  value = static_cast<Number>(
      static_cast<std::int64_t>((bits >> 1) ^ ((bits & 1) != 0 ? ~std::uint64_t{0} : 0)));
}

template <class Io>
void field(Io& io, std::string& value) {
  io(value);
}
template <class Io, class Value>
void field(Io& io, std::vector<Value>& values);
template <class Io, class Value>
void field(Io& io, std::optional<Value>& value);

template <class Io>
void field(Io& io, Duration& value) {
  field(io, value.ns);
}
template <class Io>
void field(Io& io, EnvironmentVariable& value) {
  field(io, value.name);
  field(io, value.value);
}
template <class Io>
void field(Io& io, Label& value) {
  field(io, value.key);
  field(io, value.value);
}
template <class Io>
void field(Io& io, ResourceLimit& value) {
  field(io, value.name);
  field(io, value.soft);
  field(io, value.hard);
}
template <class Io>
void field(Io& io, Constraint& value) {
  field(io, value.attribute);
  field(io, value.rule);
  field(io, value.value);
}
template <class Io>
void field(Io& io, Readiness& value) {
  field(io, value.port_index);
  field(io, value.initial_delay);
  field(io, value.period);
  field(io, value.timeout);
  field(io, value.failure_threshold);
}

/// As text: it is exact, and readable with sqlite3 on a bad day. False when it cannot be read.
template <class Io>
bool field(Io& io, Amounts& value) {
  std::string text = to_string(value);
  field(io, text);
  if (text.empty()) {
    value = {};
    return true;
  }
  auto parsed = parse_amounts(text);
  value = parsed.ok() ? std::move(parsed).value() : Amounts{};
  return parsed.ok();
}

template <class Io, class Value>
void field(Io& io, std::vector<Value>& values) {
  values.resize(io.begin_list(values.size()));
  for (Value& value : values) {
    field(io, value);
  }
}

template <class Io, class Value>
void field(Io& io, std::optional<Value>& value) {
  bool present = value.has_value();
  field(io, present);
  if (!present) {
    value.reset();
    return;
  }
  Value inner = value.value_or(Value{});
  field(io, inner);
  value = std::move(inner);
}

template <class Io>
bool fields(Io& io, Service& service) {
  ServiceSpec& spec = service.spec;
  field(io, spec.name);
  field(io, spec.role.text);
  field(io, spec.replicas);
  field(io, spec.shape.command.argv);
  field(io, spec.shape.command.environment);
  field(io, spec.shape.command.user);
  field(io, spec.shape.command.working_directory);
  const bool amounts_ok = field(io, spec.shape.resources);
  field(io, spec.shape.limits.cpu_milli);
  field(io, spec.shape.limits.memory_kib);
  field(io, spec.shape.limits.pids);
  field(io, spec.shape.limits.rlimits);
  field(io, spec.shape.kill_grace);
  field(io, spec.labels);
  field(io, spec.constraints);
  field(io, spec.readiness);
  field(io, spec.backoff_min);
  field(io, spec.backoff_max);
  field(io, spec.max_unavailable);
  field(io, spec.max_surge);
  field(io, spec.spread);
  field(io, spec.per_agent_max);
  field(io, service.generation);
  field(io, service.removing);
  field(io, service.created_at.unix_ms);
  return amounts_ok;
}

template <class Io>
void fields(Io& io, Replica& replica, std::int64_t& since_unix_ms) {
  field(io, replica.number);
  field(io, replica.generation);
  field(io, replica.state);
  field(io, since_unix_ms);
  field(io, replica.ready);
  field(io, replica.attempt);
  field(io, replica.restarts);
  field(io, replica.failures);
  field(io, replica.drops);
  field(io, replica.agent.text);
  field(io, replica.hostname);
  field(io, replica.agent_http);
  field(io, replica.container_path);
  field(io, replica.message);
  field(io, replica.reason);
  field(io, replica.ports);
}

sdk::RowWriter begin() {
  sdk::RowWriter writer;
  std::uint64_t version = kVersion;
  writer(version);
  return writer;
}

Result<std::uint64_t> read_version(sdk::RowReader& reader) {
  std::uint64_t version = 0;
  reader(version);
  if (version < kVersionOldest || version > kVersion) {
    return Error{ErrorCode::kUnsupported, "row of format " + std::to_string(version) +
                                              ": expected at most " + std::to_string(kVersion) +
                                              "; hint: a newer program wrote it"};
  }
  return version;
}

Error damaged() {
  return {ErrorCode::kCorrupt, "row is damaged"};
}

}  // namespace

Bytes encode_service(const Service& service) {
  Service copy = service;
  sdk::RowWriter writer = begin();
  fields(writer, copy);
  field(writer, copy.spec.owner.text);
  return writer.take();
}

Result<Service> decode_service(BytesView bytes) {
  sdk::RowReader reader(bytes);
  const auto version = read_version(reader);
  if (!version.ok()) {
    return version.error();
  }
  Service service;
  const bool amounts_ok = fields(reader, service);
  if (version.value() >= 2) {
    field(reader, service.spec.owner.text);
  }
  if (!amounts_ok || !reader.is_done()) {
    return damaged();
  }
  return service;
}

Bytes encode_replica(const Replica& replica, const RowClock& clock) {
  Replica copy = replica;
  std::int64_t since = clock.wall.unix_ms - (clock.now - replica.since).ms();
  sdk::RowWriter writer = begin();
  fields(writer, copy, since);
  return writer.take();
}

Result<Replica> decode_replica(BytesView bytes, const RowClock& clock) {
  sdk::RowReader reader(bytes);
  if (const auto version = read_version(reader); !version.ok()) {
    return version.error();
  }
  Replica replica;
  std::int64_t since = 0;
  fields(reader, replica, since);
  if (!reader.is_done() || replica.state > ReplicaState::kUnreachable ||
      replica.reason > TaskReason::kPreempted) {
    return damaged();
  }
  constexpr std::int64_t kAgeMax =
      365LL * 24 * 3600 * 1000;  // a wrong wall clock overflows nothing
  const std::int64_t age = std::clamp<std::int64_t>(clock.wall.unix_ms - since, 0, kAgeMax);
  replica.since = clock.now + milliseconds(-age);
  return replica;
}

Bytes encode_number(std::uint64_t number) {
  sdk::RowWriter writer = begin();
  writer(number);
  return writer.take();
}

Result<std::uint64_t> decode_number(BytesView bytes) {
  sdk::RowReader reader(bytes);
  if (const auto version = read_version(reader); !version.ok()) {
    return version.error();
  }
  std::uint64_t number = 0;
  reader(number);
  if (!reader.is_done()) {
    return damaged();
  }
  return number;
}

}  // namespace fairlead::pods
