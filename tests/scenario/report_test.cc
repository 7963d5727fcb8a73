// Reports of a small scenario, whole: text, JSON and the page. FAIRLEAD_REWRITE=1 takes over what
// they are now; read the difference before it is committed.
#include <gtest/gtest.h>

#include "simulator/files/report_json.h"
#include "simulator/files/scenario_yaml.h"
#include "simulator/report/format.h"
#include "simulator/report/report_html.h"
#include "simulator/report/report_text.h"
#include "simulator/report/svg.h"
#include "simulator/scenario/simulation.h"
#include "tests/support/golden_file.h"

namespace fairlead::scenario {
namespace {

const std::string kFolder = FAIRLEAD_SOURCE_DIR "/tests/scenario/golden/";

Report small() {
  const Result<Scenario> scenario = read_scenario(kFolder + "small.yaml");
  EXPECT_TRUE(scenario.ok()) << (scenario.ok() ? "" : scenario.error().message);
  return run(*scenario, *draw_jobs(*scenario));
}

TEST(Report, AsText) {
  EXPECT_TRUE(test::matches_golden(kFolder + "small.txt", text_of(small())));
}

TEST(Report, AsJson) {
  EXPECT_TRUE(test::matches_golden(kFolder + "small.json", json_of(small())));
}

TEST(Report, AsAPageThatNeedsNothingElse) {
  const std::string html = html_of(small());
  EXPECT_TRUE(test::matches_golden(kFolder + "small.html", html));
  for (const char* foreign : {"http:", "https:", "src=", "href=", "<script", "@import", "url("}) {
    EXPECT_EQ(html.find(foreign), std::string::npos) << foreign;
  }
}

TEST(Report, NamesAreTextInAPage) {
  Report report = small();
  report.name = "<b>&\"";
  const std::string html = html_of(report);
  EXPECT_EQ(html.find("<b>"), std::string::npos);
  EXPECT_NE(html.find("&lt;b&gt;&amp;&quot;"), std::string::npos);
}

TEST(Format, SpansHaveThreeDigitsAtMost) {
  EXPECT_EQ(short_span({}), "0s");
  EXPECT_EQ(short_span({999}), "999ns");
  EXPECT_EQ(short_span(milliseconds(350)), "350ms");
  EXPECT_EQ(short_span(milliseconds(12'340)), "12.3s");
  EXPECT_EQ(short_span(seconds(90)), "1.5m");
  EXPECT_EQ(short_span(seconds(3'600 * 36)), "1.5d");
}

TEST(Format, Numbers) {
  EXPECT_EQ(percent(1'000), "100.0%");
  EXPECT_EQ(percent(7), "0.7%");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000'000'000), "1'000'000'000");
  EXPECT_EQ(hex(0xABC), "0000000000000abc");
}

TEST(Svg, ValuesBeyondTheFieldAreCutAndOriginIsBottomLeft) {
  Plot plot{.about = "a plot", .x_max = 100, .y_max = 10};
  plot.lines = {{.name = "line", .points = {{0, 0}, {50, 5}, {100, 99}}}};
  const std::string svg = svg_of(plot);
  EXPECT_NE(svg.find("points=\"58,228 450,120 842,12\""), std::string::npos) << svg;
  EXPECT_NE(svg.find("<title>line</title>"), std::string::npos);
}

}  // namespace
}  // namespace fairlead::scenario
