#include "simulator/files/jobs_yaml.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "common/edit_distance.h"
#include "common/limits.h"
#include "common/parse_units.h"
#include "runtime/adapters/yaml/yaml_read.h"
#include "simulator/files/scenario_yaml.h"

namespace fairlead::scenario {
namespace {

constexpr std::uint64_t kTasksMax = 1'000'000'000;  // of one shape in one job

struct Range {
  std::string least;
  std::string most;
};

/// "A..B", nullopt for a text without dots.
std::optional<Range> split_range(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) return std::nullopt;
  return Range{text.substr(0, dots), text.substr(dots + 2)};
}

/// How long the longest draw of the law may be.
bool is_bounded(const SpanLaw& law) {
  const std::int64_t most = law.law == Law::kUniform ? law.most.ns : law.least.ns;
  return most <= limits::kDurationNsMax / (law.law == Law::kExponential ? 45 : 1);
}

Status read_uniform(const YamlNode& node, SpanLaw& law) {
  const auto text = node.text();
  if (!text) return text.error();
  const auto range = split_range(*text);
  const auto least = parse_duration(range ? range->least : "");
  const auto most = parse_duration(range ? range->most : "");
  if (!least || !most || *most < *least) {
    return node.error({.what = "uniform", .expected = "a range like 10s..20s", .got = *text});
  }
  law = {.law = Law::kUniform, .least = *least, .most = *most};
  return {};
}

Status read_count(const YamlNode& node, CountLaw& count) {
  const auto text = node.text();
  if (!text) return text.error();
  const auto range = split_range(*text);
  const auto least = parse_integer(range ? range->least : *text);
  const auto most = parse_integer(range ? range->most : *text);
  if (!least || !most || *least < 1 || *most < *least ||
      *most > static_cast<std::int64_t>(kTasksMax)) {
    return node.error({.what = "tasks",
                       .expected = "a number or a range like 1..10, up to 1000000000",
                       .got = *text});
  }
  count = {.least = static_cast<std::uint64_t>(*least), .most = static_cast<std::uint64_t>(*most)};
  return {};
}

Status read_tasks(const YamlNode& node, const std::vector<Shape>& shapes, Arrivals& arrivals) {
  std::vector<std::string> names;
  for (const Shape& shape : shapes) names.push_back(shape.name);
  const auto tasks = node.require("tasks");
  if (!tasks) return tasks.error();
  if (Status known = tasks->expect_keys(names); !known) return known;
  if (tasks->keys().empty()) return tasks->error({.what = "tasks", .expected = "a shape: number"});
  return read_entries(node, "tasks", [&](const std::string& name, const YamlNode& number) {
    const auto place = std::find(names.begin(), names.end(), name) - names.begin();
    arrivals.tasks.push_back({.shape = static_cast<std::uint32_t>(place), .count = {}});
    return read_count(number, arrivals.tasks.back().count);
  });
}

Status read_at(const YamlNode& node, Arrivals& arrivals) {
  const auto at = node.find("at");
  if (!at) return {};
  const auto one = at->is_list() ? at->items() : Result<std::vector<YamlNode>>({*at});
  if (!one) return one.error();
  for (const YamlNode& time : *one) {
    const auto span = time.duration();
    if (!span) return span.error();
    arrivals.at.push_back(Instant{} + *span);
  }
  std::sort(arrivals.at.begin(), arrivals.at.end());
  return {};
}

Status read_gap(const YamlNode& node, Arrivals& arrivals) {
  const bool is_regular = node.find("every").has_value();
  arrivals.is_poisson = node.find("poisson").has_value();
  if (is_regular && arrivals.is_poisson) {
    return node.error_at_key("poisson", {.what = "every and poisson",
                                         .expected = "one of them",
                                         .got = "",
                                         .hint = "write two entries in the list of jobs"});
  }
  if (!is_regular && !arrivals.is_poisson) {
    if (!arrivals.at.empty()) return {};
    return node.error({.what = "jobs", .expected = "one of at, every, poisson"});
  }
  const char* key = is_regular ? "every" : "poisson";
  if (Status read = node.read(key, arrivals.gap); !read) return read;
  const bool fits = arrivals.gap >= microseconds(1) && arrivals.gap <= limits::kTaskDurationMax;
  if (fits) return {};
  return node.find(key)->error(
      {.what = "out of range", .expected = "1us..365d", .got = format_duration(arrivals.gap)});
}

Status read_instant(const YamlNode& node, const char* key, Instant& target) {
  if (!node.find(key)) return {};
  Duration span;
  if (Status read = node.read(key, span); !read) return read;
  target = Instant{} + span;
  return {};
}

Status read_where(const YamlNode& node, Shape& shape) {
  return read_entries(node, "where", [&](const std::string& name, const YamlNode& value) {
    const auto text = value.text();
    if (!text) return Status(text.error());
    shape.constraints.push_back(
        {.attribute = name, .rule = ConstraintRule::kEquals, .value = *text});
    return Status();
  });
}

}  // namespace

Status read_span(const YamlNode& parent, std::string_view key, SpanLaw& law) {
  const auto node = parent.find(key);
  if (!node) return {};
  Status read;
  if (!node->is_map()) {
    law = {};
    read = parent.read(key, law.least);
  } else {
    read = node->expect_keys({"uniform", "exponential"});
    const auto uniform = node->find("uniform");
    const auto mean = node->find("exponential");
    if (read.ok() && uniform.has_value() == mean.has_value()) {
      return node->error({.what = std::string(key), .expected = "uniform or exponential"});
    }
    if (read.ok() && uniform) read = read_uniform(*uniform, law);
    if (read.ok() && mean) {
      law = {.law = Law::kExponential, .least = {}, .most = {}};
      read = node->read("exponential", law.least);
    }
  }
  if (!read.ok() || is_bounded(law)) return read;
  return node->error({.what = std::string(key), .expected = "at most a hundred years"});
}

Status read_shape(const YamlNode& node, Shape& shape) {
  return read_all(
      [&] {
        return node.expect_keys(
            {"name", "resources", "duration", "priority", "per_agent_max", "where"});
      },
      [&] {
        const auto name = node.require("name");
        return name ? node.read("name", shape.name) : Status(name.error());
      },
      [&] {
        const auto resources = node.require("resources");
        return resources ? read_amounts(*resources, shape.amounts) : Status(resources.error());
      },
      [&] {
        const auto duration = node.require("duration");
        return duration ? read_span(node, "duration", shape.duration) : Status(duration.error());
      },
      [&] {
        return read_integer(node, "priority", shape.priority,
                            {.min = -1'000'000, .max = 1'000'000});
      },
      [&] {
        return read_integer(node, "per_agent_max", shape.per_agent_max,
                            {.min = 0, .max = limits::kDemandCountMax, .unit = "tasks"});
      },
      [&] { return read_where(node, shape); });
}

Status read_arrivals(const YamlNode& node, const std::vector<Shape>& shapes, Arrivals& arrivals) {
  return read_all(
      [&] {
        return node.expect_keys({"at", "every", "poisson", "from", "until", "count", "tasks"});
      },
      [&] { return read_at(node, arrivals); }, [&] { return read_gap(node, arrivals); },
      [&] { return read_instant(node, "from", arrivals.from); },
      [&] { return read_instant(node, "until", arrivals.until); },
      [&] {
        return read_integer(node, "count", arrivals.count,
                            {.min = 1, .max = std::int64_t{kJobsMax}, .unit = "jobs"});
      },
      [&] { return read_tasks(node, shapes, arrivals); });
}

}  // namespace fairlead::scenario
