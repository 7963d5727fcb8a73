// The judge of golden tests: what it finds, how it says so, and that rewriting is no way to pass.
#include "tests/support/golden_file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temporary_directory.h"

namespace fairlead::test {
namespace {

/// FAIRLEAD_REWRITE as it is here, whatever the caller of this program set.
class Rewriting {
 public:
  explicit Rewriting(const char* value) {
    const char* before = ::getenv("FAIRLEAD_REWRITE");
    if (before != nullptr) before_ = before;
    ::setenv("FAIRLEAD_REWRITE", value, 1);
  }
  ~Rewriting() {
    if (before_.empty()) {
      ::unsetenv("FAIRLEAD_REWRITE");
    } else {
      ::setenv("FAIRLEAD_REWRITE", before_.c_str(), 1);
    }
  }
  Rewriting(const Rewriting&) = delete;
  Rewriting& operator=(const Rewriting&) = delete;

 private:
  std::string before_;
};

class GoldenFile : public ::testing::Test {
 protected:
  void SetUp() override { std::ofstream(path_) << "start\n  one\n"; }

  const fairlead::testing::TemporaryDirectory directory_;
  const std::filesystem::path path_ = directory_.file("golden");
};

TEST(GoldenDifference, SameTextsHaveNone) {
  EXPECT_EQ(describe_difference("a\n  b\n", "a\n  b\n"), "");
  EXPECT_EQ(describe_difference("", ""), "");
}

TEST(GoldenDifference, StandsUnderTheCommandThatCausedIt) {
  EXPECT_EQ(describe_difference("start\n  one\n  two\nstop\n  three\n",
                                "start\n  one\n  2\n  more\nstop\n  three\n"),
            "line 1: start\n"
            "-   two\n"
            "+   2\n"
            "+   more\n");
}

TEST(GoldenDifference, WhatIsNewBehindTheLastTraceBelongsToItsCommand) {
  EXPECT_EQ(describe_difference("start\nstop\n", "start\n  one\nstop\n  two\n"),
            "line 1: start\n+   one\nline 2: stop\n+   two\n");
}

TEST(GoldenDifference, AMissingNewlineAtTheEndIsOne) {
  EXPECT_EQ(describe_difference("a\n", "a"), "line 1: a\n- a\n+ a (no newline)\n");
}

TEST(GoldenDifference, SaysHowMuchItLeavesOut) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "  line " + std::to_string(i) + "\n";
  const std::string text = describe_difference("start\n", "start\n" + many);
  EXPECT_TRUE(text.ends_with("+   line 59\n… and 40 more lines\n")) << text;
}

TEST_F(GoldenFile, IsLeftAloneUnlessRewritingIsAskedFor) {
  const Rewriting off("0");
  EXPECT_TRUE(matches_golden(path_, "start\n  one\n"));
  EXPECT_FALSE(matches_golden(path_, "start\n  two\n"));
  EXPECT_EQ(read_golden(path_), "start\n  one\n");
}

TEST_F(GoldenFile, RewritingFailsOnceAndMatchesAfterwards) {
  const Rewriting on("1");
  EXPECT_FALSE(matches_golden(path_, "start\n  two\n"));
  EXPECT_EQ(read_golden(path_), "start\n  two\n");
  EXPECT_TRUE(matches_golden(path_, "start\n  two\n"));
}

TEST_F(GoldenFile, AMissingFileMatchesNothing) {
  const Rewriting off("0");
  std::filesystem::remove(path_);
  EXPECT_FALSE(matches_golden(path_, "start\n"));
}

}  // namespace
}  // namespace fairlead::test
