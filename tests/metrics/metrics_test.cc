#include "runtime/adapters/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace fairlead {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, CountersGaugesAndHistogramsAreWrittenInBaseUnits) {
  Metrics metrics;
  metrics.counter("fairlead_offers_total", "Offers sent", {{"role", "ads"}}).add(3);
  metrics.gauge("fairlead_agents", "Agents").set(7);
  auto& histogram =
      metrics.histogram("fairlead_launch_seconds", "Launches", {milliseconds(10), seconds(1)});
  histogram.observe(milliseconds(5));
  histogram.observe(seconds(2));
  const std::string text = metrics.text();
  EXPECT_THAT(
      text,
      HasSubstr("# TYPE fairlead_offers_total counter\nfairlead_offers_total{role=\"ads\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("fairlead_agents 7\n"));
  EXPECT_THAT(text, HasSubstr("fairlead_launch_seconds_bucket{le=\"0.01\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("fairlead_launch_seconds_count 2\n"));
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameSeries) {
  Metrics metrics;
  Counter& first = metrics.counter("x_total", "X", {{"a", "1"}});
  EXPECT_EQ(&first, &metrics.counter("x_total", "X", {{"a", "1"}}));
  EXPECT_NE(&first, &metrics.counter("x_total", "X", {{"a", "2"}}));
}

TEST(Metrics, LabelSetsAreBounded) {
  Metrics metrics;
  for (std::size_t i = 0; i < 2 * kMetricSeriesMax; ++i) {
    metrics.counter("x_total", "X", {{"id", std::to_string(i)}}).add();
  }
  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("x_total{id=\"other\"} 1000\n"));
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), static_cast<long>(kMetricSeriesMax) + 3);
}

}  // namespace
}  // namespace fairlead
