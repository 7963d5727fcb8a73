// Counters, gauges and histograms of one process, and their Prometheus text for /metrics. Wraps
// prometheus-cpp, which no other file sees. Owned by main(); no global registry. Making a metric
// is for start-up (it locks and looks up); moving one is thread-safe and cheap. References stay
// valid as long as their Metrics. Names carry base units: _seconds, _bytes, _total.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/time.h"

namespace fairlead {

inline constexpr std::size_t kMetricSeriesMax = 1'000;  // label sets per name; more is a mistake

using MetricLabels = std::map<std::string, std::string>;

/// Only grows.
class Counter {
 public:
  virtual ~Counter() = default;
  /// REQUIRES n >= 0.
  virtual void add(std::int64_t n = 1) = 0;
};

/// Goes up and down.
class Gauge {
 public:
  virtual ~Gauge() = default;
  virtual void set(std::int64_t value) = 0;
};

/// Durations, shown in seconds.
class DurationHistogram {
 public:
  virtual ~DurationHistogram() = default;
  virtual void observe(Duration took) = 0;
};

class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  /// The series `name{labels}`, made when it is new. The same name and labels give the same series.
  /// Beyond kMetricSeriesMax label sets of a name everything new goes to one series whose labels'
  /// values are "other". REQUIRES: [a-z_][a-z0-9_]* names, one kind and help per name; a counter
  /// ends in _total, a histogram in _seconds.
  Counter& counter(const std::string& name, const std::string& help,
                   const MetricLabels& labels = {});
  Gauge& gauge(const std::string& name, const std::string& help, const MetricLabels& labels = {});
  /// `bounds`: upper ends of the buckets, ascending; those of the first call for a name count.
  DurationHistogram& histogram(const std::string& name, const std::string& help,
                               const std::vector<Duration>& bounds,
                               const MetricLabels& labels = {});

  /// Prometheus text format 0.0.4. O(series).
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The content type of text().
inline constexpr const char* kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/// 1 ms … 60 s, for requests and launches.
std::vector<Duration> latency_bounds();

}  // namespace fairlead
