// Decoders hold every bound and every invariant of what they return, so that nothing behind them
// has to.
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "common/limits.h"
#include "schemas/agent_codec.h"
#include "schemas/checkpoint_codec.h"
#include "schemas/framework_codec.h"
#include "schemas/registry_codec.h"

namespace fairlead {
namespace {

/// What the receiver makes of one message, "ok" or the error's word.
std::string fate(const AgentToMaster& message) {
  auto read = decode_agent_to_master(encode(Envelope<AgentToMaster>{{}, {message}}));
  return read.ok() ? "ok" : to_string(read.error().code);
}

std::string fate(const FrameworkToMaster& message) {
  auto read = decode_framework_to_master(encode(Envelope<FrameworkToMaster>{{}, {message}}));
  return read.ok() ? "ok" : to_string(read.error().code);
}

FrameworkToMaster demand_of(const std::function<void(DemandShape&)>& change) {
  DemandShape shape{.name = "small", .count = 3};
  shape.amounts.scalars[StandardScalar::kCpus] = 1'000;
  change(shape);
  return SetDemand{.role = {"a"}, .shapes = {shape}};
}

FrameworkToMaster launch_of(const std::function<void(TaskSpec&)>& change) {
  TaskSpec spec;
  spec.id = {"t1"};
  change(spec);
  return AcceptOffers{.offers = {{1}}, .launches = {{.spec = spec}}};
}

AgentToMaster status_of(const std::function<void(TaskStatus&)>& change) {
  TaskStatus status{.framework = {"f1"}, .task = {"t1"}, .agent = {"a1"}};
  change(status);
  return AgentStatusUpdate{status};
}

TEST(AmountsBounds, InvariantsAreChecked) {
  EXPECT_EQ(fate(demand_of([](DemandShape&) {})), "ok");
  EXPECT_EQ(fate(demand_of([](DemandShape& s) { s.amounts.scalars.standard[1] = -1; })), "corrupt");
  EXPECT_EQ(fate(demand_of(
                [](DemandShape& s) { s.amounts.scalars.standard[1] = limits::kQuantityMax + 1; })),
            "corrupt");
  EXPECT_EQ(fate(demand_of([](DemandShape& s) {
              s.amounts.scalars.custom = {{"b", 1}, {"a", 1}};
            })),
            "corrupt");
  EXPECT_EQ(fate(demand_of([](DemandShape& s) {
              s.amounts.scalars.custom = {{"a", 1}, {"a", 1}};
            })),
            "corrupt");
  EXPECT_EQ(fate(demand_of([](DemandShape& s) {
              s.amounts.scalars.custom = {{"a", 0}};
            })),
            "corrupt");
}

TEST(AmountsBounds, IntervalsAreSortedDisjointAndNotAdjacent) {
  auto with = [](std::vector<Interval> intervals) {
    return fate(demand_of([&](DemandShape& s) { s.amounts.ranges = {{"ports", intervals}}; }));
  };
  EXPECT_EQ(with({{1, 4}, {6, 9}}), "ok");
  EXPECT_EQ(with({{1, 4}, {5, 9}}), "corrupt");
  EXPECT_EQ(with({{1, 4}, {3, 9}}), "corrupt");
  EXPECT_EQ(with({{6, 9}, {1, 4}}), "corrupt");
  EXPECT_EQ(with({{9, 6}}), "corrupt");
  EXPECT_EQ(with({}), "corrupt");
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(with({{1, kMost}}), "ok");
  EXPECT_EQ(with({{1, kMost}, {0, 0}}), "corrupt");
  EXPECT_EQ(with(std::vector<Interval>(limits::kRangesMax + 1)), "exhausted");
}

TEST(ResourcesBounds, LotsAreSortedUniqueAndNotEmpty) {
  auto with = [](std::vector<Lot> lots) {
    return fate(launch_of([&](TaskSpec& spec) { spec.resources.lots = lots; }));
  };
  Amounts one;
  one.scalars[StandardScalar::kCpus] = 1;
  LotKind reserved{.reservations = {{.role = {"a"}}}};
  EXPECT_EQ(with({{{}, one}, {reserved, one}}), "ok");
  EXPECT_EQ(with({{reserved, one}, {{}, one}}), "corrupt");
  EXPECT_EQ(with({{reserved, one}, {reserved, one}}), "corrupt");
  EXPECT_EQ(with({{{}, Amounts{}}}), "corrupt");
  EXPECT_EQ(with(std::vector<Lot>(limits::kLotsMax + 2, Lot{{}, one})), "exhausted");
}

TEST(TextBounds, IdsAndRolesAreWellFormed) {
  EXPECT_EQ(fate(status_of([](TaskStatus& s) { s.task = {"../etc"}; })), "corrupt");
  EXPECT_EQ(fate(status_of([](TaskStatus& s) { s.task = {""}; })), "corrupt");
  EXPECT_EQ(fate(status_of([](TaskStatus& s) { s.framework = {"a b"}; })), "corrupt");
  EXPECT_EQ(
      fate(status_of([](TaskStatus& s) { s.task = {std::string(limits::kIdCharsMax + 1, 'a')}; })),
      "corrupt");
  EXPECT_EQ(fate(FrameworkToMaster{SetDemand{.role = {"a//b"}}}), "corrupt");
  EXPECT_EQ(fate(FrameworkToMaster{SetDemand{.role = {"a/b"}}}), "ok");
}

TEST(TextBounds, WordsForPeopleAreCutByTheSender) {
  auto read = decode_agent_to_master(encode(Envelope<AgentToMaster>{
      {}, {status_of([](TaskStatus& s) {
        s.message = std::string(limits::kStatusMessageCharsMax - 1, 'x') + "é and more";
      })}}));
  ASSERT_TRUE(read.ok()) << read.error().message;
  // The two bytes of é do not fit any more, and half of it would not be text.
  EXPECT_EQ(std::get<AgentStatusUpdate>(read->messages[0]).status.message,
            std::string(limits::kStatusMessageCharsMax - 1, 'x'));
}

TEST(TextBounds, OtherTextAboveItsBoundIsExhausted) {
  EXPECT_EQ(fate(launch_of([](TaskSpec& spec) {
              spec.command.argv = {std::string(limits::kArgumentBytesMax + 1, 'x')};
            })),
            "exhausted");
  EXPECT_EQ(fate(launch_of(
                [](TaskSpec& spec) { spec.name = std::string(limits::kTextBytesMax + 1, 'x'); })),
            "exhausted");
}

TEST(ListBounds, OneTooManyIsExhausted) {
  EXPECT_EQ(
      fate(launch_of([](TaskSpec& spec) { spec.command.argv.resize(limits::kArgumentsMax + 1); })),
      "exhausted");
  EXPECT_EQ(fate(launch_of([](TaskSpec& spec) { spec.labels.resize(limits::kLabelsMax); })), "ok");
  EXPECT_EQ(fate(launch_of([](TaskSpec& spec) { spec.labels.resize(limits::kLabelsMax + 1); })),
            "exhausted");
  DeclineOffers decline;
  decline.offers.resize(limits::kOffersPerFrameworkMax + 1);
  EXPECT_EQ(fate(FrameworkToMaster{decline}), "exhausted");
  EXPECT_EQ(fate(demand_of([](DemandShape& s) { s.count = limits::kDemandCountMax + 1; })),
            "exhausted");
}

TEST(ListBounds, TooManyMessagesAreExhausted) {
  Envelope<AgentToMaster> envelope;
  envelope.messages.assign(limits::kEnvelopeMessagesMax, AgentGoodbye{});
  EXPECT_TRUE(decode_agent_to_master(encode(envelope)).ok());
  envelope.messages.emplace_back(AgentGoodbye{});
  auto read = decode_agent_to_master(encode(envelope));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kExhausted);
}

TEST(MessageBounds, AMessageOfManySegmentsRoundTrips) {
  TaskReport report;
  report.status = {.framework = {"f1"}, .task = {"t1"}, .agent = {"a1"}};
  report.token = {.framework = {"f1"}, .task = {"t1"}, .attempt = 0, .agent = {"a1"}};
  RegisterAgent all{.agent = {.id = {"a1"}}};
  all.tasks.assign(5'000, report);
  Envelope<AgentToMaster> sent{{}, {all}};
  auto read = decode_agent_to_master(encode(sent));
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(*read, sent);
}

TEST(MessageBounds, OversizeIsExhaustedBeforeItIsRead) {
  auto read = decode_agent_to_master(Bytes(limits::kMessageBytesMax + 8, 0));
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::kExhausted);
}

TEST(TimeBounds, SpansAreNeitherNegativeNorEndless) {
  EXPECT_EQ(fate(launch_of([](TaskSpec& spec) { spec.kill_grace = {-1}; })), "corrupt");
  EXPECT_EQ(fate(launch_of([](TaskSpec& spec) { spec.duration_max = {limits::kDurationNsMax}; })),
            "ok");
  EXPECT_EQ(fate(launch_of([](TaskSpec& spec) {
              spec.duration_max = {std::numeric_limits<std::int64_t>::max()};
            })),
            "corrupt");
}

TEST(HeaderBounds, LeaseClusterAndPeerAreChecked) {
  auto with = [](const EnvelopeHeader& header) {
    return decode_agent_to_master(encode(Envelope<AgentToMaster>{header, {}})).ok();
  };
  EXPECT_TRUE(with({}));
  EXPECT_FALSE(with({.lease_ns = -1}));
  EXPECT_FALSE(with({.cluster = {"a/b"}}));
  EXPECT_FALSE(with({.peer = {"agent/a\n"}}));
  EXPECT_FALSE(with({.peer = {std::string(limits::kPeerCharsMax + 1, 'a')}}));
}

std::string fate_of(const RegistryRecord& record) {
  EncodedRecord row = encode(record);
  auto read = decode_registry_record(row.key, row.value);
  return read.ok() ? std::string("ok") : to_string(read.error().code);
}

TEST(RecordBounds, WeightsAndIdsAreChecked) {
  EXPECT_EQ(fate_of(WeightRecord{.role = {"a"}, .weight_milli = limits::kWeightMilliMax}), "ok");
  EXPECT_EQ(fate_of(WeightRecord{.role = {"a"}, .weight_milli = 0}), "corrupt");
  EXPECT_EQ(fate_of(WeightRecord{.role = {"a"}, .weight_milli = limits::kWeightMilliMax + 1}),
            "corrupt");
  EXPECT_EQ(fate_of(FrameworkRecord{}), "corrupt");
  EXPECT_EQ(fate_of(AgentRecord{.id = {"a1"}}), "ok");
}

TEST(RecordBounds, StoredReservationsAreThoseOfOperations) {
  auto stored = [](const char* text) {
    return fate_of(ReservationsRecord{.agent = {"a1"}, .converted = parse_resources(text).value()});
  };
  EXPECT_EQ(stored("cpus(eng@ops):1"), "ok");
  EXPECT_EQ(stored("disk(eng){volume:db:data}:1GiB"), "ok");
  EXPECT_EQ(stored(""), "corrupt");
  EXPECT_EQ(stored("cpus(eng):1"), "corrupt");
  EXPECT_EQ(stored("cpus(eng@ops):1;cpus:1"), "corrupt");
}

TEST(RecordBounds, AStoredQuotaIsOneThatCouldBeSet) {
  EXPECT_EQ(fate_of(QuotaRecord{.role = {"a"}, .quota = {.guarantees = {1}}}), "ok");
  EXPECT_EQ(fate_of(QuotaRecord{.role = {}, .quota = {.guarantees = {1}}}), "corrupt");
  EXPECT_EQ(fate_of(QuotaRecord{.role = {"a"}, .quota = {.guarantees = {-1}}}), "corrupt");
  EXPECT_EQ(
      fate_of(QuotaRecord{.role = {"a"}, .quota = {.guarantees = {limits::kQuantityMax + 1}}}),
      "corrupt");
  EXPECT_EQ(fate_of(QuotaRecord{.role = {"a"}, .quota = {.guarantees = {2}, .limits = {1}}}),
            "corrupt");
}

}  // namespace
}  // namespace fairlead
