#include <gtest/gtest.h>

#include <string>

#include "master/state.h"
#include "master/task_table.h"

namespace fairlead::master {
namespace {

TaskEntry task(std::uint32_t framework, const std::string& id, std::uint32_t attempt = 1,
               std::uint32_t agent = 0) {
  TaskEntry entry;
  entry.text = TaskText({.id = id, .name = "n", .container_path = "p", .message = ""});
  entry.framework = {framework};
  entry.agent = {agent};
  entry.attempt = attempt;
  return entry;
}

TEST(TaskTableTest, FindsByFrameworkTaskAndAttempt) {
  TaskTable table;
  std::uint32_t first = table.insert(task(1, "t", 1));
  std::uint32_t second = table.insert(task(1, "t", 2));
  table.insert(task(2, "t", 1));
  EXPECT_EQ(table.find({1}, "t", 1), first);
  EXPECT_EQ(table.find({1}, "t", 2), second);
  EXPECT_EQ(table.find({1}, "t", 3), kNoSlot);
  EXPECT_EQ(table.attempts({1}, "t"), (std::vector<std::uint32_t>{first, second}));
}

TEST(TaskTableTest, ListsStayInOrderWhenTheMiddleIsErased) {
  TaskTable table;
  std::uint32_t a = table.insert(task(1, "a", 1, 5));
  std::uint32_t b = table.insert(task(1, "b", 1, 5));
  std::uint32_t c = table.insert(task(2, "c", 1, 5));
  table.erase(b);
  EXPECT_EQ(table.slots_of(AgentHandle{5}), (std::vector<std::uint32_t>{a, c}));
  EXPECT_EQ(table.slots_of(FrameworkHandle{1}), (std::vector<std::uint32_t>{a}));
  EXPECT_EQ(table.count_of(AgentHandle{5}), 2U);
  EXPECT_EQ(table.insert(task(1, "d", 1, 5)), b) << "a free slot is used again";
}

TEST(TaskTextTest, KeepsItsPartsAlsoWhenAssignedFromItself) {
  TaskText text({.id = "id", .name = "name", .container_path = "path", .message = "old"});
  text.assign({.id = text.id(),
               .name = text.name(),
               .container_path = text.container_path(),
               .message = "new"});
  EXPECT_EQ(text.id(), "id");
  EXPECT_EQ(text.name(), "name");
  EXPECT_EQ(text.container_path(), "path");
  EXPECT_EQ(text.message(), "new");
}

TEST(Memory, OneEntryStaysWithinItsBudget) {
  // Beside it: one block of its texts. docs/benchmarks.md adds up what an idle agent takes.
  EXPECT_LE(sizeof(TaskEntry), 80U);
  EXPECT_LE(sizeof(AgentEntry), 104U);
}

}  // namespace
}  // namespace fairlead::master
