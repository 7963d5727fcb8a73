#include "simulator/files/swim.h"

#include <algorithm>
#include <array>

namespace fairlead::scenario {
namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kMapBytes = 64 * kMiB;      // a block of the file system of that time
constexpr std::int64_t kReduceBytes = 256 * kMiB;  // of shuffled data
constexpr std::int64_t kBytesPerSecond = 10 * kMiB;
constexpr Duration kTaskOverhead = seconds(5);  // start and end of one task
constexpr std::uint64_t kSmallMapsMax = 10;
constexpr std::uint64_t kMediumMapsMax = 1'000;
constexpr std::int64_t kColumnBytesMax = std::int64_t{1} << 52;  // of one column

std::int64_t rounded_up(std::int64_t bytes, std::int64_t piece) {
  return bytes / piece + (bytes % piece > 0 ? 1 : 0);
}

/// Of one of `tasks` that read or write `bytes` together.
Duration duration_of(std::int64_t bytes, std::uint64_t tasks) {
  if (tasks == 0) return {};
  const std::int64_t each = bytes / static_cast<std::int64_t>(tasks);
  const auto ns = static_cast<__int128>(each) * seconds(1).ns / kBytesPerSecond;
  return kTaskOverhead + Duration{static_cast<std::int64_t>(ns)};
}

Amounts one_core_and(std::int64_t mem_gib) {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = 1'000;
  amounts.scalars[StandardScalar::kMem] = mem_gib << 20;
  return amounts;
}

}  // namespace

SwimJob swim_job(const SwimBytes& bytes) {
  SwimJob job;
  job.maps =
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, rounded_up(bytes.map_input, kMapBytes)));
  job.map_duration = duration_of(bytes.map_input, job.maps);
  const std::int64_t reduced = std::max(bytes.shuffle, bytes.reduce_output);
  job.reduces = static_cast<std::uint64_t>(rounded_up(bytes.shuffle, kReduceBytes));
  job.reduce_duration = duration_of(reduced, job.reduces);
  job.role.text = job.maps <= kSmallMapsMax    ? "small"
                  : job.maps <= kMediumMapsMax ? "medium"
                                               : "large";
  return job;
}

Result<Replay> read_swim(const Csv& csv, const SwimOptions& options) {
  std::array<std::size_t, 4> columns{};
  const char* names[] = {"submit_s", "map_input_bytes", "shuffle_bytes", "reduce_output_bytes"};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Result<std::size_t> column = csv.column(names[i]);
    if (!column) return column.error();
    columns[i] = *column;
  }
  Framework behaviour;
  behaviour.policy = options.policy;
  TraceBuilder builder(behaviour);
  for (std::size_t row = 0; row < csv.rows(); ++row) {
    std::array<std::int64_t, 4> values{};
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Result<std::int64_t> value = csv.number(row, columns[i]);
      if (!value) return value.error();
      if (*value > kColumnBytesMax || (i == 0 && *value > 1'000'000'000)) {
        return csv.error(row, columns[i], i == 0 ? "at most 1000000000 s" : "at most 2^52 bytes");
      }
      values[i] = *value;
    }
    const SwimJob job = swim_job({values[1], values[2], values[3]});
    builder.add(job.role, Instant{} + seconds(values[0]),
                {{one_core_and(1), job.maps, job.map_duration},
                 {one_core_and(2), job.reduces, job.reduce_duration}});
  }
  Replay replay;
  replay.scenario.name = "SWIM";
  replay.scenario.seed = options.seed;
  replay.scenario.agents = {
      {.name = "agent", .count = options.agents, .total = options.agent_total, .attributes = {}}};
  replay.scenario.frameworks = builder.take_frameworks();
  replay.jobs = builder.take_jobs();
  return replay;
}

}  // namespace fairlead::scenario
