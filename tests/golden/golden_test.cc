// Every script below tests/golden/ is its own expected output: commands, and indented under each
// everything that it caused. FAIRLEAD_REWRITE=1 takes over what happens now; read the difference
// before it is committed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/adapters/patterns/re2_patterns.h"
#include "simulator/script/agent_script.h"
#include "simulator/script/allocator_script.h"
#include "simulator/script/master_script.h"
#include "tests/batch/batch_script.h"
#include "tests/pods/pods_script.h"
#include "tests/support/golden_file.h"

namespace fairlead {
namespace {

/// A folder of scripts and what runs them.
struct Part {
  const char* folder;
  Result<std::string> (*run)(std::string_view script);
};

Result<std::string> run_allocator(std::string_view script) {
  return run_allocator_script(script, Re2Patterns{});
}
Result<std::string> run_master(std::string_view script) {
  return run_master_script(script, Re2Patterns{});
}

constexpr Part kParts[] = {
    {"agent", run_agent_script},        {"allocator", run_allocator},
    {"batch", batch::run_batch_script}, {"master", run_master},
    {"pods", pods::run_pods_script},
};

std::filesystem::path path_of(const Part& part) {
  return std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/golden" / part.folder;
}

struct Script {
  Part part;
  std::filesystem::path path;
};

void PrintTo(const Part& part, std::ostream* out) {
  *out << part.folder;
}
void PrintTo(const Script& script, std::ostream* out) {
  *out << script.path.string();
}

std::vector<Script> scripts() {
  std::vector<Script> found;
  for (const Part& part : kParts) {
    for (const auto& entry : std::filesystem::directory_iterator(path_of(part))) {
      if (entry.path().extension() == ".script") found.push_back({part, entry.path()});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Script& a, const Script& b) { return a.path < b.path; });
  return found;
}

class GoldenScript : public ::testing::TestWithParam<Script> {};

TEST_P(GoldenScript, DoesWhatItSays) {
  const Script& script = GetParam();
  const std::string expected = test::read_golden(script.path);
  ASSERT_FALSE(expected.empty());
  Result<std::string> actual = script.part.run(expected);
  ASSERT_TRUE(actual.ok()) << script.path.string() << ": " << actual.error().message;
  EXPECT_TRUE(test::matches_golden(script.path, *actual));
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenScript, ::testing::ValuesIn(scripts()), [](const auto& one) {
  return std::string(one.param.part.folder) + "_" + one.param.path.stem().string();
});

class GoldenFolder : public ::testing::TestWithParam<Part> {};

TEST_P(GoldenFolder, HoldsScriptsAndNothingThatNobodyRuns) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path_of(GetParam()))) {
    if (entry.path().filename() == "README.md") continue;
    EXPECT_EQ(entry.path().extension(), ".script") << entry.path() << " is not run";
    ++count;
  }
  EXPECT_GT(count, 0U);
}

TEST_P(GoldenFolder, AnUnknownCommandIsNamedWithItsLine) {
  Result<std::string> run = GetParam().run("# nothing\n\nfrobnicate\n");
  ASSERT_FALSE(run.ok());
  EXPECT_TRUE(run.error().message.starts_with("line 3:")) << run.error().message;
}

INSTANTIATE_TEST_SUITE_P(Golden, GoldenFolder, ::testing::ValuesIn(kParts),
                         [](const auto& one) { return std::string(one.param.folder); });

}  // namespace
}  // namespace fairlead
