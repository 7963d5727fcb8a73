#include <gtest/gtest.h>

#include <string>

#include "master/state.h"
#include "master/task_table.h"

namespace fairlead::master {
namespace {

std::uint32_t insert(TaskTable& table, std::uint32_t framework, const std::string& id,
                     std::uint32_t attempt = 1, std::uint32_t agent = 0) {
  TaskEntry entry;
  entry.framework = {framework};
  entry.agent = {agent};
  entry.attempt = attempt;
  return table.insert(entry, {.id = id, .name = "n", .container_path = "p", .message = ""});
}

TEST(TaskTableTest, FindsByFrameworkTaskAndAttempt) {
  TaskTable table;
  std::uint32_t first = insert(table, 1, "t", 1);
  std::uint32_t second = insert(table, 1, "t", 2);
  insert(table, 2, "t", 1);
  EXPECT_EQ(table.find({1}, "t", 1), first);
  EXPECT_EQ(table.find({1}, "t", 2), second);
  EXPECT_EQ(table.find({1}, "t", 3), kNoSlot);
  EXPECT_EQ(table.attempts({1}, "t"), (std::vector<std::uint32_t>{first, second}));
}

TEST(TaskTableTest, ListsStayInOrderWhenTheMiddleIsErased) {
  TaskTable table;
  std::uint32_t a = insert(table, 1, "a", 1, 5);
  std::uint32_t b = insert(table, 1, "b", 1, 5);
  std::uint32_t c = insert(table, 2, "c", 1, 5);
  table.erase(b);
  EXPECT_EQ(table.slots_of(AgentHandle{5}), (std::vector<std::uint32_t>{a, c}));
  EXPECT_EQ(table.slots_of(FrameworkHandle{1}), (std::vector<std::uint32_t>{a}));
  EXPECT_EQ(table.count_of(AgentHandle{5}), 2U);
  EXPECT_EQ(insert(table, 1, "d", 1, 5), b) << "a free slot is used again";
}

TEST(TaskTableTest, TheTextsOfATaskMayBeMadeOfItsOwn) {
  TaskTable table;
  std::uint32_t slot =
      table.insert({}, {.id = "id", .name = "name", .container_path = "path", .message = "old"});
  table.set_text(slot, {.id = table[slot].text.id(),
                        .name = table[slot].text.name(),
                        .container_path = table[slot].text.container_path(),
                        .message = "new"});
  const TaskText& text = table[slot].text;
  EXPECT_EQ(text.id(), "id");
  EXPECT_EQ(text.name(), "name");
  EXPECT_EQ(text.container_path(), "path");
  EXPECT_EQ(text.message(), "new");
}

TEST(AgentEntryTest, ItsTroubleEndsWithTheLastOfIt) {
  AgentEntry agent;
  agent.open_trouble().breaker.emplace();
  agent.open_trouble().why = "launches keep failing";
  EXPECT_EQ(agent.why(), "launches keep failing");
  agent.trouble->breaker.reset();
  agent.close_trouble();
  EXPECT_EQ(agent.why(), "launches keep failing") << "something is left";
  agent.trouble->why.clear();
  agent.close_trouble();
  EXPECT_EQ(agent.trouble, nullptr);
  EXPECT_EQ(agent.why(), "");
}

TEST(Memory, OneEntryStaysWithinItsBudget) {
  // Beside it: one block of its texts. docs/benchmarks.md adds up what an idle agent takes.
  EXPECT_LE(sizeof(TaskEntry), 72U);
  EXPECT_LE(sizeof(AgentEntry), 80U);
}

}  // namespace
}  // namespace fairlead::master
