#include "simulator/openb/trace.h"

#include <algorithm>

#include "allocator/typical.h"
#include "common/devices.h"
#include "common/limits.h"
#include "simulator/csv/csv.h"

namespace fairlead::openb {
namespace {

constexpr std::int64_t kCpuMilliMax = 1'000'000'000;
constexpr std::int64_t kMemoryMibMax = 1'000'000'000;
constexpr std::int64_t kKibPerMib = 1'024;
constexpr std::int64_t kPercentMax = 100;
constexpr auto kDevicesMost = static_cast<std::int64_t>(limits::kDevicesMax);

/// Reads a row of a table; remembers the first mistake.
class Reader {
 public:
  Reader(const Csv& table, std::vector<std::string> names) : table_(table) {
    for (const std::string& name : names) {
      Result<std::size_t> at = table.column(name);
      if (!at && !error_) error_ = at.error();
      columns_[name] = at ? *at : 0;
    }
  }
  std::int64_t number(std::size_t row, const std::string& name, std::int64_t most) {
    if (error_) return 0;
    Result<std::int64_t> read = table_.number(row, columns_[name], most);
    if (read) return *read;
    error_ = read.error();
    return 0;
  }
  std::string text(std::size_t row, const std::string& name) {
    return error_ ? "" : std::string(table_.cell(row, columns_[name]));
  }
  void refuse(std::size_t row, const std::string& name, std::string expected) {
    if (!error_) error_ = table_.error(row, columns_[name], std::move(expected));
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  const Csv& table_;
  std::map<std::string, std::size_t> columns_;
  std::optional<Error> error_;
};

Amounts amounts_of(std::int64_t cpu_milli, std::int64_t memory_mib, std::int64_t gpu_milli) {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = cpu_milli;
  amounts.scalars[StandardScalar::kMem] = memory_mib * kKibPerMib;
  amounts.scalars[StandardScalar::kGpus] = gpu_milli;
  return amounts;
}

/// "95.3" in hundredths.
std::optional<std::int64_t> hundredths(const std::string& text) {
  Result<Amounts> read = parse_amounts("value:" + text);
  if (!read || read->scalars.custom.empty()) return std::nullopt;
  std::int64_t milli = read->scalars.custom[0].milli;
  if (milli % 10 != 0 || milli > kPercentMax * 1'000) return std::nullopt;
  return milli / 10;
}

}  // namespace

Result<std::vector<Node>> read_nodes(std::string_view text, std::string name) {
  Result<Csv> table = Csv::parse(std::string(text), std::move(name));
  if (!table) return table.error();
  Reader reader(*table, {"node", "cpu_milli", "memory_mib", "gpus", "gpu_model"});
  std::vector<Node> nodes;
  for (std::size_t row = 0; row < table->rows() && !reader.error(); ++row) {
    const std::int64_t gpus = reader.number(row, "gpus", kDevicesMost);
    Amounts total =
        amounts_of(reader.number(row, "cpu_milli", kCpuMilliMax),
                   reader.number(row, "memory_mib", kMemoryMibMax), gpus * kDeviceMilli);
    if (gpus == 0) continue;
    total.ranges.push_back(on_device(0, gpus * kDeviceMilli));
    nodes.push_back({.name = reader.text(row, "node"),
                     .gpu_model = reader.text(row, "gpu_model"),
                     .total = plain(std::move(total)),
                     .gpu_milli = gpus * kDeviceMilli});
  }
  if (reader.error()) return *reader.error();
  if (!nodes.empty()) return nodes;
  return Error{ErrorCode::kInvalid, "nodes: expected some with GPUs, got none"};
}

Result<std::vector<Pod>> read_pods(std::string_view text, std::string name) {
  Result<Csv> table = Csv::parse(std::string(text), std::move(name));
  if (!table) return table.error();
  Reader reader(*table, {"cpu_milli", "memory_mib", "num_gpu", "gpu_milli", "gpu_spec"});
  std::vector<Pod> pods;
  for (std::size_t row = 0; row < table->rows() && !reader.error(); ++row) {
    const std::int64_t count = reader.number(row, "num_gpu", kDevicesMost);
    const std::int64_t share = reader.number(row, "gpu_milli", kDeviceMilli);
    if (count == 1 && share == 0) reader.refuse(row, "gpu_milli", "1..1000, as num_gpu is 1");
    Pod pod;
    pod.want = amounts_of(reader.number(row, "cpu_milli", kCpuMilliMax),
                          reader.number(row, "memory_mib", kMemoryMibMax),
                          count == 1 ? share : count * kDeviceMilli);
    pod.gpu_model = reader.text(row, "gpu_spec");
    if (pod.gpu_model.find('|') != std::string::npos) {
      reader.refuse(row, "gpu_spec", "one model, or none: a demand names one value");
    }
    if (pod.want.is_zero()) reader.refuse(row, "cpu_milli", "that the pod wants something");
    pods.push_back(std::move(pod));
  }
  if (reader.error()) return *reader.error();
  const bool has_gpus =
      std::any_of(pods.begin(), pods.end(), [](const Pod& pod) { return pod.gpu_milli() > 0; });
  if (has_gpus) return pods;
  return Error{ErrorCode::kInvalid, "pods: expected some that want GPUs, got none"};
}

Result<Published> read_published(std::string_view text, std::string name) {
  Result<Csv> table = Csv::parse(std::string(text), std::move(name));
  if (!table) return table.error();
  constexpr const char* kLast = "alloc_pct_at_130";
  Reader reader(*table, {"policy", "seed", kLast});
  Published published;
  for (std::size_t row = 0; row < table->rows() && !reader.error(); ++row) {
    std::optional<std::int64_t> percent = hundredths(reader.text(row, kLast));
    if (!percent) reader.refuse(row, kLast, "0..100 with at most two decimals");
    auto seed = static_cast<std::uint64_t>(reader.number(row, "seed", 1'000'000'000));
    published[reader.text(row, "policy")][seed] = percent.value_or(0);
  }
  if (reader.error()) return *reader.error();
  return published;
}

std::vector<TypicalTask> typical_tasks(const std::vector<Pod>& pods) {
  std::map<StandardAmounts, std::int64_t> counts;
  for (const Pod& pod : pods) ++counts[pod.want.scalars.standard];
  std::vector<TypicalTask> tasks;
  for (const auto& [need, count] : counts)
    tasks.push_back({need, std::min<std::int64_t>(count, 1 << 16)});
  std::stable_sort(tasks.begin(), tasks.end(),
                   [](const TypicalTask& a, const TypicalTask& b) { return a.count > b.count; });
  if (tasks.size() > allocation::kTypicalTasksMax) tasks.resize(allocation::kTypicalTasksMax);
  return tasks;
}

}  // namespace fairlead::openb
