// A search tree whose links lie in what it orders: a treap (Seidel and Aragon, "Randomized Search
// Trees", 1996) whose priorities follow from the members' numbers, so that the same members always
// make the same tree. Every member may keep a sum over itself and those below it, by which a search
// leaves out whole parts. Owns nothing and allocates nothing; not thread-safe.
//
// `Members` says what is ordered. For numbers of members:
//   TreeLinks& links(number);
//   bool is_before(a, b): a total order that does not change while both are in the tree;
//   void sum_up(number): its sum, from what it is and the sums of its links.
#pragma once

#include <cstdint>

#include "common/slot_index.h"

namespace fairlead::allocation {

struct TreeLinks {
  std::uint32_t left = kNoSlot;
  std::uint32_t right = kNoSlot;
};

template <class Members>
class OrderTree {
 public:
  /// `root` is kNoSlot while the tree is empty; it and the members outlive this.
  OrderTree(Members members, std::uint32_t& root) : members_(members), root_(root) {}

  /// REQUIRES that it is in no tree of these links. O(log members), as all of these.
  void insert(std::uint32_t number) { root_ = with(root_, number); }
  /// REQUIRES that it is there.
  void erase(std::uint32_t number) { root_ = without(root_, number); }
  /// What its sum is made of has changed, its place has not. REQUIRES that it is there.
  void refresh(std::uint32_t number) { refresh(root_, number); }

 private:
  TreeLinks& links(std::uint32_t number) const { return members_.links(number); }

  static std::uint32_t priority(std::uint32_t number) {
    std::uint32_t mixed = (number ^ number >> 16U) * 0x7FEB352DU;
    mixed = (mixed ^ mixed >> 15U) * 0x846CA68BU;
    return mixed ^ mixed >> 16U;
  }

  std::uint32_t with(std::uint32_t at, std::uint32_t number) {
    if (at == kNoSlot || priority(number) > priority(at)) {
      split(at, number, links(number).left, links(number).right);
      members_.sum_up(number);
      return number;
    }
    std::uint32_t& side = members_.is_before(number, at) ? links(at).left : links(at).right;
    side = with(side, number);
    members_.sum_up(at);
    return at;
  }

  /// Those before `number` to the left, the others to the right.
  void split(std::uint32_t at, std::uint32_t number, std::uint32_t& left, std::uint32_t& right) {
    if (at == kNoSlot) {
      left = right = kNoSlot;
      return;
    }
    if (members_.is_before(at, number)) {
      left = at;
      split(links(at).right, number, links(at).right, right);
    } else {
      right = at;
      split(links(at).left, number, left, links(at).left);
    }
    members_.sum_up(at);
  }

  std::uint32_t without(std::uint32_t at, std::uint32_t number) {
    if (at == number) return joined(links(at).left, links(at).right);
    std::uint32_t& side = members_.is_before(number, at) ? links(at).left : links(at).right;
    side = without(side, number);
    members_.sum_up(at);
    return at;
  }

  /// REQUIRES that all of `left` come before all of `right`.
  std::uint32_t joined(std::uint32_t left, std::uint32_t right) {
    if (left == kNoSlot) return right;
    if (right == kNoSlot) return left;
    bool is_left_above = priority(left) > priority(right);
    std::uint32_t top = is_left_above ? left : right;
    if (is_left_above) {
      links(left).right = joined(links(left).right, right);
    } else {
      links(right).left = joined(left, links(right).left);
    }
    members_.sum_up(top);
    return top;
  }

  void refresh(std::uint32_t at, std::uint32_t number) {
    if (at != number) {
      refresh(members_.is_before(number, at) ? links(at).left : links(at).right, number);
    }
    members_.sum_up(at);
  }

  Members members_;
  std::uint32_t& root_;
};

/// Calls `visit` with the wanted members in order until it returns true; returns whether it did.
/// `search` says about members: `is_passed`, true for a first part of the order, which is left out;
/// `may_hold`, false when neither it nor anybody below it is wanted; `holds`. What it says may
/// change from visit to visit, so that less is wanted. O(log members + visited) where the sums
/// tell exactly who is wanted.
template <class Members, class Search, class Visit>
bool visit_in_order(const Members& members, std::uint32_t at, const Search& search,
                    const Visit& visit) {
  if (at == kNoSlot || !search.may_hold(at)) return false;
  if (!search.is_passed(at)) {
    if (visit_in_order(members, members.links(at).left, search, visit)) return true;
    if (!search.is_passed(at) && search.holds(at) && visit(at)) return true;
  }
  return visit_in_order(members, members.links(at).right, search, visit);
}

/// Calls `visit` with every member in order. O(members).
template <class Members, class Visit>
void each_in_order(const Members& members, std::uint32_t at, const Visit& visit) {
  if (at == kNoSlot) return;
  each_in_order(members, members.links(at).left, visit);
  visit(at);
  each_in_order(members, members.links(at).right, visit);
}

}  // namespace fairlead::allocation
