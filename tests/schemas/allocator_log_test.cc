// The log of an allocator: every event comes back as it was, and a damaged file is told from a torn
// one, with the place.
#include "schemas/allocator_log.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <tuple>

#include "schemas/allocator_log_codec.h"
#include "tests/support/generators.h"

namespace fairlead {
namespace {

bool is_same(const AgentText& a, const AgentText& b) {
  return a.id() == b.id() && a.hostname() == b.hostname() && a.http_address() == b.http_address();
}
auto tie_of(const Holding& one) {
  return std::tie(one.framework, one.role, one.resources, one.priority);
}
auto tie_of(const HeldPriority& one) {
  return std::tie(one.priority, one.amounts);
}
auto tie_of(const allocation::AgentChanged& one) {
  return std::tie(one.agent, one.total, one.attributes);
}
auto tie_of(const allocation::AgentRemoved& one) {
  return std::tie(one.agent);
}
auto tie_of(const allocation::AgentPaused& one) {
  return std::tie(one.agent, one.why);
}
auto tie_of(const allocation::AgentResumed& one) {
  return std::tie(one.agent);
}
auto tie_of(const allocation::FrameworkAdded& one) {
  return std::tie(one.framework, one.id, one.roles, one.suppressed, one.active, one.minimums,
                  one.capabilities, one.offer_constraints);
}
auto tie_of(const allocation::FrameworkChanged& one) {
  return std::tie(one.framework, one.roles, one.suppressed, one.minimums, one.capabilities,
                  one.offer_constraints);
}
auto tie_of(const allocation::FrameworkActivated& one) {
  return std::tie(one.framework, one.active);
}
auto tie_of(const allocation::FrameworkRemoved& one) {
  return std::tie(one.framework);
}
auto tie_of(const allocation::DemandSet& one) {
  return std::tie(one.framework, one.role, one.shapes);
}
auto tie_of(const allocation::RolesSuppressed& one) {
  return std::tie(one.framework, one.roles);
}
auto tie_of(const allocation::RolesRevived& one) {
  return std::tie(one.framework, one.roles);
}
auto tie_of(const allocation::WeightSet& one) {
  return std::tie(one.role, one.weight_milli);
}
auto tie_of(const allocation::QuotaSet& one) {
  return std::tie(one.role, one.quota, one.more_follow);
}
auto tie_of(const allocation::WhitelistSet& one) {
  return std::tie(one.hostnames);
}
auto tie_of(const allocation::AgentsAwaited& one) {
  return std::tie(one.awaited);
}
std::tuple<> tie_of(const allocation::TimePassed&) {
  return {};
}

template <class Value>
bool is_same(const Value& a, const Value& b) {
  return tie_of(a) == tie_of(b);
}
template <class Value>
bool are_same(const std::vector<Value>& a, const std::vector<Value>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Value& x, const Value& y) { return is_same(x, y); });
}
bool is_same(const allocation::AgentAdded& a, const allocation::AgentAdded& b) {
  return a.agent == b.agent && is_same(a.text, b.text) && a.total == b.total &&
         a.attributes == b.attributes && are_same(a.holdings, b.holdings) &&
         a.offers_paused == b.offers_paused;
}
bool is_same(const allocation::OfferResolved& a, const allocation::OfferResolved& b) {
  return std::tie(a.offer, a.used, a.refuse_for, a.declined, a.expired) ==
             std::tie(b.offer, b.used, b.refuse_for, b.declined, b.expired) &&
         are_same(a.priorities, b.priorities);
}
bool is_same(const allocation::HoldingFreed& a, const allocation::HoldingFreed& b) {
  return a.agent == b.agent && is_same(a.holding, b.holding);
}
bool is_same_event(const allocation::Event& a, const allocation::Event& b) {
  return a.index() == b.index() &&
         std::visit(
             [&b](const auto& one) {
               return is_same(one, std::get<std::decay_t<decltype(one)>>(b));
             },
             a);
}

