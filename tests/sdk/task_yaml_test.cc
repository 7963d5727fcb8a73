// What a task is, as every framework's files say it: each part alone.
#include "frameworks/sdk/driver/task_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace fairlead::sdk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

YamlNode document(std::string_view text) {
  return YamlNode::parse(text, "t.yaml").value();
}

TEST(TaskYaml, AWordListIsTheCommandAndATextIsForTheShell) {
  Command command;
  EXPECT_TRUE(read_command(document("command: [server, -p]"), command).ok());
  EXPECT_THAT(command.argv, ElementsAre("server", "-p"));
  EXPECT_TRUE(read_command(document("command: exec server"), command).ok());
  EXPECT_THAT(command.argv, ElementsAre("/bin/sh", "-c", "exec server"));
}

TEST(TaskYaml, WhatIsNotThereStaysAndWhatIsThereReplacesTheWhole) {
  Command command;
  command.argv = {"old"};
  command.environment = {{"A", "1"}};
  EXPECT_TRUE(read_command(document("env: {B: '2'}"), command).ok());
  EXPECT_THAT(command.argv, ElementsAre("old"));
  EXPECT_TRUE(read_environment(document("command: x"), command).ok());
  ASSERT_EQ(command.environment.size(), 1U);
  EXPECT_TRUE(read_environment(document("env: {B: '2'}"), command).ok());
  ASSERT_EQ(command.environment.size(), 1U);
  EXPECT_EQ(command.environment[0].name, "B");
  EXPECT_TRUE(read_environment(document("env:"), command).ok());
  EXPECT_TRUE(command.environment.empty());
}

TEST(TaskYaml, ResourcesAreAMapOrATextAndPortsMayBeCounted) {
  Amounts amounts;
  const auto read = [&amounts](std::string_view text) {
    return read_resources(document(text), amounts).ok() ? to_string(amounts) : "refused";
  };
  EXPECT_EQ(read("resources: {cpus: 0.5, mem: 64MiB, ports: 2}"), "cpus:0.5;mem:64MiB;ports:[1-2]");
  EXPECT_EQ(read("resources: cpus:1;mem:1GiB"), "cpus:1;mem:1GiB");
  EXPECT_EQ(read("resources: {cpus: 1, ports: 0}"), "cpus:1");
  EXPECT_EQ(read("resources: {cpus: 1, ports: '[5-6]'}"), "cpus:1;ports:[5-6]");
  EXPECT_EQ(read("resources: [cpus]"), "refused");
}

TEST(TaskYaml, AnAmountThatCannotBeReadIsNamedWithItsPlace) {
  Amounts amounts;
  const Status read = read_resources(document("a: b\nresources: {cpus: many}"), amounts);
  ASSERT_FALSE(read.ok());
  EXPECT_THAT(read.error().message, HasSubstr("t.yaml:2:"));
  EXPECT_THAT(read.error().message, HasSubstr("many"));
}

TEST(TaskYaml, LimitsAreReplacedTogether) {
  TaskLimits limits;
  EXPECT_TRUE(
      read_limits(document("limits: {cpus: 2, mem: 1MiB, pids: 9, rlimits: {nofile: 7}}"), limits)
          .ok());
  EXPECT_EQ(limits.cpu_milli, 2'000);
  EXPECT_EQ(limits.memory_kib, 1'024);
  EXPECT_EQ(limits.pids, 9);
  ASSERT_EQ(limits.rlimits.size(), 1U);
  EXPECT_EQ(limits.rlimits[0].hard, 7U);
  EXPECT_TRUE(read_limits(document("limits: {pids: 3}"), limits).ok());
  EXPECT_EQ(limits.pids, 3);
  EXPECT_FALSE(limits.cpu_milli.has_value());
  EXPECT_TRUE(limits.rlimits.empty());
}

TEST(TaskYaml, LimitsOutOfRangeOrUnknownAreRefused) {
  TaskLimits limits;
  EXPECT_FALSE(read_limits(document("limits: {pids: 0}"), limits).ok());
  EXPECT_FALSE(read_limits(document("limits: {cpu: 1}"), limits).ok());
  EXPECT_FALSE(read_limits(document("limits: {rlimits: {nofile: -1}}"), limits).ok());
  EXPECT_FALSE(read_limits(document("limits: 7"), limits).ok());
}

TEST(TaskYaml, LabelsAndPausesAreRead) {
  std::vector<Label> labels = {{"old", "x"}};
  EXPECT_TRUE(read_labels(document("labels: {app: web}"), labels).ok());
  ASSERT_EQ(labels.size(), 1U);
  EXPECT_EQ(labels[0].key, "app");
  Duration min = seconds(1);
  Duration max = seconds(8);
  EXPECT_TRUE(read_backoff(document("retry: {max: 1m}"), "retry", {min, max}).ok());
  EXPECT_EQ(min, seconds(1));
  EXPECT_EQ(max, seconds(60));
  EXPECT_FALSE(read_backoff(document("retry: {most: 1m}"), "retry", {min, max}).ok());
}

}  // namespace
}  // namespace fairlead::sdk
