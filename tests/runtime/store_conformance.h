// What every Store must do, whichever adapter holds it. An adapter's test defines a harness and
// instantiates the suite with it. A harness has
//   Store& store();                       the open store
//   std::vector<Answer>& answers();       outcomes so far, in order
//   void settle(std::size_t count);       runs until `count` outcomes came in total
//   void reopen();                        closes the store cleanly and opens it again
//   void damage(const std::string& key);  alters the stored bytes behind the store's back; closed
//                                         and opened again afterwards
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/store.h"

namespace fairlead::testing {

struct Answer {
  std::uint64_t ticket = 0;
  StoreOutcome outcome = StoreOutcome::kUnknown;
  std::string reason;
};

inline Bytes bytes_of(std::string_view text) {
  return Bytes(text.begin(), text.end());
}
inline std::string text_of(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

inline StoreWrite put(std::string key, std::string_view value) {
  return {.key = std::move(key), .value = bytes_of(value)};
}
inline StoreWrite erase(std::string key) {
  return {.key = std::move(key), .value = std::nullopt};
}

/// "key=value" of every row, in the order of `load`.
inline std::vector<std::string> listed(const StoreContents& contents) {
  std::vector<std::string> out;
  for (const StoreRow& row : contents.rows) out.push_back(row.key + "=" + text_of(row.value));
  return out;
}

template <class Harness>
class StoreConformance : public ::testing::Test {
 protected:
  std::vector<std::string> rows_after_reopen() {
    harness_.reopen();
    Result<StoreContents> contents = harness_.store().load();
    EXPECT_TRUE(contents.ok());
    return contents.ok() ? listed(*contents) : std::vector<std::string>{"load failed"};
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(StoreConformance);

TYPED_TEST_P(StoreConformance, NewStoreIsEmpty) {
  Result<StoreContents> contents = this->harness_.store().load();
  ASSERT_TRUE(contents.ok());
  EXPECT_TRUE(contents->rows.empty());
  EXPECT_TRUE(contents->quarantined.empty());
}

TYPED_TEST_P(StoreConformance, PersistedRowsComeBackSortedByKey) {
  this->harness_.store().commit({.ticket = {1}, .writes = {put("b", "2"), put("a/x", "1")}});
  this->harness_.store().commit({.ticket = {2}, .writes = {put("a", "0"), put("c", "")}});
  this->harness_.settle(2);
  EXPECT_THAT(this->rows_after_reopen(), ::testing::ElementsAre("a=0", "a/x=1", "b=2", "c="));
}

TYPED_TEST_P(StoreConformance, OutcomesComeInTheOrderOfTheCommits) {
  constexpr std::uint64_t kCommits = 200;
  for (std::uint64_t i = 1; i <= kCommits; ++i) {
    this->harness_.store().commit({.ticket = {i}, .writes = {put("k" + std::to_string(i), "v")}});
  }
  this->harness_.settle(kCommits);
  std::uint64_t expected = 1;
  for (const Answer& answer : this->harness_.answers()) {
    EXPECT_EQ(answer.ticket, expected++);
    EXPECT_EQ(answer.outcome, StoreOutcome::kPersisted) << answer.reason;
  }
}

TYPED_TEST_P(StoreConformance, LastWriteOfAKeyWinsAlsoInsideOneBatch) {
  this->harness_.store().commit({.ticket = {1}, .writes = {put("k", "1"), put("k", "2")}});
  this->harness_.store().commit({.ticket = {2}, .writes = {put("k", "3")}});
  this->harness_.settle(2);
  EXPECT_THAT(this->rows_after_reopen(), ::testing::ElementsAre("k=3"));
}

TYPED_TEST_P(StoreConformance, ErasedRowsStayAwayAndErasingNothingIsFine) {
  this->harness_.store().commit({.ticket = {1}, .writes = {put("a", "1"), put("b", "2")}});
  this->harness_.store().commit({.ticket = {2}, .writes = {erase("a"), erase("never")}});
  this->harness_.settle(2);
  EXPECT_EQ(this->harness_.answers().back().outcome, StoreOutcome::kPersisted);
  EXPECT_THAT(this->rows_after_reopen(), ::testing::ElementsAre("b=2"));
}

TYPED_TEST_P(StoreConformance, EmptyBatchIsAnsweredInItsTurn) {
  this->harness_.store().commit({.ticket = {1}, .writes = {put("a", "1")}});
  this->harness_.store().commit({.ticket = {2}, .writes = {}});
  this->harness_.settle(2);
  EXPECT_EQ(this->harness_.answers()[1].ticket, 2u);
  EXPECT_EQ(this->harness_.answers()[1].outcome, StoreOutcome::kPersisted);
}

TYPED_TEST_P(StoreConformance, ValuesMayHoldEveryByte) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
  this->harness_.store().commit({.ticket = {1}, .writes = {put("k", every)}});
  this->harness_.settle(1);
  EXPECT_THAT(this->rows_after_reopen(), ::testing::ElementsAre("k=" + every));
}

TYPED_TEST_P(StoreConformance, DamagedRowIsLeftOutAndNamedUntilAWriteReplacesOrErasesIt) {
  this->harness_.store().commit(
      {.ticket = {1}, .writes = {put("bad", "1"), put("good", "2"), put("worse", "3")}});
  this->harness_.settle(1);
  this->harness_.damage("bad");
  this->harness_.damage("worse");
  for (int life = 0; life < 2; ++life) {
    Result<StoreContents> contents = this->harness_.store().load();
    ASSERT_TRUE(contents.ok());
    EXPECT_THAT(listed(*contents), ::testing::ElementsAre("good=2"));
    EXPECT_THAT(contents->quarantined, ::testing::ElementsAre("bad", "worse"));
    this->harness_.reopen();
  }
  ASSERT_TRUE(this->harness_.store().load().ok());
  this->harness_.store().commit({.ticket = {2}, .writes = {put("bad", "4"), erase("worse")}});
  this->harness_.settle(2);
  EXPECT_THAT(this->rows_after_reopen(), ::testing::ElementsAre("bad=4", "good=2"));
  EXPECT_TRUE(this->harness_.store().load()->quarantined.empty());
}

TYPED_TEST_P(StoreConformance, LargeBatchesAreStoredWhole) {
  StoreBatch batch{.ticket = {1}, .writes = {}};
  for (int i = 0; i < 300; ++i) {
    batch.writes.push_back(put("k" + std::to_string(1'000 + i), std::string(5'000, 'x')));
  }
  this->harness_.store().commit(std::move(batch));
  this->harness_.store().commit({.ticket = {2}, .writes = {put("last", "1")}});
  this->harness_.settle(2);
  std::vector<std::string> rows = this->rows_after_reopen();
  ASSERT_EQ(rows.size(), 301u);
  EXPECT_EQ(rows.front(), "k1000=" + std::string(5'000, 'x'));
  EXPECT_EQ(rows.back(), "last=1");
}

REGISTER_TYPED_TEST_SUITE_P(StoreConformance, NewStoreIsEmpty, PersistedRowsComeBackSortedByKey,
                            OutcomesComeInTheOrderOfTheCommits,
                            LastWriteOfAKeyWinsAlsoInsideOneBatch,
                            ErasedRowsStayAwayAndErasingNothingIsFine,
                            EmptyBatchIsAnsweredInItsTurn, ValuesMayHoldEveryByte,
                            DamagedRowIsLeftOutAndNamedUntilAWriteReplacesOrErasesIt,
                            LargeBatchesAreStoredWhole);

}  // namespace fairlead::testing