RC_GTEST_PROP(AllocatorLogRoundTrip, EveryRecordComesBackAsItWas, ()) {
  const AllocatorLogRecord sent = *generators::allocator_log_record();
  const Result<AllocatorLogRecord> read = decode_allocator_log_record(encode(sent));
  if (!read.ok()) RC_FAIL(read.error().message);
  RC_ASSERT(read->index() == sent.index());
  if (const auto* start = std::get_if<AllocatorLogStart>(&sent)) {
    RC_ASSERT(std::get<AllocatorLogStart>(*read) == *start);
    return;
  }
  const auto& step = std::get<AllocatorLogStep>(sent);
  const auto& came = std::get<AllocatorLogStep>(*read);
  RC_ASSERT(std::tie(came.at, came.actions, came.hash) ==
            std::tie(step.at, step.actions, step.hash));
  RC_ASSERT(is_same_event(came.event, step.event));
}

/// A log in memory.
struct Log {
  Bytes bytes = Bytes(kAllocatorLogMark.begin(), kAllocatorLogMark.end());

  Log& add(const AllocatorLogRecord& record) {
    append_frame(bytes, encode(record));
    return *this;
  }
  Log& add_step(std::int64_t at) {
    return add(AllocatorLogStep{.at = Instant{at}, .event = allocation::WeightSet{{"a"}, 2'000}});
  }
  AllocatorLogReader reader() const {
    return AllocatorLogReader([left = BytesView(bytes)](std::span<std::uint8_t> out) mutable {
      const std::size_t taken = std::min(out.size(), left.size());
      std::copy_n(left.begin(), taken, out.begin());
      left = left.subspan(taken);
      return taken;
    });
  }
};

/// How many steps can be read, and why it ended; "" at the end.
std::pair<std::size_t, std::string> read_all(const Log& log) {
  AllocatorLogReader reader = log.reader();
  if (auto start = reader.start(); !start) return {0, start.error().message};
  for (std::size_t steps = 0;; ++steps) {
    auto step = reader.next();
    if (!step) return {steps, step.error().message};
    if (!step->has_value()) return {steps, ""};
  }
}

using Ended = std::pair<std::size_t, std::string>;

TEST(AllocatorLog, IsReadToItsEnd) {
  Log log;
  log.add(AllocatorLogStart{}).add_step(5).add_step(5).add_step(9);
  EXPECT_EQ(read_all(log), Ended(3, ""));
}

TEST(AllocatorLog, IsWholeUpToWhereItWasTorn) {
  Log log;
  log.add(AllocatorLogStart{}).add_step(5);
  const std::size_t whole = log.bytes.size();
  log.add_step(9);
  const Bytes all = log.bytes;
  for (std::size_t size = whole + 1; size < all.size(); ++size) {
    log.bytes.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(size));
    const auto [steps, why] = read_all(log);
    EXPECT_EQ(steps, 1U);
    EXPECT_EQ(why.find("record at byte " + std::to_string(whole) + ": the last record is torn"), 0U)
        << why;
  }
}

TEST(AllocatorLog, NoFlippedBitIsBelieved) {
  Log log;
  log.add(AllocatorLogStart{}).add_step(5);
  const Bytes all = log.bytes;
  for (std::size_t i = 0; i < all.size(); ++i) {
    log.bytes = all;
    log.bytes[i] ^= 0x10U;
    EXPECT_NE(read_all(log).second, "") << "byte " << i;
  }
}

TEST(AllocatorLog, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(read_all(Log{.bytes = {'x'}}),
            Ended(0, "record at byte 0: this is no log of an allocator"));
  EXPECT_EQ(read_all(Log{}), Ended(0, "record at byte 8: the log ends before it begins"));
  EXPECT_EQ(read_all(Log().add_step(1)), Ended(0, "record at byte 8: expected the settings first"));
  Log twice;
  twice.add(AllocatorLogStart{}).add(AllocatorLogStart{});
  EXPECT_NE(read_all(twice).second.find("the settings come twice"), std::string::npos);
  Log back;
  back.add(AllocatorLogStart{}).add_step(5).add_step(4);
  EXPECT_NE(read_all(back).second.find("its time is before that of the last"), std::string::npos);
  Log newer;
  newer.add(AllocatorLogStart{.version = kAllocatorLogVersion + 1});
  EXPECT_NE(read_all(newer).second.find("expected at most 1, got 2"), std::string::npos);
}

}  // namespace
}  // namespace fairlead
