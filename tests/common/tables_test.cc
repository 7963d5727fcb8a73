// The compact containers of the cores: each against a plain twin.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/block_pool.h"
#include "common/interner.h"
#include "common/packed_texts.h"
#include "common/rare.h"
#include "common/slot_index.h"
#include "common/slot_table.h"

namespace fairlead {
namespace {

TEST(PackedTexts, IsOnePointerAndEmptyWithoutABlock) {
  PackedTexts<3> texts({"", "", ""});
  EXPECT_EQ(sizeof(texts), sizeof(void*));
  EXPECT_TRUE(texts.is_shared_with({}));
  EXPECT_EQ(texts[0], "");
  EXPECT_EQ(texts[2], "");
}

TEST(PackedTexts, ACopySharesTheBlockAndOutlivesTheOriginal) {
  PackedTexts<2> copy;
  {
    PackedTexts<2> original({"id", "host"});
    copy = original;
    EXPECT_TRUE(copy.is_shared_with(original));
    original = PackedTexts<2>({"id", "another"});
    EXPECT_FALSE(copy.is_shared_with(original));
  }
  EXPECT_EQ(copy[0], "id");
  EXPECT_EQ(copy[1], "host");
}

TEST(PackedTexts, MadeOfItsOwnTextsInANewOrder) {
  PackedTexts<3> texts({"id", "", "address"});
  texts = PackedTexts<3>({texts[2], texts[0], "new"});
  EXPECT_EQ(texts[0], "address");
  EXPECT_EQ(texts[1], "id");
  EXPECT_EQ(texts[2], "new");
}

TEST(PackedTexts, CutsWhatItsLengthsCannotSay) {
  std::string text(TextPacking<2>::kTextBytesMax + 1, 'x');
  PackedTexts<2> texts({text, "after"});
  EXPECT_EQ(texts[0].size(), TextPacking<2>::kTextBytesMax);
  EXPECT_EQ(texts[1], "after");
}

RC_GTEST_PROP(PackedTextsProperty, GivesBackWhatItWasMadeOf,
              (const std::array<std::string, 3>& twin)) {
  TextPacking<3>::Parts parts{twin[0], twin[1], twin[2]};
  PackedTexts<3> texts(parts);
  for (std::size_t i = 0; i < twin.size(); ++i) RC_ASSERT(texts[i] == twin[i]);

  std::string packed(TextPacking<3>::bytes_for(parts), '?');
  TextPacking<3>::write(parts, packed.data());
  RC_ASSERT(TextPacking<3>::bytes_at(packed.data()) == packed.size());
}

TEST(Rare, TakesOnePointerComparesLikeAnOptionalAndCopiesItsValue) {
  Rare<std::string> none;
  EXPECT_EQ(sizeof(none), sizeof(void*));
  Rare<std::string> some("b");
  Rare<std::string> copy = some;
  some = Rare<std::string>("c");
  EXPECT_EQ(*copy, "b");
  EXPECT_LT(none, copy);
  EXPECT_LT(copy, some);
  EXPECT_EQ(none, Rare<std::string>());
  copy = none;
  EXPECT_FALSE(copy);
}

RC_GTEST_PROP(RareVectorProperty, DoesWhatAVectorDoes,
              (const std::vector<std::pair<std::uint8_t, std::uint8_t>>& steps)) {
  RareVector<std::uint8_t> rare;
  std::vector<std::uint8_t> twin;
  for (const auto& [number, place] : steps) {
    std::ptrdiff_t at = twin.empty() ? 0 : place % static_cast<std::ptrdiff_t>(twin.size());
    RareVector<std::uint8_t> before = rare;
    if (number % 3 == 0 && !twin.empty()) {
      std::uint8_t* next = rare.erase(rare.begin() + at);
      RC_ASSERT(next - rare.begin() == at);
      twin.erase(twin.begin() + at);
    } else if (number % 3 == 1 && place % 8 != twin.size()) {
      rare.resize(place % 8);
      twin.resize(place % 8);
    } else {
      rare.insert(rare.begin() + at, number);
      twin.insert(twin.begin() + at, number);
    }
    RC_ASSERT(rare.empty() == twin.empty());
    RC_ASSERT(std::equal(rare.begin(), rare.end(), twin.begin(), twin.end()));
    RC_ASSERT(rare != before);
    RC_ASSERT((rare <=> before) ==
              (twin <=> std::vector<std::uint8_t>(before.begin(), before.end())));
  }
}

TEST(RareVector, ResizedToNothingItIsOnePointerAgain) {
  RareVector<std::string> rare;
  EXPECT_EQ(sizeof(rare), sizeof(void*));
  rare.resize(2);
  EXPECT_EQ(rare, (RareVector<std::string>{"", ""}));
  rare.resize(0);
  EXPECT_TRUE(rare.empty());
  EXPECT_EQ(rare, RareVector<std::string>());
}

TEST(BlockPool, ABlockThatWasGivenBackServesTheNextOneOfItsSize) {
  BlockPool pool;
  char* first = pool.take(20);
  char* second = pool.take(32);
  EXPECT_EQ(second, first + 32) << "nothing stands between them";
  pool.give_back(first, 20);
  pool.give_back(second, 32);
  EXPECT_EQ(pool.take(25), second);
  EXPECT_EQ(pool.take(33), second + 32) << "of another size";
  EXPECT_EQ(pool.take(17), first);
}

RC_GTEST_PROP(BlockPoolProperty, BlocksInUseKeepTheirBytes,
              (const std::vector<std::uint16_t>& numbers)) {
  BlockPool pool;
  struct Taken {
    char* block;
    std::string twin;
  };
  std::vector<Taken> taken;
  auto give_back = [&](std::size_t at) {
    RC_ASSERT(std::equal(taken[at].twin.begin(), taken[at].twin.end(), taken[at].block));
    pool.give_back(taken[at].block, taken[at].twin.size());
    taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(at));
  };
  for (std::uint16_t number : numbers) {
    if (number % 3 == 0 && !taken.empty()) {
      give_back(number % taken.size());
      continue;
    }
    std::size_t bytes = 1 + number % (BlockPool::kPooledBytesMax + 40);
    taken.push_back({pool.take(bytes), std::string(bytes, static_cast<char>(number))});
    std::copy(taken.back().twin.begin(), taken.back().twin.end(), taken.back().block);
  }
  while (!taken.empty()) give_back(taken.size() - 1);
}

TEST(SlotTable, ANumberOfARemovedValueFindsNothingAlsoWhenItsSlotIsUsedAgain) {
  SlotTable<std::string> table;
  std::uint64_t first = table.add("first");
  table.remove(first);
  std::uint64_t second = table.add("second");
  EXPECT_EQ(table.slot_of(second), table.slot_of(first));
  EXPECT_NE(second, first);
  EXPECT_EQ(table.find(first), nullptr);
  table.remove(first);
  ASSERT_NE(table.find(second), nullptr) << "a late removal does not meet the next one";
  EXPECT_EQ(*table.find(second), "second");
}

RC_GTEST_PROP(SlotTableProperty, AgreesWithAMapFromNumbersThatOnlyGrow,
              (const std::vector<std::uint8_t>& steps)) {
  SlotTable<int> table;
  std::map<std::uint64_t, std::optional<int>> twin;  // every number ever given
  for (std::size_t i = 0; i < steps.size(); ++i) {
    int value = static_cast<int>(i);
    if (steps[i] % 3 != 0 || twin.empty()) {
      std::uint64_t number = table.add(value);
      RC_ASSERT(number != 0U && !twin.contains(number));
      RC_ASSERT(table.number_of(table.slot_of(number)) == number);
      twin[number] = value;
    } else {
      auto at = std::next(twin.begin(), steps[i] % static_cast<std::ptrdiff_t>(twin.size()));
      table.remove(at->first);
      at->second.reset();
    }
    std::size_t used = 0;
    for (const auto& [number, expected] : twin) {
      const int* found = table.find(number);
      RC_ASSERT((found != nullptr) == expected.has_value());
      if (found == nullptr) continue;
      RC_ASSERT(*found == *expected);
      ++used;
    }
    RC_ASSERT(table.size() == used);
  }
}

TEST(SlotTable, TheOneThatIsVisitedMayBeRemoved) {
  SlotTable<int> table;
  for (int i = 0; i < 10; ++i) table.add(i);
  table.for_each([&](std::uint64_t number, int value) {
    if (value % 2 == 0) table.remove(number);
  });
  std::vector<int> left;
  table.for_each([&](std::uint64_t, int value) { left.push_back(value); });
  EXPECT_EQ(left, (std::vector<int>{1, 3, 5, 7, 9}));
}

TEST(SlotIndex, AgreesWithAMapWhateverIsInsertedAndErased) {
  SlotIndex index;
  std::map<std::uint32_t, std::uint32_t> twin;  // slot -> hash
  std::uint32_t random = 7;
  for (std::uint32_t round = 0; round < 20'000; ++round) {
    random = random * 1664525U + 1013904223U;
    std::uint32_t slot = random >> 24U;
    std::uint32_t hash = slot % 37;  // many collisions
    if (twin.contains(slot)) {
      index.erase(hash, slot);
      twin.erase(slot);
    } else {
      index.insert(hash, slot);
      twin[slot] = hash;
    }
    std::uint32_t probe = (random >> 8U) & 255U;
    std::uint32_t found = index.find(probe % 37, [&](std::uint32_t s) { return s == probe; });
    ASSERT_EQ(found != kNoSlot, twin.contains(probe)) << "round " << round;
  }
  EXPECT_EQ(index.size(), twin.size());
}

TEST(Interner, EqualValuesShareOneIdUntilTheLastUserReleasesIt) {
  Interner<RoleName> roles;
  std::uint32_t a = roles.acquire({"a"});
  EXPECT_EQ(roles.acquire({"a"}), a);
  EXPECT_NE(roles.acquire({"b"}), a);
  roles.release(a);
  EXPECT_EQ(roles[a].text, "a");
  roles.release(a);
  EXPECT_EQ(roles.size(), 1U);
}

TEST(Interner, AValueStaysInItsPlaceWhileOthersCome) {
  Interner<std::string> texts;
  const std::string& first = texts[texts.acquire("first")];
  for (int i = 0; i < 1'000; ++i) texts.acquire(std::to_string(i));
  EXPECT_EQ(first, "first");
  EXPECT_EQ(&first, &texts[texts.acquire("first")]);
}

RC_GTEST_PROP(InternerProperty, AgreesWithACountPerValue,
              (const std::vector<std::uint8_t>& steps)) {
  Interner<std::string> texts;
  std::map<std::string, std::vector<std::uint32_t>> twin;  // value -> an id per user
  for (std::uint8_t step : steps) {
    std::string value(1, static_cast<char>('a' + step % 8));
    std::vector<std::uint32_t>& users = twin[value];
    if (step >= 128 && !users.empty()) {
      texts.release(users.back());
      users.pop_back();
    } else {
      users.push_back(texts.acquire(value));
    }
    std::size_t used = 0;
    for (const auto& [text, ids] : twin) {
      for (std::uint32_t id : ids) RC_ASSERT(texts[id] == text && id == ids.front());
      if (!ids.empty()) ++used;
    }
    RC_ASSERT(texts.size() == used);
  }
}

}  // namespace
}  // namespace fairlead
