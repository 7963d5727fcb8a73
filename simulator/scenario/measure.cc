#include "simulator/scenario/measure.h"

#include <algorithm>

#include "common/check.h"

namespace fairlead::scenario {
namespace {

void add_to(StandardAmounts& sum, const Resources& resources, int sign) {
  const StandardAmounts amounts = scalars(resources).standard;
  for (std::size_t i = 0; i < kStandardScalars; ++i) sum[i] += sign * amounts[i];
}

bool fits(const StandardAmounts& need, const StandardAmounts& free) {
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (need[i] > free[i]) return false;
  }
  return true;
}

}  // namespace

void Measure::add_agent(const Resources& total) {
  free_.push_back(scalars(total).standard);
  add_to(total_, total, 1);
}

void Measure::on_offered(const Resources& resources, int sign) {
  add_to(offered_, resources, sign);
}

void Measure::on_used(std::uint32_t agent, const Resources& resources, int sign) {
  add_to(used_, resources, sign);
  add_to(free_[agent], resources, -sign);
}

void Measure::advance(Instant to) {
  check(to >= now_, "time does not go back");
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    used_time_[i] += static_cast<__int128>(used_[i]) * (to - now_).ns;
  }
  now_ = to;
}

std::int64_t Measure::part_of_total(std::int64_t amount, std::size_t resource,
                                    std::int64_t parts) const {
  if (total_[resource] == 0) return 0;
  return static_cast<std::int64_t>(static_cast<__int128>(amount) * parts / total_[resource]);
}

void Measure::sample(Sample sample, const std::vector<WaitingShape>& waiting) {
  sample.at = now_;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    sample.used[i] = part_of_total(used_[i], i, 1'000);
    sample.offered[i] = part_of_total(offered_[i], i, 1'000);
  }
  samples_.push_back(std::move(sample));
  sample_stranded(waiting);
  if (samples_.size() == kSamplesMax) {
    for (std::size_t i = 1; i < kSamplesMax / 2; ++i) samples_[i] = std::move(samples_[2 * i]);
    samples_.resize(kSamplesMax / 2);
    gap_ = gap_ * 2;
  }
  next_sample_ = samples_.back().at + gap_;
}

void Measure::sample_stranded(const std::vector<WaitingShape>& waiting) {
  if (waiting.empty()) return;
  std::vector<StandardAmounts> sums(waiting.size() + 1);
  for (const StandardAmounts& free : free_) {
    bool fits_any = false;
    for (std::size_t w = 0; w <= waiting.size(); ++w) {
      const bool is_last = w == waiting.size();
      const bool has_room = is_last ? fits_any : fits(waiting[w].need, free);
      fits_any = fits_any || has_room;
      if (has_room) continue;
      for (std::size_t i = 0; i < kStandardScalars; ++i) sums[w][i] += free[i];
    }
  }
  for (std::size_t w = 0; w < sums.size(); ++w) {
    StrandedSum& sum = w == waiting.size() ? stranded_.back() : stranded_[waiting[w].number];
    ++sum.moments;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      sum.per_million[i] += part_of_total(sums[w][i], i, 1'000'000);
    }
  }
}

Stranded Measure::mean_of(const StrandedSum& sum, const std::string& name) const {
  Stranded mean{.shape = name, .moments = sum.moments};
  if (sum.moments == 0) return mean;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    mean.free[i] = sum.per_million[i] / 1'000 / static_cast<std::int64_t>(sum.moments);
  }
  return mean;
}

void Measure::finish(Report& report, const std::vector<std::string>& shape_names) {
  report.end = now_;
  report.agents = free_.size();
  report.total = total_;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    const __int128 whole = static_cast<__int128>(total_[i]) * now_.ns;
    if (whole > 0) report.used_mean[i] = static_cast<std::int64_t>(used_time_[i] * 1'000 / whole);
  }
  report.shares_mean.assign(report.roles.size(), 0);
  for (std::size_t r = 0; r < report.roles.size(); ++r) {
    for (const Sample& sample : samples_) report.shares_mean[r] += sample.shares[r];
    report.shares_mean[r] /= std::max<std::int64_t>(1, static_cast<std::int64_t>(samples_.size()));
  }
  for (std::size_t s = 0; s < shape_names.size(); ++s) {
    if (stranded_[s].moments > 0) report.stranded.push_back(mean_of(stranded_[s], shape_names[s]));
  }
  report.stranded_by_all = mean_of(stranded_.back(), "all of them");
  report.samples = std::move(samples_);
}

}  // namespace fairlead::scenario
