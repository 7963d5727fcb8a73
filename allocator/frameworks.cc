#include "allocator/frameworks.h"

#include <algorithm>

#include "allocator/abilities.h"
#include "allocator/accumulate.h"
#include "allocator/demand.h"
#include "allocator/filters.h"
#include "allocator/held_units.h"
#include "allocator/impossible.h"
#include "allocator/offers.h"
#include "allocator/reclaim.h"
#include "allocator/roles.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

std::string number(FrameworkHandle framework) {
  return std::to_string(framework.index);
}

Status check_known(const State& state, FrameworkHandle framework, const char* event) {
  if (is_known(state, framework)) return {};
  return contradiction(event, "a framework that was added", "framework " + number(framework));
}

bool is_in(const std::vector<RoleName>& roles, const RoleName& role) {
  return std::find(roles.begin(), roles.end(), role) != roles.end();
}

Status check_roles(const std::vector<RoleName>& roles, const std::vector<RoleName>& suppressed,
                   const std::map<RoleName, OfferMinimum>& minimums, const char* event) {
  if (roles.size() > limits::kRolesPerFrameworkMax) {
    return contradiction(event, "at most 64 roles", std::to_string(roles.size()));
  }
  for (const RoleName& role : roles) {
    Status named = check_role_name(role.text);
    if (!named) return named;
  }
  for (const RoleName& role : suppressed) {
    if (!is_in(roles, role)) {
      return contradiction(event, "suppressed roles that are among its roles", role.text);
    }
  }
  for (const auto& [role, minimum] : minimums) {
    if (!is_in(roles, role)) {
      return contradiction(event, "minimums for roles that are among its roles", role.text);
    }
  }
  return {};
}

std::optional<OfferMinimum> minimum_of(const std::map<RoleName, OfferMinimum>& minimums,
                                       const RoleName& role) {
  auto found = minimums.find(role);
  if (found == minimums.end()) return std::nullopt;
  return found->second;
}

struct Subscription {
  bool suppressed = false;
  std::optional<OfferMinimum> minimum;
};

void subscribe(Context& context, FrameworkHandle framework, const RoleName& role,
               Subscription subscription) {
  State& state = context.state;
  ClientIndex index = ensure_client(state, framework, role);
  Client& client = client_of(state, index);
  bool is_new = !client.subscribed || (client.suppressed && !subscription.suppressed) ||
                client.minimum != subscription.minimum;
  client.subscribed = true;
  client.suppressed = subscription.suppressed;
  client.minimum = std::move(subscription.minimum);
  note_declared(state, client.role);
  refresh_wants(state, index);
  drop_stale_accumulation(context, index);
  if (is_new) context.touched.clients.push_back(index);
}

void unsubscribe(Context& context, ClientIndex index, const std::string& reason) {
  State& state = context.state;
  client_of(state, index).subscribed = false;
  client_of(state, index).suppressed = false;
  client_of(state, index).minimum.reset();
  rescind_all(context, state.offers.numbers(client_of(state, index).offers), reason);
  clear_refusals(state, index);
  forget_demand(context, index);
  prune_client(state, index);
}

/// The clients that `roles` names; all that are subscribed when it is empty.
Result<std::vector<ClientIndex>> named_clients(const State& state, FrameworkHandle framework,
                                               const std::vector<RoleName>& roles,
                                               const char* event) {
  std::vector<ClientIndex> named;
  const auto& clients = framework_of(state, framework).clients;
  for (const auto& [role, client] : clients) {
    bool wanted = roles.empty() || is_in(roles, role);
    if (wanted && client_of(state, client).subscribed) named.push_back(client);
  }
  for (const RoleName& role : roles) {
    auto known = clients.find(role);
    if (known == clients.end() || !client_of(state, known->second).subscribed) {
      return contradiction(event, "roles that the framework is subscribed to", role.text);
    }
  }
  return named;
}

}  // namespace

