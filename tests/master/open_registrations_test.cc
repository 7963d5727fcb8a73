// Registrations in parts: bounds, what is given up, and that nothing stays behind.
#include "master/open_registrations.h"

#include <gtest/gtest.h>

#include <string>

#include "common/message_sizes.h"

namespace fairlead::master {
namespace {

const Instant kStart{1'000};

Sender from(std::uint64_t link, const std::string& principal = "agents") {
  return {.connection = {link}, .principal = {principal}, .session = {link}};
}

RegisterAgentPart part_of(const std::string& agent, std::uint32_t part, std::uint32_t parts) {
  RegisterAgentPart message{.part = part, .parts = parts, .content = {.agent = {.id = {agent}}}};
  TaskReport report;
  report.token.task = {"t" + std::to_string(part)};
  message.content.tasks.push_back(std::move(report));
  return message;
}

std::size_t bytes_of(const RegisterAgentPart& part) {
  return encoded_bytes_max(part.content.agent) + encoded_bytes_max(part.content.tasks[0]);
}

TEST(OpenRegistrations, PartsInOrderBecomeTheWholeAndNothingIsKept) {
  OpenRegistrations open;
  EXPECT_EQ(open.take(kStart, from(1), part_of("a1", 1, 3)).taken, PartTaken::kMore);
  EXPECT_EQ(open.take(kStart, from(1), part_of("a1", 2, 3)).taken, PartTaken::kMore);
  EXPECT_GT(open.bytes(), 0U);
  OpenRegistrations::Outcome last = open.take(kStart, from(1), part_of("a1", 3, 3));
  ASSERT_EQ(last.taken, PartTaken::kWhole);
  ASSERT_EQ(last.whole->tasks.size(), 3U);
  EXPECT_EQ(last.whole->tasks[2].token.task.text, "t3");
  EXPECT_EQ(open.size(), 0U);
  EXPECT_EQ(open.bytes(), 0U);
}

TEST(OpenRegistrations, ALossIsSaidOnceAndTheRestOfItIsIgnored) {
  OpenRegistrations open;
  open.take(kStart, from(1), part_of("a1", 1, 4));
  EXPECT_EQ(open.take(kStart, from(1), part_of("a1", 3, 4)).taken, PartTaken::kLost);
  EXPECT_EQ(open.bytes(), 0U);
  EXPECT_EQ(open.take(kStart, from(1), part_of("a1", 4, 4)).taken, PartTaken::kRepeated);
  EXPECT_FALSE(open.give_up(kStart, {1}));
}

TEST(OpenRegistrations, ALinkThatBrokeGivesItUpAndSaysWhose) {
  OpenRegistrations open;
  open.take(kStart, from(1), part_of("a1", 1, 3));
  auto lost = open.give_up(kStart, {1});
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->agent.text, "a1");
  EXPECT_EQ(open.bytes(), 0U);
  EXPECT_FALSE(open.give_up(kStart, {2}));
}

TEST(OpenRegistrations, OneOfTooManyPartsOrBytesIsTooLarge) {
  OpenRegistrations open({.one_bytes_max = bytes_of(part_of("a1", 1, 2)) * 2 - 1, .parts_max = 5});
  EXPECT_EQ(open.take(kStart, from(1), part_of("a1", 1, 6)).taken, PartTaken::kTooLarge);
  EXPECT_EQ(open.take(kStart, from(2), part_of("a2", 1, 5)).taken, PartTaken::kMore);
  EXPECT_EQ(open.take(kStart, from(2), part_of("a2", 2, 5)).taken, PartTaken::kTooLarge);
  EXPECT_EQ(open.bytes(), 0U);
}

TEST(OpenRegistrations, OthersThatFillTheBoundsLeaveNoRoomUntilTheyAreDone) {
  OpenRegistrations open({.registrations_max = 2});
  open.take(kStart, from(1), part_of("a1", 1, 2));
  open.take(kStart, from(2), part_of("a2", 1, 2));
  EXPECT_EQ(open.take(kStart, from(3), part_of("a3", 1, 2)).taken, PartTaken::kNoRoom);
  EXPECT_EQ(open.size(), 2U);
  EXPECT_EQ(open.take(kStart, from(1), part_of("a1", 2, 2)).taken, PartTaken::kWhole);
  EXPECT_EQ(open.take(kStart, from(3), part_of("a3", 1, 2)).taken, PartTaken::kMore);
}

TEST(OpenRegistrations, BytesOfAllTogetherAreBounded) {
  OpenRegistrations open({.bytes_max = bytes_of(part_of("a1", 1, 2)) * 3 / 2});
  EXPECT_EQ(open.take(kStart, from(1), part_of("a1", 1, 2)).taken, PartTaken::kMore);
  EXPECT_EQ(open.take(kStart, from(2), part_of("a2", 1, 2)).taken, PartTaken::kNoRoom);
  EXPECT_LE(open.bytes(), bytes_of(part_of("a1", 1, 2)));
}

TEST(OpenRegistrations, AFirstPartForgetsWhatItsAgentLeftOpenElsewhere) {
  OpenRegistrations open;
  open.take(kStart, from(1), part_of("a1", 1, 2));
  open.take(kStart, from(2), part_of("a1", 1, 2));
  EXPECT_EQ(open.size(), 1U);
  // Not for another principal that only claims the name.
  open.take(kStart, from(3, "other"), part_of("a1", 1, 2));
  EXPECT_EQ(open.size(), 2U);
  EXPECT_EQ(open.take(kStart, from(2), part_of("a1", 2, 2)).taken, PartTaken::kWhole);
}

TEST(OpenRegistrations, WhatWaitsTooLongIsForgotten) {
  OpenRegistrations open({.part_wait = seconds(10)});
  EXPECT_EQ(open.next_expiry(), Instant::never());
  open.take(kStart, from(1), part_of("a1", 1, 3));
  open.take(kStart + seconds(9), from(1), part_of("a1", 2, 3));
  EXPECT_EQ(open.next_expiry(), kStart + seconds(19));
  EXPECT_EQ(open.expire(kStart + seconds(18)), 0U);
  EXPECT_EQ(open.expire(kStart + seconds(19)), 1U);
  EXPECT_EQ(open.size(), 0U);
  EXPECT_EQ(open.bytes(), 0U);
}

}  // namespace
}  // namespace fairlead::master
