// The allocator's log of a master: what goes in comes out of the file, and when it cannot be
// written the master is told once and goes on.
#include "master/daemon/allocator_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "schemas/allocator_log.h"
#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

using ::testing::HasSubstr;

class AllocatorLogOfAMaster : public ::testing::Test {
 protected:
  AllocatorRecorder& begun(std::int64_t bytes_max = 1 << 20, std::uint64_t epoch = 3) {
    recorder_.emplace(AllocatorRecorder::Options{.directory = logs_, .bytes_max = bytes_max});
    EXPECT_TRUE(recorder_->prepare().ok());
    recorder_->begin({.cluster = {"c1"}, .epoch = {epoch}}, {1'700'000'000'000}, {});
    return *recorder_;
  }
  void step(std::int64_t at) {
    recorder_->on_allocator_step(Instant{at}, allocation::WeightSet{{"a"}, 2'000}, {});
  }
  /// What the file holds after the recorder ended: how many steps, and why reading ended.
  std::pair<std::uint64_t, std::string> steps_in(const std::string& name) {
    recorder_.reset();
    std::ifstream file(logs_ + "/" + name, std::ios::binary);
    AllocatorLogReader reader([&file](std::span<std::uint8_t> out) {
      file.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
      return static_cast<std::size_t>(file.gcount());
    });
    if (auto start = reader.start(); !start) return {0, start.error().message};
    for (std::uint64_t steps = 0;; ++steps) {
      auto next = reader.next();
      if (!next) return {steps, next.error().message};
      if (!next->has_value()) return {steps, ""};
    }
  }

  testing::TemporaryDirectory directory_;
  std::string logs_ = directory_.file("logs");
  std::optional<AllocatorRecorder> recorder_;
};

using Read = std::pair<std::uint64_t, std::string>;

TEST_F(AllocatorLogOfAMaster, HoldsEveryStepInAFileOfItsEpoch) {
  begun();
  for (std::int64_t at = 1; at <= 1'000; ++at) step(at);
  EXPECT_THAT(recorder_->metrics(), HasSubstr("fairlead_master_allocator_log_recording 1\n"));
  EXPECT_THAT(recorder_->metrics(), HasSubstr("fairlead_master_allocator_log_steps_total 1000\n"));
  struct stat found {};
  ASSERT_EQ(::stat((logs_ + "/allocator-3.log").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  EXPECT_EQ(steps_in("allocator-3.log"), Read(1'000, ""));
}

TEST_F(AllocatorLogOfAMaster, StopsWithWholeRecordsWhenItIsFull) {
  begun(1 << 16);
  for (std::int64_t at = 1; at <= 2'000; ++at) step(at);
  EXPECT_THAT(recorder_->metrics(), HasSubstr("fairlead_master_allocator_log_recording 0\n"));
  const auto [steps, why] = steps_in("allocator-3.log");
  EXPECT_GT(steps, 100U);
  EXPECT_LT(steps, 2'000U);
  EXPECT_EQ(why, "");
  EXPECT_LE(std::filesystem::file_size(logs_ + "/allocator-3.log"), 1U << 16);
}

TEST_F(AllocatorLogOfAMaster, CountsTheLogsOfEarlierEpochs) {
  std::filesystem::create_directory(logs_);
  std::ofstream(logs_ + "/allocator-2.log") << std::string(1 << 16, 'x');
  begun(1 << 16);
  EXPECT_FALSE(std::filesystem::exists(logs_ + "/allocator-3.log"));
  step(1);
  EXPECT_THAT(recorder_->metrics(), HasSubstr("fairlead_master_allocator_log_recording 0\n"));
}

TEST_F(AllocatorLogOfAMaster, NeverWritesIntoAnotherOne) {
  std::filesystem::create_directory(logs_);
  std::ofstream(logs_ + "/allocator-3.log") << "mine";
  begun();
  step(1);
  EXPECT_THAT(recorder_->metrics(), HasSubstr("fairlead_master_allocator_log_recording 0\n"));
  EXPECT_EQ(std::filesystem::file_size(logs_ + "/allocator-3.log"), 4U);
}

TEST_F(AllocatorLogOfAMaster, NeedsADirectory) {
  std::ofstream(logs_) << "a file";
  const Status prepared = AllocatorRecorder({.directory = logs_}).prepare();
  ASSERT_FALSE(prepared.ok());
  EXPECT_THAT(prepared.error().message, HasSubstr("flag --allocator-log: " + logs_));
}

TEST_F(AllocatorLogOfAMaster, IsNothingUnlessAskedFor) {
  AllocatorRecorder off({});
  EXPECT_FALSE(off.is_on());
  EXPECT_TRUE(off.prepare().ok());
  off.begin({}, {}, {});
  EXPECT_EQ(off.metrics(), "");
}

}  // namespace
}  // namespace fairlead
