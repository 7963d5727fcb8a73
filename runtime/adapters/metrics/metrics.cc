#include "runtime/adapters/metrics/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <string_view>

#include "common/check.h"

namespace fairlead {
namespace {

double seconds_of(Duration d) {
  return static_cast<double>(d.ns) / 1e9;
}

class RealCounter final : public Counter {
 public:
  explicit RealCounter(prometheus::Counter& real) : real_(real) {}
  void add(std::int64_t n) override {
    check(n >= 0, "a counter only grows");
    real_.Increment(static_cast<double>(n));
  }

 private:
  prometheus::Counter& real_;
};

class RealGauge final : public Gauge {
 public:
  explicit RealGauge(prometheus::Gauge& real) : real_(real) {}
  void set(std::int64_t value) override { real_.Set(static_cast<double>(value)); }

 private:
  prometheus::Gauge& real_;
};

class RealHistogram final : public DurationHistogram {
 public:
  explicit RealHistogram(prometheus::Histogram& real) : real_(real) {}
  void observe(Duration took) override { real_.Observe(seconds_of(took)); }

 private:
  prometheus::Histogram& real_;
};

bool is_metric_name(std::string_view name) {
  if (name.empty() || (name.front() >= '0' && name.front() <= '9')) return false;
  for (char c : name) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

bool ends_in(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// All series of one kind by name and labels.
template <class Interface>
using Series = std::map<std::string, std::map<MetricLabels, std::unique_ptr<Interface>>>;

template <class Interface, class Make>
Interface& find_or_make(Series<Interface>& all, const std::string& name, MetricLabels labels,
                        Make make) {
  auto& of_name = all[name];
  if (of_name.count(labels) == 0 && of_name.size() >= kMetricSeriesMax) {
    for (auto& [label, value] : labels) value = "other";
  }
  auto& series = of_name[labels];
  if (series == nullptr) series = make(labels);
  return *series;
}

}  // namespace

struct Metrics::Impl {
  std::mutex mutex;
  prometheus::Registry registry;
  Series<Counter> counters;
  Series<Gauge> gauges;
  Series<DurationHistogram> histograms;
  std::map<std::string, std::vector<double>> bounds;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter& Metrics::counter(const std::string& name, const std::string& help,
                          const MetricLabels& labels) {
  check(is_metric_name(name) && ends_in(name, "_total"), "a counter's name ends in _total");
  const std::lock_guard lock(impl_->mutex);
  return find_or_make(impl_->counters, name, labels, [&](const MetricLabels& real) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry);
    return std::make_unique<RealCounter>(family.Add(real));
  });
}

Gauge& Metrics::gauge(const std::string& name, const std::string& help,
                      const MetricLabels& labels) {
  check(is_metric_name(name) && !ends_in(name, "_total"), "a gauge's name does not end in _total");
  const std::lock_guard lock(impl_->mutex);
  return find_or_make(impl_->gauges, name, labels, [&](const MetricLabels& real) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
    return std::make_unique<RealGauge>(family.Add(real));
  });
}

DurationHistogram& Metrics::histogram(const std::string& name, const std::string& help,
                                      const std::vector<Duration>& bounds,
                                      const MetricLabels& labels) {
  check(is_metric_name(name) && ends_in(name, "_seconds"), "a histogram's name ends in _seconds");
  const std::lock_guard lock(impl_->mutex);
  std::vector<double>& ends = impl_->bounds[name];
  if (ends.empty()) {
    for (Duration bound : bounds) ends.push_back(seconds_of(bound));
  }
  return find_or_make(impl_->histograms, name, labels, [&](const MetricLabels& real) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry);
    return std::make_unique<RealHistogram>(family.Add(real, ends));
  });
}

std::string Metrics::text() const {
  const std::lock_guard lock(impl_->mutex);
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

std::vector<Duration> latency_bounds() {
  std::vector<Duration> out;
  for (std::int64_t ms :
       {1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000, 10'000, 30'000, 60'000}) {
    out.push_back(milliseconds(ms));
  }
  return out;
}

}  // namespace fairlead
