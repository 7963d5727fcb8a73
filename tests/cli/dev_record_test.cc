// The dev cluster's record and the processes that it names.
#include "cli/dev_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cli/start_lock.h"
#include "tests/support/temporary_directory.h"

namespace fairlead::cli {
namespace {

using ::testing::HasSubstr;

class DevRecordTest : public ::testing::Test {
 protected:
  const testing::TemporaryDirectory parent_;
  const std::string dir_ = parent_.file("dev");
};

TEST_F(DevRecordTest, ASecondClusterInTheSameFolderIsRefused) {
  ASSERT_TRUE(create_record(dir_).ok());
  const Status second = create_record(dir_);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_THAT(second.error().message, HasSubstr("already running"));
  EXPECT_THAT(second.error().message, HasSubstr("hint: fairlead dev down"));
}

TEST_F(DevRecordTest, AFolderWithOtherFilesIsNotTaken) {
  std::filesystem::create_directory(dir_);
  std::ofstream(dir_ + "/thesis.txt") << "mine";
  EXPECT_FALSE(create_record(dir_).ok());
  EXPECT_FALSE(std::filesystem::exists(record_path(dir_)));
}

TEST_F(DevRecordTest, WhatWasWrittenIsReadBack) {
  ASSERT_TRUE(create_record(dir_).ok());
  const DevRecord record = {.is_ready = true,
                            .master_endpoint = "tcp://127.0.0.1:1",
                            .master_http = "127.0.0.1:2",
                            .processes = {{.name = "agent-1",
                                           .mark = {.pid = 42, .start_ticks = 4242},
                                           .log_path = "/x",
                                           .cgroup_parent = "fairlead/dev-1-ab",
                                           .detail = "cpus:1"}}};
  ASSERT_TRUE(write_record(dir_, record).ok());
  const Result<DevRecord> read = read_record(dir_);
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read->master_http, "127.0.0.1:2");
  ASSERT_EQ(read->processes.size(), 1u);
  EXPECT_EQ(read->processes[0].mark.start_ticks, 4242u);
  EXPECT_EQ(read->processes[0].cgroup_parent, "fairlead/dev-1-ab");
}

TEST_F(DevRecordTest, AMasterIsWhereItSaidThatItListensLast) {
  std::filesystem::create_directories(dir_ + "/run");
  EXPECT_FALSE(master_address(dir_, "master-1"));
  for (const char* port : {"1", "3"}) {
    std::ofstream(ready_path(dir_, "master-1")) << "tcp://127.0.0.1:2 127.0.0.1:" << port << "\n";
    ASSERT_TRUE(master_address(dir_, "master-1"));
    EXPECT_EQ(master_address(dir_, "master-1")->text(),
              std::string("tcp://127.0.0.1:2 http://127.0.0.1:") + port);
  }
  std::ofstream(ready_path(dir_, "agent-1")) << "agent-1-00000000 127.0.0.1:4\n";
  EXPECT_FALSE(master_address(dir_, "agent-1"));
}

TEST_F(DevRecordTest, AReusedPidIsNotTheSameProcess) {
  std::filesystem::create_directory(dir_);
  const Result<ProcessMark> mark =
      spawn_background({.argv = {"/bin/cat", "/dev/zero"}, .log_path = "/dev/null"});
  ASSERT_TRUE(mark.ok()) << mark.error().message;
  EXPECT_TRUE(is_alive(*mark));
  EXPECT_FALSE(is_alive({.pid = mark->pid, .start_ticks = mark->start_ticks + 1}));
  send_signal(*mark, 9);
  while (!take_end(*mark)) {
  }
  EXPECT_FALSE(is_alive(*mark));
}

TEST_F(DevRecordTest, AStartIsOverWhenAllItStartedRunsItsOwnProgram) {
  std::filesystem::create_directory(dir_);
  EXPECT_TRUE(wait_for_starts(dir_, {})) << "nobody ever began one";
  Result<ProcessMark> mark = Error{ErrorCode::kNotFound, "not started"};
  {
    const StartLock lock(dir_);
    ASSERT_TRUE(lock.status().ok());
    EXPECT_FALSE(StartLock(dir_).status().ok()) << "one at a time";
    mark = spawn_background({.argv = {"/bin/cat", "/dev/zero"}, .log_path = "/dev/null"});
    EXPECT_FALSE(wait_for_starts(dir_, {}));
  }
  ASSERT_TRUE(mark.ok());
  EXPECT_TRUE(wait_for_starts(dir_, {})) << "the lock does not outlive the start in its processes";
  send_signal(*mark, 9);
  while (!take_end(*mark)) {
  }
}

TEST(Spawn, AMissingProgramIsSaidPlainly) {
  const auto mark =
      spawn_background({.argv = {"/nonexistent/fairlead-x"}, .log_path = "/dev/null"});
  ASSERT_FALSE(mark.ok());
  EXPECT_EQ(mark.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(mark.error().message, HasSubstr("hint: build it with scripts/build"));
}

}  // namespace
}  // namespace fairlead::cli
