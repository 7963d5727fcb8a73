#include "frameworks/batch/row_codec.h"

#include <charconv>
#include <optional>
#include <utility>

#include "frameworks/sdk/row_codec.h"

namespace fairlead::batch {
namespace {

constexpr std::uint64_t kVersion = 3;  // groups may be gangs
constexpr std::uint64_t kVersionOldest = 1;

template <class Io, class List, class Each>
void list(Io& io, List& items, Each each) {
  items.resize(io.begin_list(items.size()));
  for (auto& item : items) {
    each(item);
  }
}

template <class Io, class Enum>
void enumerated(Io& io, Enum& value) {
  auto wide = static_cast<std::uint64_t>(value);
  io(wide);
  value = static_cast<Enum>(wide & 0xFF);
}

template <class Io, class Value>
void optional_number(Io& io, std::optional<Value>& value) {
  bool present = value.has_value();
  io(present);
  if (present) {
    Value number = value.value_or(Value{});
    io(number);
    value = number;
  } else {
    value.reset();
  }
}

template <class Io>
void fields(Io& io, Amounts& amounts) {
  for (std::int64_t& scalar : amounts.scalars.standard) {
    io(scalar);
  }
  list(io, amounts.scalars.custom, [&](CustomScalar& one) {
    io(one.name);
    io(one.milli);
  });
  list(io, amounts.ranges, [&](NamedRanges& one) {
    io(one.name);
    list(io, one.intervals, [&](Interval& interval) {
      io(interval.begin);
      io(interval.end);
    });
  });
  list(io, amounts.sets, [&](NamedSet& one) {
    io(one.name);
    list(io, one.items, [&](std::string& item) { io(item); });
  });
}

template <class Io>
void fields(Io& io, Command& command) {
  list(io, command.argv, [&](std::string& argument) { io(argument); });
  list(io, command.environment, [&](EnvironmentVariable& variable) {
    io(variable.name);
    io(variable.value);
  });
  io(command.user);
  io(command.working_directory);
}

template <class Io>
void fields(Io& io, TaskLimits& limits) {
  optional_number(io, limits.cpu_milli);
  optional_number(io, limits.memory_kib);
  optional_number(io, limits.pids);
  list(io, limits.rlimits, [&](ResourceLimit& one) {
    io(one.name);
    io(one.soft);
    io(one.hard);
  });
}

template <class Io>
void fields(Io& io, TaskGroup& group) {
  io(group.name);
  io(group.instances);
  fields(io, group.command);
  fields(io, group.resources);
  fields(io, group.limits);
  io(group.retries);
  io(group.retry_min.ns);
  io(group.retry_max.ns);
  io(group.timeout.ns);
  list(io, group.depends_on, [&](std::string& name) { io(name); });
  io(group.priority);
  enumerated(io, group.on_unreachable);
  io(group.kill_grace.ns);
  list(io, group.constraints, [&](Constraint& one) {
    io(one.attribute);
    enumerated(io, one.rule);
    io(one.value);
  });
}

template <class Io>
void fields(Io& io, Job& job) {
  io(job.id.number);
  io(job.spec.name);
  io(job.spec.role.text);
  io(job.spec.priority);
  io(job.spec.allow_unplaceable);
  list(io, job.spec.labels, [&](Label& label) {
    io(label.key);
    io(label.value);
  });
  list(io, job.spec.tasks, [&](TaskGroup& group) { fields(io, group); });
  enumerated(io, job.state);
  io(job.cancel_requested);
  io(job.why);
  io(job.submitted_at.unix_ms);
  io(job.ended_at.unix_ms);
}

template <class Io>
void fields(Io& io, Instance& instance) {
  enumerated(io, instance.phase);
  io(instance.attempt);
  io(instance.failures);
  io(instance.losses);
  enumerated(io, instance.state);
  enumerated(io, instance.reason);
  io(instance.agent.text);
  io(instance.hostname);
  io(instance.agent_http);
  io(instance.container_path);
  io(instance.message);
  ExitStatus exit = instance.exit.value_or(ExitStatus{});
  optional_number(io, exit.code);
  optional_number(io, exit.signal);
  if (exit.code || exit.signal) {
    instance.exit = exit;
  }
  io(instance.memory_peak_bytes);
  io(instance.ready_at.unix_ms);
  io(instance.launched_at.unix_ms);
  io(instance.started_at.unix_ms);
  io(instance.ended_at.unix_ms);
  io(instance.waited_ms);
}

/// What version 2 added behind the fields of version 1.
template <class Io>
void fields_since_2(Io& io, Job& job) {
  io(job.spec.owner.text);
}

template <class Io>
void fields_since_2(Io&, Instance&) {}

/// What version 3 added behind these.
template <class Io>
void fields_since_3(Io& io, Job& job) {
  for (TaskGroup& group : job.spec.tasks) {
    io(group.gang);
  }
}

template <class Io>
void fields_since_3(Io&, Instance&) {}

template <class Value>
Bytes encode(Value value) {
  sdk::RowWriter writer;
  writer(kVersion);
  fields(writer, value);
  fields_since_2(writer, value);
  fields_since_3(writer, value);
  return writer.take();
}

template <class Value>
Result<Value> decode(BytesView bytes, const char* what) {
  sdk::RowReader reader(bytes);
  std::uint64_t version = 0;
  reader(version);
  if (reader.ok() && (version < kVersionOldest || version > kVersion)) {
    return Error{ErrorCode::kUnsupported,
                 std::string(what) + ": written by another version: " + std::to_string(version)};
  }
  Value value;
  fields(reader, value);
  if (version >= 2) {
    fields_since_2(reader, value);
  }
  if (version >= 3) {
    fields_since_3(reader, value);
  }
  if (!reader.is_done()) {
    return Error{ErrorCode::kCorrupt, std::string(what) + ": damaged row"};
  }
  return value;
}

/// Reads "17/2/300" behind a prefix.
Result<std::vector<std::uint64_t>> numbers(const std::string& key, std::string_view prefix) {
  std::vector<std::uint64_t> found;
  const char* at = key.data() + prefix.size();
  const char* end = key.data() + key.size();
  while (key.starts_with(prefix) && at <= end) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(at, end, value);
    if (error != std::errc() || (stop != end && *stop != '/')) {
      break;
    }
    found.push_back(value);
    if (stop == end) {
      return found;
    }
    at = stop + 1;
  }
  return Error{ErrorCode::kCorrupt, key + ": damaged key"};
}

}  // namespace

