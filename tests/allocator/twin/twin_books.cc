#include <algorithm>

#include "allocator/inventory.h"
#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

template <class Visit>
void for_all_offers(const Books& books, Visit visit) {
  for (const auto& [id, offer] : books.offers) visit(offer);
  for (const Offer& grant : books.grants) visit(grant);
}

/// One of those that compete under a parent: a sub-role, or the clients of the parent itself.
struct Sibling {
  RoleName role;
  bool is_leaf = false;
  Share share;
  std::int64_t weight = 1000;
  std::uint64_t times = 0;
};

std::uint64_t count_in(const std::map<RoleName, std::uint64_t>& times, const RoleName& role) {
  auto found = times.find(role);
  return found == times.end() ? 0 : found->second;
}

bool comes_before(const Sibling& a, const Sibling& b) {
  if (is_less(a.share, a.weight, b.share, b.weight)) return true;
  if (is_less(b.share, b.weight, a.share, a.weight)) return false;
  if (a.times != b.times) return a.times < b.times;
  if (a.is_leaf != b.is_leaf) return a.is_leaf;
  return a.role < b.role;
}

Sibling sibling_of(const Books& books, const RoleName& role, bool is_leaf) {
  return {.role = role,
          .is_leaf = is_leaf,
          .share = dominant(counted_for(books, role, !is_leaf), cluster_of(books)),
          .weight = is_leaf ? 1000 : weight_of(books, role),
          .times = count_in(is_leaf ? books.own_times : books.subtree_times, role)};
}

bool is_before(const Books& books, ClientNumber a, ClientNumber b) {
  Quantities cluster = cluster_of(books);
  Share left = dominant(counted_for(books, a), cluster);
  Share right = dominant(counted_for(books, b), cluster);
  if (is_less(left, 1, right, 1)) return true;
  if (is_less(right, 1, left, 1)) return false;
  const Client& one = books.clients[a];
  const Client& other = books.clients[b];
  if (one.times != other.times) return one.times < other.times;
  return books.frameworks.at(one.framework.index).id <
         books.frameworks.at(other.framework.index).id;
}

/// The child of `above` on the way down to `role`.
RoleName child_towards(const RoleName& above, const RoleName& role) {
  std::size_t from = above.empty() ? 0 : above.text.size() + 1;
  return {role.text.substr(0, role.text.find('/', from))};
}

bool uses_or_wants(const Books& books, const RoleName& role, bool with_sub_roles) {
  if (!used_by(books, role, with_sub_roles).is_zero()) return true;
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    const Client& client = books.clients[i];
    bool counts = client.role == role || (with_sub_roles && is_within(client.role, role));
    if (client.present && counts && wants(books, i)) return true;
  }
  return false;
}

/// Scales the share down to the part that is due to a child of `parent` of this weight.
void descend(const Books& books, const RoleName& parent, std::int64_t weight, Share& due) {
  std::int64_t weights = uses_or_wants(books, parent, false) ? 1000 : 0;
  for (const RoleName& role : roles_of(books)) {
    bool competes = parent_of(role) == parent && uses_or_wants(books, role, true);
    if (competes) weights += weight_of(books, role);
  }
  if (weights <= weight) return;
  __int128 part = static_cast<__int128>(due.part) * weight;
  __int128 whole = static_cast<__int128>(due.whole) * weights;
  for (; whole > (__int128{1} << 40); whole >>= 1) part >>= 1;
  due = {static_cast<std::int64_t>(part), static_cast<std::int64_t>(whole)};
}

}  // namespace

bool is_within(const RoleName& role, const RoleName& above) {
  return above.empty() || is_ancestor_or_self(above, role);
}

bool is_less(const Share& a, std::int64_t weight_a, const Share& b, std::int64_t weight_b) {
  return static_cast<__int128>(a.part) * b.whole * weight_b <
         static_cast<__int128>(b.part) * a.whole * weight_a;
}

