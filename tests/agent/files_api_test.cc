// A log keeps one offset per byte while its files rotate; nothing outside of the root is read.
#include "agent/daemon/files_api.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/shim/log_file.h"
#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

class LogOffsets : public ::testing::Test {
 protected:
  void SetUp() override {
    sandbox_.reset(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }

  shim::LogFile open_log(std::int32_t files_max) {
    return std::move(shim::LogFile::open(sandbox_.get(), "stdout",
                                         {.file_bytes_max = 10, .files_max = files_max}, -1, -1))
        .value();
  }
  FilePart read(std::int64_t offset, std::int64_t limit = 1'000) const {
    return *read_part({.root = root_, .path = "stdout", .offset = offset, .limit = limit});
  }

  const testing::TemporaryDirectory directory_;
  const std::string& root_ = directory_.path();
  Descriptor sandbox_;
};

TEST_F(LogOffsets, ReadAcrossRotatedFiles) {
  shim::LogFile log = open_log(2);
  log.append("0123456789abcdefghij");
  log.append("KLM");
  const FilePart part = read(8, 7);
  EXPECT_EQ(part.bytes, "89abcde");
  EXPECT_EQ(part.offset, 8);
  EXPECT_EQ(part.size, 23);
}

TEST_F(LogOffsets, StayTheSameWhenTheOldestFileGoes) {
  for (const std::int32_t files_max : {0, 1, 2}) {
    std::filesystem::remove(root_ + "/stdout");
    for (int i = 1; i <= 2; ++i) std::filesystem::remove(root_ + "/stdout." + std::to_string(i));
    std::filesystem::remove(root_ + "/stdout.skipped");
    shim::LogFile log = open_log(files_max);
    std::string all;
    for (int i = 0; i < 57; ++i) {
      const char byte = static_cast<char>('A' + i);
      log.append(std::string(1, byte));
      all += byte;
      const FilePart part = read(0);
      ASSERT_EQ(part.size, static_cast<std::int64_t>(all.size())) << files_max;
      ASSERT_EQ(part.bytes, all.substr(static_cast<std::size_t>(part.offset))) << files_max;
      ASSERT_EQ(read(i).bytes, std::string(1, byte));
    }
    EXPECT_EQ(read(0).offset, 50 - 10 * files_max);
  }
}

TEST_F(LogOffsets, NonsenseFromTheTaskIsNotBelieved) {
  shim::LogFile log = open_log(2);
  log.append("hello");
  std::ofstream(root_ + "/stdout.skipped") << "-9223372036854775808\n";
  EXPECT_EQ(read(0).bytes, "hello");
}

TEST_F(LogOffsets, NothingOutsideOfTheRootIsRead) {
  std::filesystem::create_symlink("/etc/passwd", root_ + "/link");
  for (const char* path : {"../etc/passwd", "/etc/passwd", "link"}) {
    EXPECT_FALSE(read_part({.root = root_, .path = path, .offset = 0, .limit = 10}).ok()) << path;
  }
}

}  // namespace
}  // namespace fairlead