std::string job_key(JobId id) {
  return kJobPrefix + std::to_string(id.number);
}

std::string instance_key(const InstanceRef& ref) {
  return kInstancePrefix + std::to_string(ref.job.number) + "/" + std::to_string(ref.group) + "/" +
         std::to_string(ref.index);
}

Result<JobId> parse_job_key(const std::string& key) {
  const auto parts = numbers(key, kJobPrefix);
  if (!parts.ok() || parts.value().size() != 1) {
    return Error{ErrorCode::kCorrupt, key + ": damaged key"};
  }
  return JobId{parts.value()[0]};
}

Result<InstanceRef> parse_instance_key(const std::string& key) {
  const auto parts = numbers(key, kInstancePrefix);
  if (!parts.ok() || parts.value().size() != 3 || parts.value()[1] >= kGroupsMax ||
      parts.value()[2] >= kInstancesMax) {
    return Error{ErrorCode::kCorrupt, key + ": damaged key"};
  }
  return InstanceRef{{parts.value()[0]},
                     static_cast<std::uint32_t>(parts.value()[1]),
                     static_cast<std::uint32_t>(parts.value()[2])};
}

Bytes encode_job(const Job& job) {
  Job bare;
  bare.id = job.id;
  bare.spec = job.spec;
  bare.state = job.state;
  bare.cancel_requested = job.cancel_requested;
  bare.why = job.why;
  bare.submitted_at = job.submitted_at;
  bare.ended_at = job.ended_at;
  return encode(std::move(bare));
}

Result<Job> decode_job(BytesView bytes) {
  Result<Job> job = decode<Job>(bytes, "job");
  if (job.ok() && (!validate(job.value().spec).ok() || job.value().state > JobState::kCancelled)) {
    return Error{ErrorCode::kCorrupt, "job: damaged row"};
  }
  return job;
}

Bytes encode_instance(const Instance& instance) {
  return encode(instance);
}

Result<Instance> decode_instance(BytesView bytes) {
  Result<Instance> instance = decode<Instance>(bytes, "instance");
  if (instance.ok() &&
      (instance.value().phase > Phase::kCancelled || instance.value().state > TaskState::kUnknown ||
       instance.value().reason > TaskReason::kPreempted)) {
    return Error{ErrorCode::kCorrupt, "instance: damaged row"};
  }
  return instance;
}

Bytes encode_number(std::uint64_t number) {
  sdk::RowWriter writer;
  writer(number);
  return writer.take();
}

Result<std::uint64_t> decode_number(BytesView bytes) {
  sdk::RowReader reader(bytes);
  std::uint64_t number = 0;
  reader(number);
  if (!reader.is_done()) {
    return Error{ErrorCode::kCorrupt, "number: damaged row"};
  }
  return number;
}

}  // namespace fairlead::batch
