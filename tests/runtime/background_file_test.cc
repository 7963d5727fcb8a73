// A file that grows without its writer waiting: whole, bounded, and it says when the disk refuses.
#include "runtime/adapters/files/background_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/support/temporary_directory.h"

namespace fairlead {
namespace {

class GrowingFile : public ::testing::Test {
 protected:
  std::unique_ptr<BackgroundFile> made(std::uint64_t bytes_max, std::size_t waiting_bytes_max) {
    auto file = BackgroundFile::create(
        {.path = path_, .bytes_max = bytes_max, .waiting_bytes_max = waiting_bytes_max});
    EXPECT_TRUE(file.ok());
    return std::move(*file);
  }
  std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  testing::TemporaryDirectory directory_;
  std::string path_ = directory_.file("log");
};

Bytes filled(std::size_t size, char with) {
  return Bytes(size, static_cast<std::uint8_t>(with));
}

TEST_F(GrowingFile, HoldsAllThatWasAppendedOnceItIsClosed) {
  auto file = made(1 << 20, 1 << 20);
  std::string expected;
  for (char c = 'a'; c <= 'z'; ++c) {
    ASSERT_TRUE(file->append(filled(10'000, c)).ok());
    expected += std::string(10'000, c);
  }
  EXPECT_EQ(file->bytes(), expected.size());
  file.reset();
  EXPECT_EQ(content(), expected);
}

TEST_F(GrowingFile, TakesNothingAnyMoreOnceSomethingWasTooLarge) {
  auto file = made(100, 1 << 20);
  ASSERT_TRUE(file->append(filled(90, 'a')).ok());
  EXPECT_EQ(file->append(filled(11, 'b')).error().code, ErrorCode::kExhausted);
  EXPECT_EQ(file->append(filled(1, 'c')).error().code, ErrorCode::kExhausted);
  file.reset();
  EXPECT_EQ(content(), std::string(90, 'a'));
}

TEST_F(GrowingFile, DoesNotLetMoreWaitThanItMay) {
  auto file = made(1 << 20, 100);
  EXPECT_EQ(file->append(filled(101, 'a')).error().code, ErrorCode::kExhausted);
}

TEST_F(GrowingFile, IsNeverOneThatWasThere) {
  std::ofstream(path_) << "mine";
  auto file = BackgroundFile::create({.path = path_, .bytes_max = 1, .waiting_bytes_max = 1});
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().code, ErrorCode::kConflict);
}

TEST_F(GrowingFile, SaysThatTheDiskRefused) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto* handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 4'096, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  auto file = made(1 << 20, 1 << 20);
  ASSERT_TRUE(file->append(filled(8'192, 'a')).ok());
  Status refused;
  while (refused.ok()) {  // the suite's limit of time ends it
    refused = file->append({});
    std::this_thread::yield();
  }
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  file.reset();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
}

}  // namespace
}  // namespace fairlead
