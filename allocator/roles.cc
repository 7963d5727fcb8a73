#include "allocator/roles.h"

#include <algorithm>
#include <string_view>

#include "allocator/leases.h"
#include "allocator/offers.h"
#include "allocator/ranking.h"
#include "allocator/shares.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

/// The first eight bytes: where they differ they order as the names do.
std::uint64_t name_key_of(std::string_view name) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < sizeof(key); ++i) {
    key = key << 8U | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  }
  return key;
}

/// By it a path's siblings are ordered.
std::string_view last_word(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

template <class Index, class Slot>
Index take_slot(std::vector<Slot>& slots, std::vector<Index>& unused) {
  if (unused.empty()) {
    slots.emplace_back();
    return {static_cast<std::uint32_t>(slots.size() - 1)};
  }
  Index slot = unused.back();
  unused.pop_back();
  return slot;
}

const FrameworkId& framework_id(const State& state, ClientIndex client) {
  return framework_of(state, client_of(state, client).framework).id;
}

void append_in_order(const State& state, RoleIndex at, std::vector<ClientIndex>& order) {
  const RoleNode& role = role_of(state, at);
  std::vector<Ranked> siblings;
  for (RoleIndex child : role.children) siblings.push_back(ranked(state, child));
  if (!role.clients.empty()) siblings.push_back(ranked_leaf(state, at));
  std::sort(siblings.begin(), siblings.end(), [&](const Ranked& a, const Ranked& b) {
    return comes_before(state, Rank::kSibling, a, b);
  });
  for (const Ranked& sibling : siblings) {
    if (!sibling.is_leaf) {
      append_in_order(state, RoleIndex{sibling.index}, order);
      continue;
    }
    std::vector<Ranked> wanting;
    for (ClientIndex client : role.clients) {
      if (client_of(state, client).wants) wanting.push_back(ranked(state, client));
    }
    std::sort(wanting.begin(), wanting.end(), [&](const Ranked& a, const Ranked& b) {
      return comes_before(state, Rank::kClient, a, b);
    });
    for (const Ranked& client : wanting) order.push_back(ClientIndex{client.index});
  }
}

}  // namespace

Status on_weight_set(Context& context, const WeightSet& event) {
  Status named = check_role_name(event.role.text);
  if (!named) return named;
  if (event.weight_milli < limits::kWeightMilliMin ||
      event.weight_milli > limits::kWeightMilliMax) {
    return invalid({.what = "WeightSet",
                    .where = "role '" + event.role.text + "'",
                    .expected = "0.001..1048.576",
                    .got = std::to_string(event.weight_milli) + " thousandths",
                    .hint = ""});
  }
  RoleIndex role = ensure_role(context.state, event.role);
  bool is_new = role_of(context.state, role).weight_milli != event.weight_milli;
  role_of(context.state, role).weight_milli = event.weight_milli;
  refresh_competition(context.state, role);
  note_rank(context.state, role);
  prune_role(context.state, role);
  if (is_new && context.state.batch != nullptr) {
    rescind_everything(context, "the weight of role " + event.role.text + " has changed");
  }
  return {};
}

RoleIndex ensure_role(State& state, const RoleName& path) {
  if (path.empty()) return kRootRole;
  auto known = state.roles_by_path.find(path);
  if (known != state.roles_by_path.end()) return known->second;
  std::size_t slash = path.text.rfind('/');
  RoleIndex parent = slash == std::string::npos
                         ? kRootRole
                         : ensure_role(state, RoleName{path.text.substr(0, slash)});
  RoleIndex made = take_slot(state.roles, state.roles_unused);
  role_of(state, made) = RoleNode{};
  role_of(state, made).present = true;
  role_of(state, made).path = path;
  role_of(state, made).name_key = name_key_of(last_word(path.text));
  role_of(state, made).parent = parent;
  std::vector<RoleIndex>& siblings = role_of(state, parent).children;
  auto at = std::find_if(siblings.begin(), siblings.end(),
                         [&](RoleIndex sibling) { return path < role_of(state, sibling).path; });
  siblings.insert(at, made);
  state.roles_by_path.emplace(path, made);
  return made;
}

void prune_role(State& state, RoleIndex role) {
  while (role != kRootRole) {
    RoleNode& node = role_of(state, role);
    bool is_needed = !node.clients.empty() || !node.children.empty() || node.weight_milli != 1000 ||
                     node.quota != nullptr;
    if (is_needed) return;
    RoleIndex parent = node.parent;
    std::erase(role_of(state, parent).children, role);
    state.roles_by_path.erase(node.path);
    node = RoleNode{};
    state.roles_unused.push_back(role);
    role = parent;
  }
}

ClientIndex ensure_client(State& state, FrameworkHandle framework, const RoleName& role) {
  auto known = framework_of(state, framework).clients.find(role);
  if (known != framework_of(state, framework).clients.end()) return known->second;
  RoleIndex at = ensure_role(state, role);
  ClientIndex made = take_slot(state.clients, state.clients_unused);
  Client& client = client_of(state, made);
  client = Client{};
  client.present = true;
  client.framework = framework;
  client.name_key = name_key_of(framework_of(state, framework).id.text);
  client.role = at;
  framework_of(state, framework).clients.emplace(role, made);
  std::vector<ClientIndex>& others = role_of(state, at).clients;
  auto place = std::find_if(others.begin(), others.end(), [&](ClientIndex other) {
    return framework_id(state, made) < framework_id(state, other);
  });
  others.insert(place, made);
  return made;
}

void prune_client(State& state, ClientIndex index) {
  Client& client = client_of(state, index);
  if (client.subscribed || client.agents_held > 0 || !client.offers.empty()) return;
  RoleIndex role = client.role;
  forget_debt(state, index);
  forget_rank(state, index);
  if (client.wait_due) state.waits_due.erase({*client.wait_due, index});
  state.accumulated_last.erase(index);
  state.reclaimed_last.erase(index);
  framework_of(state, client.framework).clients.erase(role_of(state, role).path);
  std::erase(role_of(state, role).clients, index);
  client = Client{};
  state.clients_unused.push_back(index);
  prune_role(state, role);
}

std::vector<ClientIndex> wanting_in_order(const State& state) {
  std::vector<ClientIndex> order;
  append_in_order(state, kRootRole, order);
  return order;
}

std::string name_of(const State& state, ClientIndex client) {
  return role_of(state, client_of(state, client).role).path.text + "/" +
         framework_id(state, client).text;
}

}  // namespace fairlead::allocation
