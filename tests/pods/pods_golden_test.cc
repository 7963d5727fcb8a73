// Every script under tests/golden/pods/ is its own expected output. FAIRLEAD_REWRITE=1 takes over
// what happens now.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/pods/pods_world.h"

namespace fairlead::pods {
namespace {

std::vector<std::filesystem::path> scripts() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/golden/pods")) {
    if (entry.path().extension() == ".txt") {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

class PodsScript : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(PodsScript, RunsAsWritten) {
  std::stringstream expected;
  expected << std::ifstream(GetParam()).rdbuf();
  const std::string actual = run_pods_script(expected.str());
  const char* rewrite = std::getenv("FAIRLEAD_REWRITE");
  if (rewrite != nullptr && std::string(rewrite) == "1") {
    std::ofstream(GetParam()) << actual;
  }
  EXPECT_EQ(expected.str(), actual) << "FAIRLEAD_REWRITE=1 takes over what happens now";
}

INSTANTIATE_TEST_SUITE_P(Golden, PodsScript, testing::ValuesIn(scripts()),
                         [](const auto& each) { return each.param.stem().string(); });

}  // namespace
}  // namespace fairlead::pods
