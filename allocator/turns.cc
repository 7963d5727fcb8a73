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

Turns::Turns(const State& state, const std::vector<ClientIndex>& clients) : state_(state) {
  for (ClientIndex client : clients) {
    RoleIndex role = client_of(state, client).role;
    Level& level = levels_[role];
    if (level.clients.empty()) {
      level.siblings.push_back({.role = role, .is_leaf = true});
      if (level.siblings.size() == 1) add_to_parents(role);
    }
    level.clients.push_back(client);
  }
  for (auto& [role, level] : levels_) {
    std::make_heap(level.clients.begin(), level.clients.end(), later_client(state_));
    std::make_heap(level.siblings.begin(), level.siblings.end(), later_sibling(state_));
  }
}

void Turns::add_to_parents(RoleIndex role) {
  while (role != kRootRole) {
    RoleIndex parent = role_of(state_, role).parent;
    Level& level = levels_[parent];
    level.siblings.push_back({.role = role, .is_leaf = false});
    if (level.siblings.size() > 1) return;
    role = parent;
  }
}

std::vector<RoleIndex> Turns::path() const {
  std::vector<RoleIndex> roles = {kRootRole};
  while (true) {
    const Sibling& first = levels_.at(roles.back()).siblings.front();
    if (first.is_leaf) return roles;
    roles.push_back(first.role);
  }
}

std::optional<ClientIndex> Turns::next() const {
  auto root = levels_.find(kRootRole);
  if (root == levels_.end() || root->second.siblings.empty()) return std::nullopt;
  return levels_.at(path().back()).clients.front();
}

void Turns::sift(Level& level, bool keep) {
  std::pop_heap(level.siblings.begin(), level.siblings.end(), later_sibling(state_));
  if (keep) {
    std::push_heap(level.siblings.begin(), level.siblings.end(), later_sibling(state_));
  } else {
    level.siblings.pop_back();
  }
}

void Turns::served() {
  std::vector<RoleIndex> roles = path();
  std::vector<ClientIndex>& clients = levels_.at(roles.back()).clients;
  std::pop_heap(clients.begin(), clients.end(), later_client(state_));
  std::push_heap(clients.begin(), clients.end(), later_client(state_));
  for (auto role = roles.rbegin(); role != roles.rend(); ++role) sift(levels_.at(*role), true);
}

void Turns::drop() {
  std::vector<RoleIndex> roles = path();
  std::vector<ClientIndex>& clients = levels_.at(roles.back()).clients;
  std::pop_heap(clients.begin(), clients.end(), later_client(state_));
  clients.pop_back();
  bool keep = !clients.empty();
  for (auto role = roles.rbegin(); role != roles.rend(); ++role) {
    Level& level = levels_.at(*role);
    sift(level, keep);
    keep = !level.siblings.empty();
  }
}

}  // namespace fairlead::allocation
