// The parts of the master's process that bound its memory.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/limits.h"
#include "master/daemon/event_history.h"
#include "master/daemon/memory_trim.h"

namespace fairlead {
namespace {

Instant at_ms(std::int64_t ms) {
  return Instant{} + milliseconds(ms);
}

struct Trims {
  int count = 0;
  MemoryTrim trim{[this] { ++count; }};

  void step(std::int64_t ms, std::uint64_t messages) {
    if (at_ms(ms) >= trim.next_deadline()) trim.on_time(at_ms(ms), messages);
    trim.after_round(at_ms(ms), messages);
  }
};

TEST(MemoryTrim, WaitsForTheEndOfTheBurst) {
  Trims trims;
  for (int i = 1; i <= 20; ++i) trims.step(i * 100, static_cast<std::uint64_t>(i) * 4'000);
  EXPECT_EQ(trims.count, 0) << "while it lasts";
  for (int i = 21; i <= 40; ++i) trims.step(i * 100, 80'000 + static_cast<std::uint64_t>(i));
  EXPECT_EQ(trims.count, 1);
  EXPECT_TRUE(trims.trim.next_deadline().is_never()) << "nothing to look at";
}

TEST(MemoryTrim, FewMessagesNeverTrim) {
  Trims trims;
  for (int i = 1; i <= 4'000; ++i) trims.step(i * 100, static_cast<std::uint64_t>(i));
  EXPECT_EQ(trims.count, 0);
}

TEST(MemoryTrim, ASteadyStreamTrimsOnceAMinute) {
  Trims trims;
  for (int i = 1; i <= 1'800; ++i) trims.step(i * 100, static_cast<std::uint64_t>(i) * 1'000);
  EXPECT_GE(trims.count, 2);
  EXPECT_LE(trims.count, 3);
}

PublishEvent event_of(int number, std::size_t text_chars = 0) {
  TaskStatus status;
  status.framework = {"framework"};
  status.task = {"task-" + std::to_string(number)};
  status.agent = {"agent"};
  status.attempt = 3;
  status.state = TaskState::kRunning;
  return {"task_updated", "framework/" + status.task.text, std::string(text_chars, 'x'), status};
}

std::vector<std::uint64_t> numbers_after(const EventHistory& history, std::uint64_t number) {
  std::vector<std::uint64_t> numbers;
  history.for_each_after(number, [&](const KeptEvent& event) {
    numbers.push_back(event.number);
    return true;
  });
  return numbers;
}

TEST(EventHistory, GivesBackWhatItTook) {
  EventHistory history;
  history.append(event_of(7, 5), WallTime{1'234});
  history.append({"agent_added", "a", "", std::nullopt}, WallTime{1'235});
  std::vector<std::string> seen;
  history.for_each_after(0, [&](const KeptEvent& event) {
    seen.push_back(std::to_string(event.number) + " " + std::to_string(event.at.unix_ms) + " " +
                   std::string(event.kind) + " " + std::string(event.subject) + " " +
                   std::string(event.text));
    if (event.task) {
      seen.back() += " " + std::string(event.task->framework) + " " +
                     std::string(event.task->task) + " " + std::string(event.task->agent) + " " +
                     std::to_string(event.task->attempt) + " " + to_string(event.task->state);
    }
    return true;
  });
  EXPECT_EQ(seen, (std::vector<std::string>{
                      "1 1234 task_updated framework/task-7 xxxxx framework task-7 agent 3 "
                      "TASK_RUNNING",
                      "2 1235 agent_added a "}));
  EXPECT_EQ(numbers_after(history, 1), (std::vector<std::uint64_t>{2}));
}

TEST(EventHistory, ASubjectThatDoesNotNameTheTaskIsKeptBesideIt) {
  for (const char* subject : {"", "f", "f/", "f/task", "f_task-1", "g/task-1", "f/task-12"}) {
    PublishEvent event = event_of(1);
    event.status->framework = {"f"};
    event.subject = subject;
    EventHistory history;
    history.append(event, WallTime{-1});
    history.for_each_after(0, [&](const KeptEvent& kept) {
      EXPECT_EQ(kept.subject, subject);
      EXPECT_EQ(kept.at.unix_ms, -1);
      EXPECT_EQ(kept.task.value().framework, "f") << subject;
      EXPECT_EQ(kept.task.value().task, "task-1") << subject;
      return true;
    });
    EXPECT_EQ(history.next_number(), 2U);
  }
}

TEST(EventHistory, KeepsThePromisedWindowAndLittleMore) {
  EventHistory history;
  int total = static_cast<int>(limits::kEventHistoryMax) * 3;
  for (int i = 0; i < total; ++i) history.append(event_of(i), WallTime{i});
  std::uint64_t kept = history.next_number() - history.oldest();
  EXPECT_GE(kept, limits::kEventHistoryMax);
  EXPECT_LE(kept, limits::kEventHistoryMax + 1'000);
  EXPECT_LE(history.size_bytes(), limits::kEventHistoryMax * 90);
  std::vector<std::uint64_t> numbers = numbers_after(history, 0);
  ASSERT_EQ(numbers.size(), kept);
  EXPECT_EQ(numbers.front(), history.oldest());
  EXPECT_EQ(numbers.back(), history.next_number() - 1);
}

TEST(EventHistory, LongTextsShortenTheWindowInsteadOfGrowingIt) {
  EventHistory history;
  for (int i = 0; i < 1'000; ++i) history.append(event_of(i, 50'000), WallTime{i});
  EXPECT_LE(history.size_bytes(), limits::kEventHistoryBytesMax + (1 << 20));
  EXPECT_EQ(numbers_after(history, 0).back(), 1'000U);
}

}  // namespace
}  // namespace fairlead
