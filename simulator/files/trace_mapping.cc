#include "simulator/files/trace_mapping.h"

#include <map>
#include <optional>

#include "common/limits.h"
#include "common/parse_units.h"
#include "runtime/adapters/yaml/yaml_read.h"
#include "simulator/files/scenario_yaml.h"

namespace fairlead::scenario {
namespace {

/// Where one property of a job comes from: a column, or one value for all.
struct Source {
  std::optional<std::size_t> column;
  std::string value;
  std::string unit;
};

/// What a property may be measured in; the first one is meant when none is named.
struct Property {
  const char* name;
  std::vector<std::string> units;
  bool is_required = false;
};

const std::vector<Property>& properties() {
  static const std::vector<Property> all = {{"submit", {"s", "ms", "us", "m", "h"}, true},
                                            {"duration", {"s", "ms", "us", "m", "h"}, true},
                                            {"role", {""}, true},
                                            {"tasks", {""}},
                                            {"cpus", {"cores", "milli"}},
                                            {"gpus", {"devices", "milli"}},
                                            {"mem", {"MiB", "B", "KiB", "GiB", "MB", "GB"}},
                                            {"disk", {"MiB", "B", "KiB", "GiB", "MB", "GB"}}};
  return all;
}

using Sources = std::map<std::string, Source>;

Status read_source(const YamlNode& node, const Property& property, const Csv& csv, Source& source) {
  std::string column;
  Status read = read_all(
      [&] {
        return node.expect_keys({"column", "value", "unit"});
      },
      [&] { return node.read("column", column); },
      [&] { return node.read("value", source.value); });
  if (!read) return read;
  if (node.find("column").has_value() == node.find("value").has_value()) {
    return node.error({.what = property.name, .expected = "column or value, one of them"});
  }
  source.unit = property.units.front();
  if (const auto unit = node.find("unit")) {
    const auto word = unit->word(property.units);
    if (!word) return word.error();
    source.unit = *word;
  }
  if (column.empty()) return {};
  const auto place = csv.column(column);
  if (!place) {
    return Error{ErrorCode::kInvalid, node.find("column")->where() + ": " + place.error().message};
  }
  source.column = *place;
  return {};
}

Status read_sources(const YamlNode& root, const Csv& csv, Sources& sources) {
  const auto columns = root.require("columns");
  if (!columns) return columns.error();
  std::vector<std::string> names;
  for (const Property& property : properties()) names.push_back(property.name);
  if (Status known = columns->expect_keys(names); !known) return known;
  for (const Property& property : properties()) {
    const auto node = columns->find(property.name);
    if (!node && property.is_required) return columns->require(property.name).error();
    if (!node) continue;
    if (Status read = read_source(*node, property, csv, sources[property.name]); !read) return read;
  }
  if (sources.contains("cpus") || sources.contains("mem") || sources.contains("gpus")) return {};
  return columns->error({.what = "columns", .expected = "cpus, mem or gpus: what a task needs"});
}

/// The texts of one line, by property.
class Row {
 public:
  Row(const Csv& csv, const Sources& sources, std::size_t row)
      : csv_(csv), sources_(sources), row_(row) {}

  bool has(const char* name) const { return sources_.contains(name); }
  std::string text(const char* name) const {
    const Source& source = sources_.at(name);
    return source.column ? std::string(csv_.cell(row_, *source.column)) : source.value;
  }
  const std::string& unit(const char* name) const { return sources_.at(name).unit; }
  Error error(const char* name, const std::string& expected) const {
    const Source& source = sources_.at(name);
    if (source.column) return csv_.error(row_, *source.column, expected);
    return invalid({.what = std::string("columns: ") + name,
                    .where = {},
                    .expected = expected,
                    .got = source.value,
                    .hint = {}});
  }

