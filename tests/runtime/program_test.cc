// What is true of a program as a whole: its ready file and the end of its main().
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "runtime/adapters/process/ready_file.h"
#include "runtime/adapters/process/run_program.h"
#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

using fairlead::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(ReadyFile, HoldsOneLineAndNothingIsLeftBesideIt) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(write_ready_file(directory.file("ready"), "127.0.0.1:80").ok());
  EXPECT_EQ(contents(directory.file("ready")), "127.0.0.1:80\n");
  std::filesystem::directory_iterator entries(directory.path());
  EXPECT_EQ(std::distance(begin(entries), end(entries)), 1);
}

TEST(ReadyFile, ReplacesTheOneOfAnEarlierLife) {
  const TemporaryDirectory directory;
  ASSERT_TRUE(write_ready_file(directory.file("ready"), "old").ok());
  ASSERT_TRUE(write_ready_file(directory.file("ready"), "new").ok());
  EXPECT_EQ(contents(directory.file("ready")), "new\n");
}

TEST(ReadyFile, WithoutAPathNothingIsWritten) {
  EXPECT_TRUE(write_ready_file("", "x").ok());
}

TEST(ReadyFile, AFolderThatIsNotThereIsAnErrorThatNamesTheFlag) {
  const TemporaryDirectory directory;
  const Status written = write_ready_file(directory.file("gone/ready"), "x");
  ASSERT_FALSE(written.ok());
  EXPECT_THAT(written.error().message, HasSubstr("--ready-file"));
}

TEST(RunProgram, EndsWithZeroOrSaysTheErrorAndEndsWithOne) {
  EXPECT_EQ(run_program({.program = "fairlead-test", .log_dir = ""}, [] { return Status(); }), 0);
  CaptureStderr();
  EXPECT_EQ(run_program({.program = "fairlead-test", .log_dir = ""},
                        [] {
                          return Status(Error{ErrorCode::kConflict, "in use"});
                        }),
            1);
  EXPECT_EQ(GetCapturedStderr(), "fairlead-test: in use\n");
}

}  // namespace
}  // namespace fairlead
