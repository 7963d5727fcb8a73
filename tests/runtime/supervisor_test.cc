#include "runtime/adapters/process/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "common/check.h"

namespace fairlead::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// How many lives began; parent and children see the same.
class LifeCount {
 public:
  LifeCount() {
    void* page =
        ::mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check(page != MAP_FAILED, "memory can be shared");
    count_ = static_cast<int*>(page);
  }
  ~LifeCount() { ::munmap(count_, sizeof(int)); }
  LifeCount(const LifeCount&) = delete;
  LifeCount& operator=(const LifeCount&) = delete;

  int begin() { return ++*count_; }
  int value() const { return *count_; }

 private:
  int* count_ = nullptr;
};

class SupervisorTest : public ::testing::Test {
 protected:
  /// `life` gets its number, from 1, and must not return: it ends its process.
  int run(const std::function<void(int number, SupervisorLink& link)>& life) {
    SupervisorOptions options{.program = "test",
                              .silence_max = silence_max,
                              .restart_min = milliseconds(1),
                              .restart_max = milliseconds(2)};
    options.on_death = [this](BytesView note) { notes.emplace_back(note.begin(), note.end()); };
    return supervise(options, [&](SupervisorLink& link) -> int {
      life(lives.begin(), link);
      ::_exit(99);
    });
  }
  static void note(SupervisorLink& link, const std::string& text) {
    link.leave_note(Bytes(text.begin(), text.end()));
  }

  Duration silence_max = seconds(60);
  LifeCount lives;
  std::vector<std::string> notes;
};

TEST_F(SupervisorTest, AChildThatEndsWellEndsTheSupervisor) {
  int result = run([](int, SupervisorLink& link) {
    link.beat();
    note(link, "first");
    note(link, "last");
    ::_exit(0);
  });
  EXPECT_EQ(result, 0);
  EXPECT_EQ(lives.value(), 1);
  EXPECT_THAT(notes, ElementsAre("last"));
}

TEST_F(SupervisorTest, AChildThatIsRefusedAtTheStartIsNotTriedAgain) {
  int result = run([](int, SupervisorLink&) { ::_exit(7); });
  EXPECT_EQ(result, 7);
  EXPECT_EQ(lives.value(), 1);
  EXPECT_THAT(notes, IsEmpty());
}

TEST_F(SupervisorTest, AKilledChildIsStartedAgainAfterItsNoteWasReadOnce) {
  int result = run([](int number, SupervisorLink& link) {
    link.beat();
    note(link, "life " + std::to_string(number));
    if (number == 1) ::raise(SIGKILL);
    if (number == 2) ::_exit(1);
    ::_exit(0);
  });
  EXPECT_EQ(result, 0);
  EXPECT_EQ(lives.value(), 3);
  EXPECT_THAT(notes, ElementsAre("life 1", "life 2", "life 3"));
}

TEST_F(SupervisorTest, AWedgedChildIsKilled) {
  silence_max = milliseconds(50);
  int result = run([](int number, SupervisorLink& link) {
    link.beat();
    while (number == 1) ::pause();
    ::_exit(0);
  });
  EXPECT_EQ(result, 0);
  EXPECT_EQ(lives.value(), 2);
}

TEST_F(SupervisorTest, AStopSignalIsPassedOnAndNothingStartsAgain) {
  const pid_t supervisor = ::getpid();
  int result = run([supervisor](int, SupervisorLink& link) {
    link.beat();
    ::signal(SIGTERM, [](int) { ::_exit(3); });
    ::kill(supervisor, SIGTERM);
    for (;;) ::pause();
  });
  EXPECT_EQ(result, 3);
  EXPECT_EQ(lives.value(), 1);
}

}  // namespace
}  // namespace fairlead::testing
