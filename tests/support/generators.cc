#include "tests/support/generators.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "common/limits.h"

namespace fairlead::generators {
namespace {

// Each of these is called inside rc::gen::exec, where `*gen` draws a value.

std::uint64_t below(std::uint64_t end) {
  return *rc::gen::inRange<std::uint64_t>(0, end);
}

bool coin() {
  return below(2) == 1;
}

template <class Enum>
Enum one_of(Enum last) {
  return static_cast<Enum>(below(static_cast<std::uint64_t>(last) + 1));
}

/// Mostly small, now and then at the edges.
std::uint64_t any_number() {
  switch (below(4)) {
    case 0:
      return 0;
    case 1:
      return below(1'000);
    case 2:
      return std::numeric_limits<std::uint64_t>::max() - below(3);
    default:
      return *rc::gen::resize(1'000, rc::gen::arbitrary<std::uint64_t>());
  }
}

std::uint32_t any_number32() {
  return static_cast<std::uint32_t>(any_number());
}

std::int64_t quantity(std::int64_t least) {
  switch (below(4)) {
    case 0:
      return least;
    case 1:
      return limits::kQuantityMax;
    default:
      return least + static_cast<std::int64_t>(below(1'000'000'000));
  }
}

Duration duration() {
  switch (below(4)) {
    case 0:
      return {};
    case 1:
      return {limits::kDurationNsMax};
    default:
      return milliseconds(static_cast<std::int64_t>(below(100'000'000)));
  }
}

std::string from_alphabet(std::string_view alphabet, std::size_t least, std::size_t most) {
  std::string out;
  std::size_t size = least + below(most - least + 1);
  while (out.size() < size) out += alphabet[below(alphabet.size())];
  return out;
}

/// Any text that a person or a program may write, NULs and UTF-8 included.
std::string text(std::size_t most = 40) {
  std::string out = from_alphabet(std::string_view("abcXYZ 0189/:=.\n\"\\\0\x7f", 20), 0, most);
  if (out.size() + 3 <= most && coin()) out += "…";
  return out;
}

std::string id_text() {
  return "i" + from_alphabet("abcdefgh0123456789._-", 0, below(8) == 0 ? 127 : 20);
}

template <class Id>
Id id() {
  return Id{id_text()};
}

template <class Id>
Id maybe_id() {
  return coin() ? Id{} : id<Id>();
}

RoleName role() {
  if (below(6) == 0) return {"*"};
  std::string path = from_alphabet("abc_-", 1, 8);
  if (path.front() == '-') path.front() = 'x';
  for (std::size_t depth = below(3); depth > 0; --depth) path += "/w" + from_alphabet("abc.", 0, 8);
  return {path};
}

std::vector<RoleName> roles() {
  std::vector<RoleName> out;
  for (std::size_t n = below(4); n > 0; --n) out.push_back(role());
  return out;
}

template <class Make>
auto list_of(std::size_t most, Make make) {
  std::vector<decltype(make())> out;
  for (std::size_t n = below(most + 1); n > 0; --n) out.push_back(make());
  return out;
}

/// Sorted unique names "n<letters>".
std::vector<std::string> names(std::size_t most) {
  std::vector<std::string> out = list_of(most, [] { return "n" + from_alphabet("abcd", 0, 6); });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<Interval> intervals() {
  std::vector<Interval> out;
  std::uint64_t next = below(40'000);
  for (std::size_t n = 1 + below(4); n > 0; --n) {
    Interval one{.begin = next, .end = next + below(100)};
    out.push_back(one);
    next = one.end + 2 + below(1'000);
  }
  if (below(8) == 0) {
    out.push_back({.begin = next, .end = std::numeric_limits<std::uint64_t>::max()});
  }
  return out;
}

Amounts draw_amounts() {
  Amounts out;
  for (std::int64_t& scalar : out.scalars.standard) scalar = coin() ? 0 : quantity(0);
  if (below(3) != 0) return out;
  for (const std::string& name : names(3)) out.scalars.custom.push_back({name, quantity(1)});
  for (const std::string& name : names(2)) out.ranges.push_back({name, intervals()});
  for (const std::string& name : names(2)) {
    std::vector<std::string> items = names(4);
    if (!items.empty()) out.sets.push_back({name, items});
  }
  return out;
}

Amounts draw_some_amounts() {
  Amounts out = draw_amounts();
  if (out == Amounts{}) out.scalars[StandardScalar::kCpus] = 1;
  return out;
}

LotKind draw_lot_kind() {
  LotKind kind;
  if (coin()) return kind;
  kind.reservations = list_of(3, [] {
    return Reservation{
        .role = role(), .kind = one_of(ReservationKind::kDynamic), .principal = {text(20)}};
  });
  if (below(3) == 0) kind.volume = Volume{.id = id_text(), .container_path = text()};
  kind.revocable = coin();
  kind.shared = coin();
  return kind;
}

Resources draw_resources() {
  std::vector<LotKind> kinds = list_of(3, draw_lot_kind);
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  Resources out;
  for (const LotKind& kind : kinds) out.lots.push_back({kind, draw_some_amounts()});
  return out;
}

Attributes draw_attributes() {
  Attributes out;
  for (const std::string& name : names(5)) {
    switch (below(3)) {
      case 0:
        out.push_back({name, text()});
        break;
      case 1:
        out.push_back({name, static_cast<std::int64_t>(any_number())});
        break;
      default:
        out.push_back({name, intervals()});
    }
  }
  return out;
}

Label draw_label() {
  return {.key = text(20), .value = text()};
}

ExitStatus draw_exit() {
  auto number = static_cast<std::int32_t>(below(300));
  if (coin()) return {.code = number, .signal = std::nullopt};
  return {.code = std::nullopt, .signal = number};
}

TaskStatus draw_status() {
  TaskStatus out;
  out.framework = id<FrameworkId>();
  out.task = id<TaskId>();
  out.attempt = any_number32();
  out.agent = id<AgentId>();
  out.state = one_of(TaskState::kUnknown);
  out.reason = one_of(TaskReason::kReconciliation);
  out.message = text();
  out.source = one_of(StatusSource::kAgent);
  out.update = any_number();
  out.at = {static_cast<std::int64_t>(any_number())};
  if (coin()) out.exit = draw_exit();
  if (coin()) out.usage = ResourceUsage{quantity(0), quantity(0), quantity(0), 3, quantity(0)};
  out.container_path = text();
  return out;
}

TaskSpec draw_spec() {
  TaskSpec out;
  out.id = id<TaskId>();
  out.name = text();
  out.command.argv = list_of(4, [] { return text(100); });
  out.command.environment =
      list_of(3, [] { return EnvironmentVariable{.name = text(20), .value = text()}; });
  out.command.user = text(10);
  out.command.working_directory = text();
  out.resources = draw_resources();
  if (coin()) out.limits.cpu_milli = quantity(0);
  if (coin()) out.limits.memory_kib = quantity(0);
  if (coin()) out.limits.pids = quantity(0);
  out.limits.rlimits = list_of(2, [] {
    return ResourceLimit{.name = text(10), .soft = any_number(), .hard = any_number()};
  });
  out.kill_grace = duration();
  out.duration_max = duration();
  out.labels = list_of(3, draw_label);
  return out;
}

LaunchToken draw_token() {
  return {.framework = id<FrameworkId>(),
          .task = id<TaskId>(),
          .attempt = any_number32(),
          .agent = id<AgentId>()};
}

LaunchTask draw_launch() {
  return {.token = draw_token(), .role = role(), .framework_name = text(), .spec = draw_spec()};
}

KillTask draw_kill() {
  KillTask out{.framework = maybe_id<FrameworkId>(),
               .task = id<TaskId>(),
               .attempt = any_number32(),
               .grace = std::nullopt,
               .reason = one_of(TaskReason::kReconciliation)};
  if (coin()) out.grace = duration();
  return out;
}

AcknowledgeStatus draw_acknowledge() {
  return {.framework = maybe_id<FrameworkId>(),
          .task = id<TaskId>(),
          .attempt = any_number32(),
          .agent = maybe_id<AgentId>(),
          .update = any_number()};
}

Error draw_error() {
  return {.code = one_of(ErrorCode::kUnsupported), .message = text(100)};
}

TaskReport draw_report() {
  TaskReport out;
  out.status = draw_status();
  out.token = coin() ? draw_token()
                     : LaunchToken{out.status.framework, out.status.task, out.status.attempt,
                                   out.status.agent};
  out.name = text();
  if (coin()) out.role = role();
  if (coin()) out.resources = draw_resources();
  return out;
}

AgentToMaster draw_agent_to_master() {
  switch (below(5)) {
    case 0:
      return RegisterAgent{.agent = {.id = id<AgentId>(),
                                     .hostname = text(),
                                     .http_address = text(),
                                     .total = draw_resources(),
                                     .attributes = draw_attributes(),
                                     .version = text(10)},
                           .epoch_seen = {any_number()},
                           .tasks = list_of(3, draw_report)};
    case 1:
      return EpochAcknowledged{{any_number()}};
    case 2:
      return AgentHeartbeat{.accepts_launches = coin(), .why_not = text()};
    case 3:
      return AgentStatusUpdate{draw_status()};
    default:
      return AgentGoodbye{};
  }
}

MasterToAgent draw_master_to_agent() {
  switch (below(8)) {
    case 0:
      return AgentWelcome{.agent = id<AgentId>(),
                          .cluster = id<ClusterId>(),
                          .epoch = {any_number()},
                          .heartbeat_every = duration(),
                          .unreachable_after = duration()};
    case 1:
      return AgentRefused{draw_error()};
    case 2:
      return AgentResync{text()};
    case 3:
      return HeartbeatEcho{};
    case 4:
      return draw_launch();
    case 5:
      return draw_kill();
    case 6:
      return draw_acknowledge();
    default:
      return FrameworkRemoved{id<FrameworkId>()};
  }
}

FrameworkInfo draw_framework_info() {
  return {.id = maybe_id<FrameworkId>(),
          .name = text(),
          .principal = {text(20)},
          .roles = roles(),
          .failover_timeout = duration(),
          .api_address = text(),
          .kind = text(10),
          .labels = list_of(3, draw_label)};
}

DemandShape draw_shape() {
  return {.name = text(),
          .amounts = draw_amounts(),
          .count = static_cast<std::uint32_t>(below(limits::kDemandCountMax + 1)),
          .constraints = list_of(3,
                                 [] {
                                   return Constraint{.attribute = "a" + text(10),
                                                     .rule = one_of(ConstraintRule::kNotEquals),
                                                     .value = text()};
                                 }),
          .priority = static_cast<std::int32_t>(any_number32()),
          .gang_size = static_cast<std::uint32_t>(below(limits::kDemandCountMax + 1)),
          .per_agent_max = any_number32()};
}

std::vector<OfferId> offer_ids() {
  return list_of(5, [] { return OfferId{any_number()}; });
}

FrameworkToMaster draw_framework_to_master() {
  switch (below(11)) {
    case 0:
      return Subscribe{.framework = draw_framework_info(), .suppressed = roles()};
    case 1:
      return SetDemand{.role = role(), .shapes = list_of(3, draw_shape)};
    case 2:
      return AcceptOffers{
          .offers = offer_ids(),
          .launches =
              list_of(3, [] { return TaskLaunch{.spec = draw_spec(), .attempt = any_number32()}; }),
          .refuse_for = duration()};
    case 3:
      return DeclineOffers{
          .offers = offer_ids(), .refuse_for = duration(), .reason = one_of(DeclineReason::kOther)};
    case 4:
      return Suppress{roles()};
    case 5:
      return Revive{roles()};
    case 6:
      return draw_kill();
    case 7:
      return draw_acknowledge();
    case 8:
      return Reconcile{list_of(4, [] {
        return ReconcileEntry{
            .task = id<TaskId>(), .attempt = any_number32(), .agent = maybe_id<AgentId>()};
      })};
    case 9:
      return FrameworkHeartbeat{};
    default:
      return Teardown{};
  }
}

Offer draw_offer() {
  return {.id = {any_number()},
          .framework = id<FrameworkId>(),
          .role = role(),
          .agent = id<AgentId>(),
          .hostname = text(),
          .http_address = text(),
          .resources = draw_resources(),
          .attributes = draw_attributes(),
          .hold_max = duration()};
}

MasterToFramework draw_master_to_framework() {
  switch (below(9)) {
    case 0:
      return Subscribed{.framework = id<FrameworkId>(),
                        .cluster = id<ClusterId>(),
                        .epoch = {any_number()},
                        .heartbeat_every = duration()};
    case 1:
      return Offers{list_of(4, draw_offer)};
    case 2:
      return Rescind{.offers = offer_ids(), .reason = text()};
    case 3:
      return FrameworkStatusUpdate{draw_status()};
    case 4:
      return AgentLost{.agent = id<AgentId>(), .hostname = text(), .reason = text()};
    case 5:
      return ReconcileDone{};
    case 6:
      return FrameworkRefused{.error = draw_error(), .fatal = coin()};
    case 7:
      return FrameworkResync{text()};
    default:
      return HeartbeatEcho{};
  }
}

RegistryRecord draw_registry_record() {
  switch (below(4)) {
    case 0:
      return ClusterRecord{
          .version = kRegistryVersion, .cluster = id<ClusterId>(), .epoch = {any_number()}};
    case 1:
      return AgentRecord{.id = id<AgentId>(),
                         .hostname = text(),
                         .principal = {text(20)},
                         .standing = one_of(AgentStanding::kGone),
                         .deactivated = coin(),
                         .since = {static_cast<std::int64_t>(any_number())}};
    case 2: {
      FrameworkRecord out{.info = draw_framework_info(), .removed = coin()};
      out.info.id = id<FrameworkId>();
      return out;
    }
    default:
      return WeightRecord{
          .role = role(),
          .weight_milli = 1 + static_cast<std::int64_t>(below(limits::kWeightMilliMax))};
  }
}

CheckpointRecord draw_checkpoint_record() {
  if (below(3) == 0) {
    return IdentityRecord{.version = kCheckpointVersion,
                          .agent = id<AgentId>(),
                          .cluster = maybe_id<ClusterId>(),
                          .epoch_seen = {any_number()},
                          .boot_id = text()};
  }
  TaskRecord out;
  out.launch = draw_launch();
  out.master_session = {any_number()};
  out.epoch = {any_number()};
  out.container = id_text();
  out.phase = one_of(LaunchPhase::kExited);
  out.shim_pid = static_cast<std::int32_t>(below(4'000'000));
  out.shim_start_ticks = any_number();
  out.kill_requested = coin();
  out.kill_reason = one_of(TaskReason::kReconciliation);
  out.update_next = any_number();
  out.unacknowledged = list_of(4, draw_status);
  if (coin()) out.latest = draw_status();
  return out;
}

EnvelopeHeader draw_header() {
  EnvelopeHeader out;
  out.cluster = maybe_id<ClusterId>();
  out.epoch = {any_number()};
  out.session = {1 + below(1'000'000)};
  out.sequence = any_number();
  out.peer = {(coin() ? "agent/" : "framework/") + id_text()};
  out.lease_ns = coin() ? 0 : quantity(0);
  return out;
}

template <class Make>
auto envelope_of(Make make) {
  return rc::gen::exec([make] {
    Envelope<decltype(make())> out;
    out.header = draw_header();
    out.messages = list_of(3, make);
    return out;
  });
}

}  // namespace

rc::Gen<Amounts> amounts() {
  return rc::gen::exec(draw_amounts);
}
rc::Gen<Resources> resources() {
  return rc::gen::exec(draw_resources);
}
rc::Gen<Attributes> attributes() {
  return rc::gen::exec(draw_attributes);
}
rc::Gen<TaskStatus> task_status() {
  return rc::gen::exec(draw_status);
}
rc::Gen<TaskSpec> task_spec() {
  return rc::gen::exec(draw_spec);
}
rc::Gen<FrameworkInfo> framework_info() {
  return rc::gen::exec(draw_framework_info);
}
rc::Gen<DemandShape> demand_shape() {
  return rc::gen::exec(draw_shape);
}
rc::Gen<Offer> offer() {
  return rc::gen::exec(draw_offer);
}

rc::Gen<AgentToMaster> agent_to_master() {
  return rc::gen::exec(draw_agent_to_master);
}
rc::Gen<MasterToAgent> master_to_agent() {
  return rc::gen::exec(draw_master_to_agent);
}
rc::Gen<FrameworkToMaster> framework_to_master() {
  return rc::gen::exec(draw_framework_to_master);
}
rc::Gen<MasterToFramework> master_to_framework() {
  return rc::gen::exec(draw_master_to_framework);
}

rc::Gen<Envelope<AgentToMaster>> agent_to_master_envelope() {
  return envelope_of(draw_agent_to_master);
}
rc::Gen<Envelope<MasterToAgent>> master_to_agent_envelope() {
  return envelope_of(draw_master_to_agent);
}
rc::Gen<Envelope<FrameworkToMaster>> framework_to_master_envelope() {
  return envelope_of(draw_framework_to_master);
}
rc::Gen<Envelope<MasterToFramework>> master_to_framework_envelope() {
  return envelope_of(draw_master_to_framework);
}

rc::Gen<RegistryRecord> registry_record() {
  return rc::gen::exec(draw_registry_record);
}
rc::Gen<CheckpointRecord> checkpoint_record() {
  return rc::gen::exec(draw_checkpoint_record);
}

}  // namespace fairlead::generators
