// What a shim tells: who it is, that the container started, how it ended. Tags are never reused.
#include "agent/shim/spec_codec.h"

namespace fairlead::shim {
namespace {

enum IdentityTag : std::uint16_t { kPid = 1, kStartTicks, kInitPid };
enum ExitTag : std::uint16_t {
  kId = 1,
  kCode,
  kSignal,
  kOomKilled,
  kLaunchError,
  kCpuNs,
  kMemoryBytes,
  kMemoryPeakBytes,
  kPids,
  kThrottledNs,
  kLogBytesDropped,
  kIsMachineFull,
};

FieldWriter identity_fields(const ShimIdentity& identity) {
  FieldWriter out;
  out.number(kPid, identity.pid);
  out.unsigned_number(kStartTicks, identity.start_ticks);
  return out;
}

std::int32_t small_number(FieldReader& reader, const Field& field) {
  const std::int64_t number = reader.number(field);
  const auto small = static_cast<std::int32_t>(number);
  if (small != number) reader.mark_damaged();
  return small;
}

Result<Started> decode_who(BytesView body, const char* what) {
  Started out;
  FieldReader reader(body);
  for (Field field; reader.next(field);) {
    if (field.tag == kPid) out.shim.pid = small_number(reader, field);
    if (field.tag == kStartTicks) out.shim.start_ticks = reader.unsigned_number(field);
    if (field.tag == kInitPid) out.init_pid = small_number(reader, field);
  }
  if (reader.damaged() || out.shim.pid <= 0) return damaged(what);
  return out;
}

}  // namespace

Bytes encode(const ShimIdentity& identity) {
  return make_document(DocumentKind::kIdentity, identity_fields(identity));
}

Bytes encode(const Started& started) {
  FieldWriter out = identity_fields(started.shim);
  out.number(kInitPid, started.init_pid);
  return make_document(DocumentKind::kStarted, out);
}

Bytes encode(const ContainerExit& exit) {
  FieldWriter out;
  out.text(kId, exit.id.text);
  if (exit.exit && exit.exit->code) out.number(kCode, *exit.exit->code);
  if (exit.exit && exit.exit->signal) out.number(kSignal, *exit.exit->signal);
  out.number(kOomKilled, exit.oom_killed ? 1 : 0);
  out.text(kLaunchError, exit.launch_error);
  out.number(kCpuNs, exit.usage.cpu_ns);
  out.number(kMemoryBytes, exit.usage.memory_bytes);
  out.number(kMemoryPeakBytes, exit.usage.memory_peak_bytes);
  out.number(kPids, exit.usage.pids);
  out.number(kThrottledNs, exit.usage.throttled_ns);
  out.number(kLogBytesDropped, exit.log_bytes_dropped);
  if (exit.is_machine_full) out.number(kIsMachineFull, 1);
  return make_document(DocumentKind::kExit, out);
}

Result<ShimIdentity> decode_identity(BytesView bytes) {
  Result<BytesView> body = open_document(DocumentKind::kIdentity, bytes);
  if (!body) return body.error();
  Result<Started> who = decode_who(*body, "identity");
  if (!who) return who.error();
  return who->shim;
}

Result<Started> decode_started(BytesView bytes) {
  Result<BytesView> body = open_document(DocumentKind::kStarted, bytes);
  if (!body) return body.error();
  return decode_who(*body, "started report");
}

Result<ContainerExit> decode_exit(BytesView bytes) {
  Result<BytesView> body = open_document(DocumentKind::kExit, bytes);
  if (!body) return body.error();
  ContainerExit out;
  FieldReader reader(*body);
  ExitStatus status;
  for (Field field; reader.next(field);) {
    switch (field.tag) {
      case kId:
        out.id.text = field.text();
        break;
      case kCode:
        status.code = small_number(reader, field);
        break;
      case kSignal:
        status.signal = small_number(reader, field);
        break;
      case kOomKilled:
        out.oom_killed = reader.number(field) != 0;
        break;
      case kLaunchError:
        out.launch_error = field.text();
        break;
      case kCpuNs:
        out.usage.cpu_ns = reader.number(field);
        break;
      case kMemoryBytes:
        out.usage.memory_bytes = reader.number(field);
        break;
      case kMemoryPeakBytes:
        out.usage.memory_peak_bytes = reader.number(field);
        break;
      case kPids:
        out.usage.pids = reader.number(field);
        break;
      case kThrottledNs:
        out.usage.throttled_ns = reader.number(field);
        break;
      case kLogBytesDropped:
        out.log_bytes_dropped = reader.number(field);
        break;
      case kIsMachineFull:
        out.is_machine_full = reader.number(field) != 0;
        break;
      default:
        break;
    }
  }
  // Exactly one of code and signal, or an error instead of both.
  if (reader.damaged() || (status.code && status.signal) || out.id.empty())
    return damaged("exit report");
  if (status.code || status.signal) out.exit = status;
  if (!out.exit && out.launch_error.empty()) return damaged("exit report: no status");
  return out;
}

}  // namespace fairlead::shim
