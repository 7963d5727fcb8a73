#include "allocator/settings.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/parse_units.h"

namespace fairlead {
namespace {

struct Row {
  const char* name;
  std::string (*print)(const AllocatorConfig& config);
  Status (*read)(AllocatorConfig& config, const std::string& text);
};

Error unreadable(const char* expected, const std::string& got) {
  return invalid({.what = "value", .where = "", .expected = expected, .got = got, .hint = ""});
}

template <Duration AllocatorConfig::*kMember>
constexpr Row span_row(const char* name) {
  return {name, [](const AllocatorConfig& config) { return format_duration(config.*kMember); },
          [](AllocatorConfig& config, const std::string& text) -> Status {
            Result<Duration> span = parse_duration(text);
            if (!span) return span.error();
            config.*kMember = *span;
            return {};
          }};
}

template <std::int64_t AllocatorConfig::*kMember>
constexpr Row number_row(const char* name) {
  return {name, [](const AllocatorConfig& config) { return std::to_string(config.*kMember); },
          [](AllocatorConfig& config, const std::string& text) -> Status {
            Result<std::int64_t> number = parse_integer(text);
            if (!number) return number.error();
            config.*kMember = *number;
            return {};
          }};
}

Status read_seed(AllocatorConfig& config, const std::string& text) {
  const char* end = text.data() + text.size();
  auto read = std::from_chars(text.data(), end, config.seed);
  if (read.ec == std::errc() && read.ptr == end) return {};
  return unreadable("0..2^64-1", text);
}

Status read_mode(AllocatorConfig& config, const std::string& text) {
  if (text != "event" && text != "batch") return unreadable("event or batch", text);
  config.mode = text == "batch" ? AllocationMode::kBatch : AllocationMode::kEvent;
  return {};
}

Status read_placement(AllocatorConfig& config, const std::string& text) {
  Result<Placement> placement = parse_placement(text);
  if (!placement) return placement.error();
  config.placement = *placement;
  return {};
}

Status read_minimum(AllocatorConfig& config, const std::string& text) {
  Result<OfferMinimum> minimum = parse_offer_minimum(text);
  if (!minimum) return minimum.error();
  config.offer_minimum = std::move(*minimum);
  return {};
}

std::string joined(const std::vector<std::string>& parts, char separator) {
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : std::string(1, separator)) + part;
  return text;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

/// "4*cpus:1;mem:2GiB|2*gpus:1": how many that need so much.
std::string print_typical(const AllocatorConfig& config) {
  std::vector<std::string> parts;
  for (const TypicalTask& task : config.typical_tasks) {
    parts.push_back(std::to_string(task.count) + "*" + to_string(task.need, StandardAmounts{}));
  }
  return joined(parts, '|');
}

Status read_typical(AllocatorConfig& config, const std::string& text) {
  std::vector<TypicalTask> tasks;
  for (const std::string& part : split(text, '|')) {
    const std::size_t star = part.find('*');
    if (star == std::string::npos) return unreadable("4*cpus:1;mem:2GiB|2*gpus:1", text);
    Result<std::int64_t> count = parse_integer(part.substr(0, star));
    if (!count) return count.error();
    const std::string amounts = part.substr(star + 1);
    Result<StandardAmounts> need =
        amounts == "none" ? StandardAmounts{} : parse_quota_amounts(amounts, StandardAmounts{});
    if (!need) return need.error();
    tasks.push_back({*need, *count});
  }
  config.typical_tasks = std::move(tasks);
  return {};
}

std::string print_reclaims(const AllocatorConfig& config) {
  std::vector<std::string> kinds;
  if (config.reclaims_for_guarantees) kinds.emplace_back("guarantee");
  if (config.reclaims_for_priorities) kinds.emplace_back("priority");
  if (config.reclaims_for_fairness) kinds.emplace_back("fairness");
  return kinds.empty() ? "none" : joined(kinds, ',');
}

using Config = AllocatorConfig;

constexpr std::array kRows = {
    Row{"seed", [](const Config& c) { return std::to_string(c.seed); }, read_seed},
    Row{"mode",
        [](const Config& c) -> std::string {
          return c.mode == AllocationMode::kBatch ? "batch" : "event";
        },
        read_mode},
    span_row<&Config::interval>("interval"),
    Row{"placement", [](const Config& c) -> std::string { return to_string(c.placement); },
        read_placement},
    Row{"offer_minimum", [](const Config& c) { return to_string(c.offer_minimum); }, read_minimum},
    Row{"fair_share_excluded", [](const Config& c) { return joined(c.fair_share_excluded, ','); },
        [](Config& c, const std::string& text) -> Status {
          c.fair_share_excluded = split(text, ',');
          return {};
        }},
    Row{"region", [](const Config& c) { return c.region; },
        [](Config& c, const std::string& text) -> Status {
          c.region = text;
          return {};
        }},
    Row{"reclaims", print_reclaims,
        [](Config& c, const std::string& text) { return set_reclaims(c, text); }},
    span_row<&Config::reclaim_after>("reclaim_after"),
    span_row<&Config::reclaim_deadline>("reclaim_deadline"),
    number_row<&Config::reclaims_per_role_max>("reclaims_per_role_max"),
    span_row<&Config::backoff_min>("backoff_min"),
    span_row<&Config::backoff_max>("backoff_max"),
    span_row<&Config::filter_max>("filter_max"),
    span_row<&Config::accumulate_after>("accumulate_after"),
    span_row<&Config::accumulate_max>("accumulate_max"),
    span_row<&Config::lease_free>("lease_free"),
    span_row<&Config::lease_doubling>("lease_doubling"),
    span_row<&Config::lease_half_life>("lease_half_life"),
    number_row<&Config::lease_unanswered_max>("lease_unanswered_max"),
    number_row<&Config::turns_per_step_max>("turns_per_step_max"),
    Row{"typical_tasks", print_typical, read_typical},
};

/// A field that no row knows would be missing in every log: naming all of them makes a new one fail
/// to compile here.
[[maybe_unused]] void know_every_field(const Config& config) {
  [[maybe_unused]] const auto& [seed, offer_minimum, backoff_min, backoff_max, filter_max,
                                accumulate_after, accumulate_max, placement, typical_tasks,
                                reclaim_after, reclaim_deadline, for_guarantees, for_priorities,
                                for_fairness, reclaims_per_role_max, mode, interval, excluded,
                                lease_free, lease_doubling, lease_half_life, lease_unanswered_max,
                                turns_per_step_max, region] = config;
}

}  // namespace

std::vector<AllocatorSetting> settings_of(const AllocatorConfig& config) {
  std::vector<AllocatorSetting> settings;
  for (const Row& row : kRows) settings.push_back({row.name, row.print(config)});
  return settings;
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  for (const Row& row : kRows) names.emplace_back(row.name);
  return names;
}

Status set_setting(AllocatorConfig& config, std::string_view name, const std::string& value) {
  const auto* row =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.name == name; });
  const std::string what = "allocator setting " + std::string(name);
  if (row == kRows.end()) {
    return Error{
        ErrorCode::kUnsupported,
        what + ": this version has none of this name; hint: use the version that wrote it"};
  }
  if (Status read = row->read(config, value); !read) {
    return Error{read.error().code, what + ": " + read.error().message};
  }
  return {};
}

Result<AllocatorConfig> config_of(const std::vector<AllocatorSetting>& settings) {
  AllocatorConfig config;
  for (const AllocatorSetting& one : settings) {
    if (Status set = set_setting(config, one.name, one.value); !set) return set.error();
  }
  if (Status valid = validate(config); !valid) return valid.error();
  return config;
}

}  // namespace fairlead
