#include "allocator/turns.h"

#include <algorithm>

namespace fairlead::allocation {
namespace {

/// std heaps keep the largest in front; here that is the one that comes first.
auto later_client(const State& state) {
  return [&state](ClientIndex a, ClientIndex b) { return comes_before(state, b, a); };
}

auto later_sibling(const State& state) {
  return [&state](const Sibling& a, const Sibling& b) { return comes_before(state, b, a); };
}

}  // namespace

Turns::Turns(const State& state, const std::vector<ClientIndex>& clients)
    : state_(state), places_(state.roles.size()) {
  for (ClientIndex client : clients) {
    RoleIndex role = client_of(state, client).role;
    bool is_first = level(role).clients.empty();
    level(role).clients.push_back(client);
    if (!is_first) continue;
    level(role).siblings.push_back({.role = role, .is_leaf = true});
    if (level(role).siblings.size() == 1) add_to_parents(role);
  }
  for (Level& one : levels_) {
    std::make_heap(one.clients.begin(), one.clients.end(), later_client(state_));
    std::make_heap(one.siblings.begin(), one.siblings.end(), later_sibling(state_));
  }
}

Turns::Level& Turns::level(RoleIndex role) {
  std::uint32_t& place = places_[role.index];
  if (place == 0) {
    levels_.emplace_back();
    place = static_cast<std::uint32_t>(levels_.size());
  }
  return levels_[place - 1];
}

void Turns::add_to_parents(RoleIndex role) {
  while (role != kRootRole) {
    RoleIndex parent = role_of(state_, role).parent;
    std::vector<Sibling>& siblings = level(parent).siblings;
    siblings.push_back({.role = role, .is_leaf = false});
    if (siblings.size() > 1) return;
    role = parent;
  }
}

std::vector<RoleIndex> Turns::path() const {
  std::vector<RoleIndex> roles = {kRootRole};
  while (true) {
    const Sibling& first = level_at(roles.back()).siblings.front();
    if (first.is_leaf) return roles;
    roles.push_back(first.role);
  }
}

std::optional<ClientIndex> Turns::next() const {
  if (levels_.empty() || level_at(kRootRole).siblings.empty()) return std::nullopt;
  return level_at(path().back()).clients.front();
}

void Turns::sift(Level& heap, bool keep) {
  std::pop_heap(heap.siblings.begin(), heap.siblings.end(), later_sibling(state_));
  if (keep) {
    std::push_heap(heap.siblings.begin(), heap.siblings.end(), later_sibling(state_));
  } else {
    heap.siblings.pop_back();
  }
}

void Turns::served() {
  std::vector<RoleIndex> roles = path();
  std::vector<ClientIndex>& clients = level(roles.back()).clients;
  std::pop_heap(clients.begin(), clients.end(), later_client(state_));
  std::push_heap(clients.begin(), clients.end(), later_client(state_));
  for (auto role = roles.rbegin(); role != roles.rend(); ++role) sift(level(*role), true);
}

void Turns::drop() {
  std::vector<RoleIndex> roles = path();
  std::vector<ClientIndex>& clients = level(roles.back()).clients;
  std::pop_heap(clients.begin(), clients.end(), later_client(state_));
  clients.pop_back();
  bool keep = !clients.empty();
  for (auto role = roles.rbegin(); role != roles.rend(); ++role) {
    sift(level(*role), keep);
    keep = !level(*role).siblings.empty();
  }
}

}  // namespace fairlead::allocation
