// Every script under tests/golden/agent/ is its own expected output. FAIRLEAD_REWRITE=1 writes
// what the agent does now into the scripts; read the diff before it is committed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "simulator/script/agent_script.h"

namespace fairlead {
namespace {

std::filesystem::path folder() {
  return std::filesystem::path(FAIRLEAD_SOURCE_DIR) / "tests/golden/agent";
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> scripts() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    if (entry.path().extension() == ".script") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class AgentScript : public testing::TestWithParam<std::string> {};

TEST_P(AgentScript, DoesWhatItSays) {
  std::filesystem::path path = folder() / (GetParam() + ".script");
  std::string expected = read(path);
  ASSERT_FALSE(expected.empty());
  Result<std::string> actual = run_agent_script(expected);
  ASSERT_TRUE(actual.ok()) << path.string() << ": " << actual.error().message;
  const char* rewrite = std::getenv("FAIRLEAD_REWRITE");
  if (rewrite != nullptr && std::string(rewrite) == "1") std::ofstream(path) << *actual;
  EXPECT_EQ(expected, *actual) << "FAIRLEAD_REWRITE=1 takes over what happens now";
}

INSTANTIATE_TEST_SUITE_P(Golden, AgentScript, testing::ValuesIn(scripts()),
                         [](const auto& one) { return one.param; });

TEST(AgentScriptErrors, AnUnknownCommandIsNamedWithItsLine) {
  Result<std::string> run = run_agent_script("# nothing\nstart\nfrobnicate\n");
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().message.substr(0, 7), "line 3:");
}

}  // namespace
}  // namespace fairlead
