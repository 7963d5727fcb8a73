#include "runtime/adapters/yaml/strict_yaml.h"

#include <gtest/gtest.h>

#include <fstream>

#include "common/limits.h"

namespace fairlead {
namespace {

std::string trouble(std::string_view text) {
  const auto node = YamlNode::parse(text, "job.yaml");
  return node.ok() ? "none" : node.error().message;
}

YamlNode parsed(std::string_view text) {
  auto node = YamlNode::parse(text, "job.yaml");
  EXPECT_TRUE(node.ok()) << (node.ok() ? "" : node.error().message);
  return *node;
}

TEST(StrictYaml, AJobIsReadWithTypes) {
  const YamlNode job = parsed(
      "name: train\n"
      "cpus: '2'\n"
      "retries: 3\n"
      "gang: true\n"
      "timeout: 1h30m\n"
      "disk: 10GiB\n"
      "command: [python, train.py]\n");
  std::string name;
  std::int64_t retries = 0;
  std::int64_t disk = 0;
  bool gang = false;
  Duration timeout;
  std::vector<std::string> command;
  ASSERT_TRUE(job.read("name", name).ok());
  ASSERT_TRUE(job.read("retries", retries, {.min = 0, .max = 10}).ok());
  ASSERT_TRUE(job.read("gang", gang).ok());
  ASSERT_TRUE(job.read("timeout", timeout).ok());
  ASSERT_TRUE(job.read_bytes("disk", disk).ok());
  ASSERT_TRUE(job.read("command", command).ok());
  EXPECT_EQ(name, "train");
  EXPECT_EQ(retries, 3);
  EXPECT_TRUE(gang);
  EXPECT_EQ(timeout, seconds(5400));
  EXPECT_EQ(disk, 10LL << 30);
  EXPECT_EQ(command, (std::vector<std::string>{"python", "train.py"}));
}

TEST(StrictYaml, AnAbsentKeyLeavesTheTargetAlone) {
  std::string name = "default";
  EXPECT_TRUE(parsed("other: 1\n").read("name", name).ok());
  EXPECT_EQ(name, "default");
  EXPECT_EQ(parsed("other: 1\n").require("name").error().message,
            "job.yaml:1:1: missing key \"name\"");
}

TEST(StrictYaml, AnUnknownKeyIsNamedWithItsPlaceAndTheNearestOne) {
  const YamlNode job = parsed("task:\n  mem: 1GiB\n  cpuz: 2\n");
  const Status status = job.require("task")->expect_keys({"cpus", "mem"});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message,
            "job.yaml:3:3: unknown key \"cpuz\": expected one of cpus, mem; hint: did you mean "
            "\"cpus\"?");
}

TEST(StrictYaml, WhatPeopleMisreadIsRefusedWithItsPlace) {
  EXPECT_EQ(trouble("a: 1\nb: 2\na: 3\n"), "job.yaml:3:1: duplicate key \"a\"");
  EXPECT_EQ(trouble("a: &x 1\nb: *x\n"),
            "job.yaml:1:4: anchors are not allowed; hint: write the value out");
  EXPECT_EQ(trouble("b:\n  <<: {a: 1}\n"),
            "job.yaml:2:3: merge keys (<<) are not allowed; hint: write the keys out");
  EXPECT_EQ(trouble("a: !!binary aGk=\n"),
            "job.yaml:1:4: tags are not allowed: got \"tag:yaml.org,2002:binary\"");
  EXPECT_EQ(trouble("a: 1\n---\nb: 2\n"), "job.yaml: more than one document");
  EXPECT_EQ(trouble("? [x, y]\n: 1\n"), "job.yaml:1:3: a key must be a text");
  EXPECT_NE(trouble("a: [1, 2\n").find("job.yaml:2:1: "), std::string::npos)
      << trouble("a: [1, 2\n");
}

TEST(StrictYaml, ABillionLaughsAndADeepNestAreRefusedCheaply) {
  EXPECT_NE(trouble("a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n").find("not allowed"),
            std::string::npos);
  EXPECT_NE(trouble(std::string(100, '[') + std::string(100, ']')).find("64 levels"),
            std::string::npos);
  EXPECT_NE(trouble(std::string(100'000, '[')), "none");
  EXPECT_NE(trouble(std::string(limits::kConfigBytesMax + 1, ' ')).find("at most 1 MiB"),
            std::string::npos);
}

TEST(StrictYaml, WrongTypesSayWhatWasExpected) {
  const YamlNode job =
      parsed("gang: no\nretries: many\ncount: 11\nlist: 1\nmap: {a: 1}\nempty:\nquoted: 'true'\n");
  EXPECT_EQ(job.find("gang")->boolean().error().message,
            "job.yaml:1:7: wrong type: expected true or false, got \"no\"");
  EXPECT_FALSE(job.find("quoted")->boolean().ok());
  EXPECT_EQ(job.find("retries")->integer().error().message,
            "job.yaml:2:10: expected a whole number, got \"many\"");
  EXPECT_EQ(job.find("count")->integer({.min = 0, .max = 10, .unit = "tries"}).error().message,
            "job.yaml:3:8: out of range: expected 0..10 tries, got \"11\"");
  EXPECT_EQ(job.find("list")->items().error().message, "job.yaml:4:7: wrong type: expected a list");
  EXPECT_EQ(job.find("map")->text().error().message,
            "job.yaml:5:6: wrong type: expected a text, got \"a map\"");
  EXPECT_TRUE(job.find("empty")->is_null());
  EXPECT_EQ(parsed("mode: fsat\n").find("mode")->word({"fast", "safe"}).error().message,
            "job.yaml:1:7: wrong value: expected one of fast, safe, got \"fsat\"; hint: did you "
            "mean \"fast\"?");
}

TEST(StrictYaml, AnEmptyDocumentIsNull) {
  EXPECT_TRUE(parsed("").is_null());
  EXPECT_TRUE(parsed("# only a comment\n").is_null());
}

TEST(StrictYaml, AMissingFileSaysWhich) {
  const auto node = YamlNode::read_file("/nonexistent/job.yaml");
  ASSERT_FALSE(node.ok());
  EXPECT_EQ(node.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace fairlead
