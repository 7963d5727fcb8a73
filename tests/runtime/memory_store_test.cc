#include "runtime/memory_store.h"

#include "tests/runtime/store_conformance.h"

namespace fairlead::testing {
namespace {

class MemoryHarness {
 public:
  Store& store() { return store_; }
  std::vector<Answer>& answers() { return answers_; }
  void settle(std::size_t count) { EXPECT_EQ(answers_.size(), count); }
  void reopen() {}
  void damage(const std::string& key) { store_.damage(key); }

 private:
  std::vector<Answer> answers_;
  MemoryStore store_{Delivery::kImmediate,
                     [this](Ticket ticket, StoreOutcome outcome, std::string reason) {
                       answers_.push_back({ticket.number, outcome, std::move(reason)});
                     }};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, StoreConformance, MemoryHarness);

class ManualStore : public ::testing::Test {
 protected:
  std::vector<Answer> answers_;
  MemoryStore store_{Delivery::kManual,
                     [this](Ticket ticket, StoreOutcome outcome, std::string reason) {
                       answers_.push_back({ticket.number, outcome, std::move(reason)});
                     }};
};

TEST_F(ManualStore, NothingIsStoredBeforeTheOutcome) {
  store_.commit({.ticket = {1}, .writes = {put("k", "v")}});
  EXPECT_TRUE(store_.rows().empty());
  EXPECT_TRUE(answers_.empty());
  store_.deliver_next();
  EXPECT_EQ(text_of(store_.rows().at("k")), "v");
}

TEST_F(ManualStore, RefusedCommitLeavesNoTrace) {
  store_.commit({.ticket = {1}, .writes = {put("k", "v")}});
  store_.deliver_next(StoreOutcome::kRefused, "disk full");
  EXPECT_TRUE(store_.rows().empty());
  EXPECT_EQ(answers_.at(0).reason, "disk full");
}

TEST_F(ManualStore, UnknownCommitMayOrMayNotHaveArrived) {
  store_.commit({.ticket = {1}, .writes = {put("a", "1")}});
  store_.commit({.ticket = {2}, .writes = {put("b", "2")}});
  store_.deliver_next_unknown(true);
  store_.deliver_next_unknown(false);
  EXPECT_TRUE(store_.rows().contains("a"));
  EXPECT_FALSE(store_.rows().contains("b"));
}

TEST(MemoryStore, CommitFromInsideAnOutcomeIsAnsweredAfterIt) {
  std::vector<std::string> trace;
  MemoryStore* reenter = nullptr;
  MemoryStore store(Delivery::kImmediate, [&](Ticket ticket, StoreOutcome, const std::string&) {
    trace.push_back("begin " + std::to_string(ticket.number));
    if (ticket.number == 1) reenter->commit({.ticket = {2}, .writes = {put("k", "2")}});
    trace.push_back("end " + std::to_string(ticket.number));
  });
  reenter = &store;
  store.commit({.ticket = {1}, .writes = {put("k", "1")}});
  EXPECT_THAT(trace, ::testing::ElementsAre("begin 1", "end 1", "begin 2", "end 2"));
}

}  // namespace
}  // namespace fairlead::testing
