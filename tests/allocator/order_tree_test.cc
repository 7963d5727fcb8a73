// The search tree against a sorted list, on random changes.
#include "allocator/order_tree.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

namespace fairlead::allocation {
namespace {

struct Member {
  std::uint32_t key = 0;
  std::uint32_t need = 0;
  std::uint32_t least = 0;  ///< of it and those below it
  TreeLinks links;
  bool is_in = false;
};

struct Members {
  std::vector<Member>& all;

  TreeLinks& links(std::uint32_t number) const { return all[number].links; }
  bool is_before(std::uint32_t a, std::uint32_t b) const {
    return all[a].key != all[b].key ? all[a].key < all[b].key : a < b;
  }
  void sum_up(std::uint32_t number) const {
    Member& one = all[number];
    one.least = one.need;
    for (std::uint32_t below : {one.links.left, one.links.right}) {
      if (below != kNoSlot) one.least = std::min(one.least, all[below].least);
    }
  }
};

/// Those from a key on whose need there is room for.
struct Fitting {
  const std::vector<Member>& all;
  std::uint32_t from = 0;
  std::uint32_t room = 0;
  std::size_t* looked_at = nullptr;  ///< counted when given

  bool is_passed(std::uint32_t number) const { return all[number].key < from; }
  bool may_hold(std::uint32_t number) const {
    if (looked_at != nullptr) ++*looked_at;
    return all[number].least <= room;
  }
  bool holds(std::uint32_t number) const { return all[number].need <= room; }
};

std::vector<std::uint32_t> found(const Members& members, std::uint32_t root,
                                 const Fitting& fitting) {
  std::vector<std::uint32_t> numbers;
  visit_in_order(members, root, fitting, [&](std::uint32_t number) {
    numbers.push_back(number);
    return false;
  });
  return numbers;
}

std::vector<std::uint32_t> expected(const Members& members, const Fitting& fitting) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < members.all.size(); ++i) {
    if (members.all[i].is_in && !fitting.is_passed(i) && fitting.holds(i)) numbers.push_back(i);
  }
  std::sort(numbers.begin(), numbers.end(),
            [&](std::uint32_t a, std::uint32_t b) { return members.is_before(a, b); });
  return numbers;
}

RC_GTEST_PROP(OrderTree, FindsInOrderWhatASortedListHolds, (std::vector<std::uint32_t> numbers)) {
  std::vector<Member> all(20);
  Members members{all};
  std::uint32_t root = kNoSlot;
  for (std::uint32_t number : numbers) {
    std::uint32_t chosen = number % 20;
    Member& one = all[chosen];
    OrderTree<Members> tree(members, root);
    bool only_needs_more = one.is_in && number / 20 % 3 == 0;
    if (only_needs_more) {
      one.need = number / 60 % 8;
      tree.refresh(chosen);
    } else if (one.is_in) {
      tree.erase(chosen);
      one.is_in = false;
    } else {
      one.key = number / 20 % 12;
      one.need = number / 240 % 8;
      one.is_in = true;
      tree.insert(chosen);
    }
    for (std::uint32_t from : {0U, 6U}) {
      for (std::uint32_t room : {0U, 3U, 8U}) {
        Fitting fitting{all, from, room};
        RC_ASSERT(found(members, root, fitting) == expected(members, fitting));
      }
    }
  }
}

TEST(OrderTree, PassesOverThoseWhoNeedMoreWithoutLookingAtEach) {
  constexpr std::uint32_t kMembers = 10'000;
  std::vector<Member> all(kMembers);
  Members members{all};
  std::uint32_t root = kNoSlot;
  for (std::uint32_t i = 0; i < kMembers; ++i) {
    all[i].key = i;
    all[i].need = i == kMembers - 10 ? 1 : 2;
    OrderTree<Members>(members, root).insert(i);
  }
  std::size_t looked_at = 0;
  EXPECT_EQ(found(members, root, Fitting{all, 0, 1, &looked_at}),
            std::vector<std::uint32_t>{kMembers - 10});
  EXPECT_LT(looked_at, 200U) << "a few for each level, not " << kMembers;
}

}  // namespace
}  // namespace fairlead::allocation
