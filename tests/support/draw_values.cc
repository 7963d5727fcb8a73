#include "tests/support/draw_values.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/draw.h"

namespace fairlead::generators {
namespace {

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

ExitStatus draw_exit() {
  auto number = static_cast<std::int32_t>(below(300));
  if (coin()) return {.code = number, .signal = std::nullopt};
  return {.code = std::nullopt, .signal = number};
}

}  // namespace

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

TaskStatus draw_status() {
  TaskStatus out;
  out.framework = id<FrameworkId>();
  out.task = id<TaskId>();
  out.attempt = any_number32();
  out.agent = id<AgentId>();
  out.state = one_of(TaskState::kUnknown);
  out.reason = one_of(TaskReason::kGangAborted);
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
  out.priority = static_cast<std::int32_t>(any_number32());
  return out;
}

Error draw_error() {
  return {.code = one_of(ErrorCode::kUnsupported), .message = text(100)};
}

}  // namespace fairlead::generators
