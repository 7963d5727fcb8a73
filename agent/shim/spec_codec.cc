// The launch description. Tags are never reused; new ones go to the end.
#include "agent/shim/spec_codec.h"

#include "common/limits.h"

namespace fairlead::shim {
namespace {

enum LaunchTag : std::uint16_t {
  kId = 1,
  kHostname,
  kArgument,
  kVariable,
  kUser,
  kWorkingDirectory,
  kSandbox,
  kMeta,
  kCpuMilli,
  kCpuLimitMilli,
  kMemoryLimitKib,
  kPidsMax,
  kRlimit,
  kLogBytesMax,
  kLogFilesMax,
  kParent,
  kHost,
  kVolume,
};
enum PairTag : std::uint16_t { kName = 1, kValue, kSoft, kHard };
enum VolumeTag : std::uint16_t { kFolder = 1, kPath, kShared };
enum HostTag : std::uint16_t {
  kLayout = 1,
  kCpu,
  kCpuacct,
  kMemory,
  kPids,
  kFreezer,
  kUnified,
  kMemsw
};

void encode_command(const Command& command, FieldWriter& out) {
  for (const std::string& argument : command.argv) out.text(kArgument, argument);
  for (const EnvironmentVariable& variable : command.environment) {
    FieldWriter pair;
    pair.text(kName, variable.name);
    pair.text(kValue, variable.value);
    out.nested(kVariable, pair);
  }
  out.text(kUser, command.user);
  out.text(kWorkingDirectory, command.working_directory);
}

void encode_rlimits(const std::vector<ResourceLimit>& rlimits, FieldWriter& out) {
  for (const ResourceLimit& limit : rlimits) {
    FieldWriter fields;
    fields.text(kName, limit.name);
    fields.unsigned_number(kSoft, limit.soft);
    fields.unsigned_number(kHard, limit.hard);
    out.nested(kRlimit, fields);
  }
}

void encode_volumes(const std::vector<VolumeMount>& volumes, FieldWriter& out) {
  for (const VolumeMount& volume : volumes) {
    FieldWriter fields;
    fields.text(kFolder, volume.folder);
    fields.text(kPath, volume.path);
    fields.number(kShared, volume.shared ? 1 : 0);
    out.nested(kVolume, fields);
  }
}

FieldWriter encode_host(const isolators::HostFacts& host) {
  FieldWriter out;
  out.number(kLayout, static_cast<std::int64_t>(host.layout));
  out.text(kCpu, host.cpu_mount);
  out.text(kCpuacct, host.cpuacct_mount);
  out.text(kMemory, host.memory_mount);
  out.text(kPids, host.pids_mount);
  out.text(kFreezer, host.freezer_mount);
  out.text(kUnified, host.unified_mount);
  out.number(kMemsw, host.has_memsw ? 1 : 0);
  return out;
}

Result<isolators::HostFacts> decode_host(BytesView bytes) {
  isolators::HostFacts host;
  FieldReader reader(bytes);
  for (Field field; reader.next(field);) {
    switch (field.tag) {
      case kLayout: {
        const std::int64_t layout = reader.number(field);
        if (layout < 0 || layout > 2) return damaged("cgroup layout");
        host.layout = static_cast<isolators::CgroupLayout>(layout);
        break;
      }
      case kCpu:
        host.cpu_mount = field.text();
        break;
      case kCpuacct:
        host.cpuacct_mount = field.text();
        break;
      case kMemory:
        host.memory_mount = field.text();
        break;
      case kPids:
        host.pids_mount = field.text();
        break;
      case kFreezer:
        host.freezer_mount = field.text();
        break;
      case kUnified:
        host.unified_mount = field.text();
        break;
      case kMemsw:
        host.has_memsw = reader.number(field) != 0;
        break;
      default:
        break;
    }
  }
  if (reader.damaged()) return damaged("host facts");
  return host;
}

Result<EnvironmentVariable> decode_variable(BytesView bytes) {
  EnvironmentVariable variable;
  FieldReader reader(bytes);
  for (Field field; reader.next(field);) {
    if (field.tag == kName) variable.name = field.text();
    if (field.tag == kValue) variable.value = field.text();
  }
  if (reader.damaged()) return damaged("environment");
  return variable;
}

Result<ResourceLimit> decode_rlimit(BytesView bytes) {
  ResourceLimit limit;
  FieldReader reader(bytes);
  for (Field field; reader.next(field);) {
    if (field.tag == kName) limit.name = field.text();
    if (field.tag == kSoft) limit.soft = reader.unsigned_number(field);
    if (field.tag == kHard) limit.hard = reader.unsigned_number(field);
  }
  if (reader.damaged()) return damaged("rlimits");
  return limit;
}

Result<VolumeMount> decode_volume(BytesView bytes) {
  VolumeMount volume;
  FieldReader reader(bytes);
  for (Field field; reader.next(field);) {
    if (field.tag == kFolder) volume.folder = field.text();
    if (field.tag == kPath) volume.path = field.text();
    if (field.tag == kShared) volume.shared = reader.number(field) != 0;
  }
  if (reader.damaged() || volume.folder.empty() || volume.path.empty()) return damaged("volumes");
  return volume;
}

/// The fields that are plain text or one number. False: the tag is not one of them.
bool take_simple(const Field& field, FieldReader& reader, LaunchDescription& out) {
  ContainerSpec& spec = out.spec;
  switch (field.tag) {
    case kId:
      spec.id.text = field.text();
      return true;
    case kHostname:
      spec.hostname = field.text();
      return true;
    case kUser:
      spec.command.user = field.text();
      return true;
    case kWorkingDirectory:
      spec.command.working_directory = field.text();
      return true;
    case kSandbox:
      spec.sandbox = field.text();
      return true;
    case kMeta:
      spec.meta = field.text();
      return true;
    case kParent:
      out.cgroup_parent = field.text();
      return true;
    case kCpuMilli:
      spec.cpu_milli = reader.number(field);
      return true;
    case kCpuLimitMilli:
      spec.cpu_limit_milli = reader.number(field);
      return true;
    case kMemoryLimitKib:
      spec.memory_limit_kib = reader.number(field);
      return true;
    case kPidsMax:
      spec.pids_max = reader.number(field);
      return true;
    case kLogBytesMax:
      spec.log_bytes_max = reader.number(field);
      return true;
    case kLogFilesMax: {
      const std::int64_t files = reader.number(field);
      if (files < 0 || files > 1'000) reader.mark_damaged();
      spec.log_files_max = static_cast<std::int32_t>(files);
      return true;
    }
    default:
      return false;
  }
}

Status take_list_item(const Field& field, LaunchDescription& out) {
  Command& command = out.spec.command;
  if (field.tag == kArgument) {
    if (command.argv.size() >= limits::kArgumentsMax) return damaged("arguments");
    command.argv.push_back(field.text());
  } else if (field.tag == kVariable) {
    Result<EnvironmentVariable> variable = decode_variable(field.bytes);
    if (!variable) return variable.error();
    if (command.environment.size() >= limits::kEnvironmentMax) return damaged("environment");
    command.environment.push_back(*variable);
  } else if (field.tag == kRlimit) {
    Result<ResourceLimit> limit = decode_rlimit(field.bytes);
    if (!limit) return limit.error();
    out.spec.rlimits.push_back(*limit);
  } else if (field.tag == kVolume) {
    Result<VolumeMount> volume = decode_volume(field.bytes);
    if (!volume) return volume.error();
    if (out.spec.volumes.size() >= limits::kLotsMax) return damaged("volumes");
    out.spec.volumes.push_back(*volume);
  } else if (field.tag == kHost) {
    Result<isolators::HostFacts> host = decode_host(field.bytes);
    if (!host) return host.error();
    out.host = *host;
  }
  return {};
}

}  // namespace

Bytes encode(const LaunchDescription& launch) {
  const ContainerSpec& spec = launch.spec;
  FieldWriter out;
  out.text(kId, spec.id.text);
  out.text(kHostname, spec.hostname);
  encode_command(spec.command, out);
  out.text(kSandbox, spec.sandbox);
  out.text(kMeta, spec.meta);
  out.number(kCpuMilli, spec.cpu_milli);
  if (spec.cpu_limit_milli) out.number(kCpuLimitMilli, *spec.cpu_limit_milli);
  out.number(kMemoryLimitKib, spec.memory_limit_kib);
  out.number(kPidsMax, spec.pids_max);
  encode_rlimits(spec.rlimits, out);
  out.number(kLogBytesMax, spec.log_bytes_max);
  out.number(kLogFilesMax, spec.log_files_max);
  out.text(kParent, launch.cgroup_parent);
  out.nested(kHost, encode_host(launch.host));
  encode_volumes(launch.spec.volumes, out);
  return make_document(DocumentKind::kLaunch, out);
}

Result<LaunchDescription> decode_launch(BytesView bytes) {
  Result<BytesView> body = open_document(DocumentKind::kLaunch, bytes);
  if (!body) return body.error();
  LaunchDescription out;
  FieldReader reader(*body);
  for (Field field; reader.next(field);) {
    if (take_simple(field, reader, out)) continue;
    if (Status ok = take_list_item(field, out); !ok) return ok.error();
  }
  if (reader.damaged()) return damaged("launch description");
  if (out.spec.command.argv.empty()) return damaged("launch description: no command");
  return out;
}

}  // namespace fairlead::shim