Share dominant(const Quantities& used, const Quantities& whole) {
  Share most;
  auto consider = [&](std::int64_t part, std::int64_t of) {
    if (of > 0 && is_less(most, 1, {part, of}, 1)) most = {part, of};
  };
  for (std::size_t i = 0; i < kStandardScalars; ++i) consider(used.standard[i], whole.standard[i]);
  for (const CustomScalar& one : used.custom) {
    for (const CustomScalar& all : whole.custom) {
      if (all.name == one.name) consider(one.milli, all.milli);
    }
  }
  return most;
}

Quantities cluster_of(const Books& books) {
  Quantities sum;
  for (const auto& [number, agent] : books.agents) add(sum, scalars(agent.total));
  for (const std::string& name : books.config.fair_share_excluded) {
    if (name == "cpus") sum[StandardScalar::kCpus] = 0;
    if (name == "mem") sum[StandardScalar::kMem] = 0;
    if (name == "disk") sum[StandardScalar::kDisk] = 0;
    if (name == "gpus") sum[StandardScalar::kGpus] = 0;
    for (CustomScalar& one : sum.custom) {
      if (one.name == name) one.milli = 0;
    }
  }
  return sum;
}

bool is_batch(const Books& books) {
  return books.config.mode == AllocationMode::kBatch;
}

bool is_closed(const Books& books, AgentNumber number) {
  const Agent& agent = books.agents.at(number);
  return agent.paused || (books.whitelist && !books.whitelist->contains(agent.hostname));
}

Resources free_of(const Books& books, AgentNumber agent) {
  Resources free = divisible_part(books.agents.at(agent).total);
  for (const auto& [at, held] : books.holdings) {
    if (at.second == agent) free = allocation::minus_saturated(free, held);
  }
  for_all_offers(books, [&](const Offer& offer) {
    if (offer.agent == agent) free = allocation::minus_saturated(free, offer.resources);
  });
  return free;
}

Quantities used_by(const Books& books, ClientNumber client) {
  Quantities used;
  for (const auto& [at, held] : books.holdings) {
    if (at.first == client) add(used, scalars(held));
  }
  for_all_offers(books, [&](const Offer& offer) {
    if (offer.client == client) add(used, scalars(offer.resources));
  });
  return used;
}

Quantities used_by(const Books& books, const RoleName& role, bool with_sub_roles) {
  Quantities used;
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    const Client& client = books.clients[i];
    bool counts = client.role == role || (with_sub_roles && is_within(client.role, role));
    if (client.present && counts) add(used, used_by(books, i));
  }
  return used;
}

std::uint32_t offered_of(const Books& books, ClientNumber client, const std::string& shape,
                         std::optional<AgentNumber> on) {
  std::uint32_t tasks = 0;
  for_all_offers(books, [&](const Offer& offer) {
    bool counts = offer.client == client && (!on || *on == offer.agent);
    for (const auto& [name, given] : offer.tasks) {
      if (counts && name == shape) tasks += given;
    }
  });
  return tasks;
}

std::uint32_t unmet_of(const Books& books, ClientNumber client, const Shape& shape) {
  std::uint32_t offered = offered_of(books, client, shape.demand.name);
  std::uint32_t tasks = shape.demand.count > offered ? shape.demand.count - offered : 0;
  // A part of a gang is of no use.
  return shape.demand.gang_size > 1 ? tasks / shape.demand.gang_size * shape.demand.gang_size
                                    : tasks;
}

bool wants(const Books& books, ClientNumber number) {
  const Client& client = books.clients[number];
  if (!client.present || !client.subscribed || client.suppressed) return false;
  if (!books.frameworks.at(client.framework.index).active) return false;
  return !client.has_demand ||
         std::any_of(client.shapes.begin(), client.shapes.end(),
                     [&](const Shape& shape) { return unmet_of(books, number, shape) > 0; });
}

std::optional<ClientNumber> keeper_of(const Books& books, AgentNumber agent) {
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    if (!books.clients[i].kept) continue;
    const std::vector<AgentNumber>& agents = books.clients[i].kept->agents;
    if (std::find(agents.begin(), agents.end(), agent) != agents.end()) return i;
  }
  return std::nullopt;
}

std::vector<AgentNumber> kept_for(const Books& books, ClientNumber client,
                                  const std::string& shape) {
  const std::optional<Kept>& kept = books.clients[client].kept;
  return kept && kept->shape == shape ? kept->agents : std::vector<AgentNumber>{};
}