  Result<Duration> span(const char* name) const {
    const auto span = parse_duration(text(name) + unit(name));
    if (span && *span <= limits::kTaskDurationMax) return span;
    return error(name, "a number of " + unit(name) + ", at most a year");
  }
  Result<std::int64_t> tasks() const {
    if (!has("tasks")) return std::int64_t{1};
    const auto number = parse_integer(text("tasks"));
    if (number && *number >= 0 && *number <= 1'000'000'000) return number;
    return error("tasks", "0..1000000000");
  }
  Result<RoleName> role() const {
    const std::string name = text("role");
    if (check_role_name(name)) return RoleName{name};
    return error("role", "a role's name: words of letters, digits, '.', '_', '-' joined by '/'");
  }

  Result<Amounts> amounts() const {
    Amounts amounts;
    for (const char* name : kResourceNames) {
      if (!has(name)) continue;
      Result<Amounts> one = amount(name);
      if (!one) return one.error();
      fairlead::add(amounts, *one);
    }
    return amounts;
  }

 private:
  static constexpr const char* kResourceNames[] = {"cpus", "mem", "disk", "gpus"};

  /// By the grammar of resources, which refuses what it would have to round.
  Result<Amounts> amount(const char* name) const {
    const std::string measured = unit(name);
    const std::string number = text(name);
    Result<Amounts> parsed = Amounts{};
    if (measured == "milli") {
      const auto milli = parse_integer(number);
      const bool fits = milli && *milli >= 0 && *milli <= limits::kQuantityMax;
      if (!fits) return error(name, "thousandths, a whole number");
      Amounts amounts;
      amounts.scalars[name[0] == 'c' ? StandardScalar::kCpus : StandardScalar::kGpus] = *milli;
      return amounts;
    }
    const bool is_bytes = name[0] == 'm' || name[0] == 'd';
    parsed = parse_amounts(std::string(name) + ":" + number + (is_bytes ? measured : ""));
    if (parsed) return parsed;
    return error(name, is_bytes ? "a number of " + measured + " in whole KiB"
                                : "a number with at most three decimals");
  }

  const Csv& csv_;
  const Sources& sources_;
  std::size_t row_;
};

Status add_job(const Row& row, TraceBuilder& builder) {
  const auto submit = row.span("submit");
  if (!submit) return submit.error();
  const auto duration = row.span("duration");
  if (!duration) return duration.error();
  const auto role = row.role();
  if (!role) return role.error();
  const auto tasks = row.tasks();
  if (!tasks) return tasks.error();
  const auto amounts = row.amounts();
  if (!amounts) return amounts.error();
  if (amounts->is_zero()) return row.error(row.has("cpus") ? "cpus" : "mem", "some amount");
  builder.add(*role, Instant{} + *submit,
              {{*amounts, static_cast<std::uint64_t>(*tasks), *duration}});
  return {};
}

}  // namespace

Result<Replay> read_mapped_trace(const Csv& csv, const YamlNode& mapping) {
  Replay replay;
  Framework behaviour;
  Sources sources;
  std::int64_t seed = 1;
  const Status read = read_all(
      [&] {
        return mapping.expect_keys(behaviour_keys({"name", "seed", "columns", "agents", "roles"}));
      },
      [&] {
        const auto agents = mapping.require("agents");
        return agents ? Status() : Status(agents.error());
      },
      [&] { return mapping.read("name", replay.scenario.name); },
      [&] { return mapping.read("seed", seed, {.min = 0}); },
      [&] { return read_agents(mapping, replay.scenario.agents); },
      [&] { return read_roles(mapping, replay.scenario.roles); },
      [&] { return read_behaviour(mapping, behaviour); },
      [&] { return read_sources(mapping, csv, sources); });
  if (!read) return read.error();
  replay.scenario.seed = static_cast<std::uint64_t>(seed);
  TraceBuilder builder(behaviour);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    if (Status added = add_job(Row(csv, sources, row), builder); !added) return added.error();
  }
  replay.scenario.frameworks = builder.take_frameworks();
  replay.jobs = builder.take_jobs();
  return replay;
}

}  // namespace fairlead::scenario