Status on_framework_added(Context& context, const FrameworkAdded& event) {
  State& state = context.state;
  if (event.framework.index >= limits::kFrameworksMax) {
    return Error{ErrorCode::kExhausted, "FrameworkAdded: handle " + number(event.framework) +
                                            ": at most " + std::to_string(limits::kFrameworksMax)};
  }
  if (is_known(state, event.framework)) {
    return contradiction("FrameworkAdded: framework " + event.id.text,
                         "a handle that is not in use",
                         number(event.framework) + ", which is framework " +
                             framework_of(state, event.framework).id.text);
  }
  Status valid = check_roles(event.roles, event.suppressed, event.minimums, "FrameworkAdded");
  if (!valid) return valid;
  Abilities abilities{event.capabilities, event.offer_constraints};
  valid = check_abilities(state, event.roles, abilities, "FrameworkAdded");
  if (!valid) return valid;
  if (event.framework.index >= state.frameworks.size()) {
    state.frameworks.resize(event.framework.index + 1);
  }
  Framework& framework = framework_of(state, event.framework);
  framework = Framework{};
  framework.present = true;
  framework.id = event.id;
  framework.active = event.active;
  for (const RoleName& role : event.roles) {
    subscribe(context, event.framework, role,
              {is_in(event.suppressed, role), minimum_of(event.minimums, role)});
  }
  set_abilities(context, event.framework, abilities);
  return {};
}

Status on_framework_changed(Context& context, const FrameworkChanged& event) {
  State& state = context.state;
  Status known = check_known(state, event.framework, "FrameworkChanged");
  if (!known) return known;
  Status valid = check_roles(event.roles, event.suppressed, event.minimums, "FrameworkChanged");
  if (!valid) return valid;
  Abilities abilities{event.capabilities, event.offer_constraints};
  valid = check_abilities(state, event.roles, abilities, "FrameworkChanged");
  if (!valid) return valid;
  std::map<RoleName, ClientIndex> clients = framework_of(state, event.framework).clients;
  for (const auto& [role, client] : clients) {
    if (is_in(event.roles, role) || !client_of(state, client).subscribed) continue;
    unsubscribe(context, client, "the framework left the role");
  }
  for (const RoleName& role : event.roles) {
    subscribe(context, event.framework, role,
              {is_in(event.suppressed, role), minimum_of(event.minimums, role)});
  }
  set_abilities(context, event.framework, abilities);
  return {};
}

Status on_framework_activated(Context& context, const FrameworkActivated& event) {
  State& state = context.state;
  Status known = check_known(state, event.framework, "FrameworkActivated");
  if (!known) return known;
  framework_of(state, event.framework).active = event.active;
  std::map<RoleName, ClientIndex> clients = framework_of(state, event.framework).clients;
  for (const auto& [role, client] : clients) {
    refresh_wants(state, client);
    note_demand_new(context, client);
    if (event.active) {
      context.touched.clients.push_back(client);
      continue;
    }
    clear_refusals(state, client);
    drop_stale_accumulation(context, client);
    rescind_all(context, state.offers.numbers(client_of(state, client).offers),
                "the framework is not connected");
  }
  return {};
}

Status on_framework_removed(Context& context, const FrameworkRemoved& event) {
  State& state = context.state;
  Status known = check_known(state, event.framework, "FrameworkRemoved");
  if (!known) return known;
  std::map<RoleName, ClientIndex> clients = framework_of(state, event.framework).clients;
  for (const auto& [role, client] : clients) {
    if (client_of(state, client).agents_held == 0) continue;
    return contradiction(
        "FrameworkRemoved: framework " + framework_of(state, event.framework).id.text,
        "no holdings left", "some in role " + role.text);
  }
  for (const auto& [role, client] : clients) {
    unsubscribe(context, client, "the framework was removed");
  }
  forget_victims(context, event.framework);
  framework_of(state, event.framework) = Framework{};
  return {};
}

Status on_roles_suppressed(Context& context, const RolesSuppressed& event) {
  State& state = context.state;
  Status known = check_known(state, event.framework, "RolesSuppressed");
  if (!known) return known;
  Result<std::vector<ClientIndex>> clients =
      named_clients(state, event.framework, event.roles, "RolesSuppressed");
  if (!clients) return clients.error();
  for (ClientIndex client : *clients) {
    client_of(state, client).suppressed = true;
    refresh_wants(state, client);
    drop_stale_accumulation(context, client);
  }
  return {};
}

Status on_roles_revived(Context& context, const RolesRevived& event) {
  State& state = context.state;
  Status known = check_known(state, event.framework, "RolesRevived");
  if (!known) return known;
  Result<std::vector<ClientIndex>> clients =
      named_clients(state, event.framework, event.roles, "RolesRevived");
  if (!clients) return clients.error();
  for (ClientIndex client : *clients) {
    client_of(state, client).suppressed = false;
    clear_refusals(state, client);
    refresh_wants(state, client);
    context.touched.clients.push_back(client);
  }
  return {};
}

}  // namespace fairlead::allocation