bool is_open(const Books& books, AgentNumber agent) {
  return !is_closed(books, agent) && !keeper_of(books, agent);
}

bool is_open_in_turn(const Books& books, AgentNumber agent) {
  if (is_open(books, agent)) return true;
  if (!books.may_use_kept || is_closed(books, agent)) return false;
  const Kept& kept = *books.clients[*keeper_of(books, agent)].kept;
  return kept.reclaimed_for != ReclaimKind::kGuarantee;
}

std::optional<ClientNumber> find_client(const Books& books, FrameworkHandle framework,
                                        const RoleName& role) {
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    const Client& client = books.clients[i];
    if (client.present && client.framework == framework && client.role == role) return i;
  }
  return std::nullopt;
}

std::vector<ClientNumber> clients_of(const Books& books, FrameworkHandle framework) {
  std::map<RoleName, ClientNumber> by_role;
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    const Client& client = books.clients[i];
    if (client.present && client.framework == framework) by_role[client.role] = i;
  }
  std::vector<ClientNumber> all;
  for (const auto& [role, client] : by_role) all.push_back(client);
  return all;
}

std::set<RoleName> roles_of(const Books& books) {
  std::set<RoleName> roles;
  auto note = [&](RoleName role) {
    for (; !role.empty(); role = parent_of(role)) roles.insert(role);
  };
  for (const Client& client : books.clients) {
    if (client.present) note(client.role);
  }
  for (const auto& [role, weight] : books.weights) note(role);
  for (const auto& [role, quota] : books.quotas) note(role);
  return roles;
}

RoleName parent_of(const RoleName& role) {
  std::size_t slash = role.text.rfind('/');
  return {slash == std::string::npos ? "" : role.text.substr(0, slash)};
}

std::int64_t weight_of(const Books& books, const RoleName& role) {
  auto found = books.weights.find(role);
  return found == books.weights.end() ? 1000 : found->second;
}

bool is_below_fair_share(const Books& books, const RoleName& role) {
  std::set<RoleName> roles = roles_of(books);
  bool has_sub_roles = std::any_of(roles.begin(), roles.end(),
                                   [&](const RoleName& one) { return parent_of(one) == role; });
  Share due{1, 1};
  if (has_sub_roles) descend(books, role, 1000, due);
  for (RoleName at = role; !at.empty(); at = parent_of(at)) {
    descend(books, parent_of(at), weight_of(books, at), due);
  }
  return is_less(dominant(used_by(books, role, false), cluster_of(books)), 1, due, 1);
}

bool is_filtered(const Books& books, ClientNumber client, AgentNumber agent,
                 const Resources& resources) {
  for (const Filter& filter : books.batch.filters) {
    bool is_it = filter.client == client && filter.agent == agent;
    if (is_it && contains(filter.hidden, resources)) return true;
  }
  const auto& refusals = books.clients[client].refusals;
  auto known = refusals.find(agent);
  return known != refusals.end() && known->second.hidden_until > books.now &&
         contains(known->second.hidden, resources);
}

bool is_backed_off(const Books& books, ClientNumber client, AgentNumber agent) {
  const auto& refusals = books.clients[client].refusals;
  auto known = refusals.find(agent);
  return known != refusals.end() && known->second.backoff_until > books.now &&
         contains(known->second.free_then, free_of(books, agent));
}

ClientNumber first_of(const Books& books, const std::set<ClientNumber>& clients) {
  RoleName at;
  while (true) {
    std::optional<Sibling> first;
    for (ClientNumber client : clients) {
      const RoleName& role = books.clients[client].role;
      if (!is_within(role, at)) continue;
      Sibling one = role == at ? sibling_of(books, role, true)
                               : sibling_of(books, child_towards(at, role), false);
      if (!first || comes_before(one, *first)) first = one;
    }
    if (first->is_leaf) break;
    at = first->role;
  }
  std::optional<ClientNumber> first;
  for (ClientNumber client : clients) {
    if (books.clients[client].role != at) continue;
    if (!first || is_before(books, client, *first)) first = client;
  }
  return *first;
}

}  // namespace fairlead::twin
