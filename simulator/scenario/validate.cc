#include <algorithm>
#include <map>
#include <set>

#include "common/edit_distance.h"
#include "common/limits.h"
#include "simulator/scenario/simulation.h"

namespace fairlead::scenario {
namespace {

constexpr std::size_t kGroupsMax = 1'000;  // of agents: kinds of machines

Error wrong(const std::string& where, const std::string& expected, const std::string& got = "",
            const std::string& hint = "") {
  return invalid({.what = where, .where = {}, .expected = expected, .got = got, .hint = hint});
}

Quantities cluster_total(const Scenario& scenario) {
  Quantities total;
  for (const AgentGroup& group : scenario.agents) {
    add(total, times(scalars(group.total), group.count));
  }
  return total;
}

Status check_agents(const Scenario& scenario) {
  if (scenario.agents.empty() || scenario.agents.size() > kGroupsMax) {
    return wrong("agents", "1.." + std::to_string(kGroupsMax) + " groups");
  }
  std::set<std::string> names;
  std::uint64_t count = 0;
  for (const AgentGroup& group : scenario.agents) {
    if (Status name = check_id_text(group.name, "agents: name"); !name) return name;
    if (!names.insert(group.name).second) return wrong("agents", "names that differ", group.name);
    count += group.count;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      // So that the sum over all groups is a number.
      if (scalars(group.total).standard[i] > limits::kQuantityMax / std::max(1U, group.count)) {
        return wrong("agents: " + group.name, "at most 2^52 base units of a resource together");
      }
    }
  }
  if (count > limits::kAgentsMax) {
    return wrong("agents", "at most " + std::to_string(limits::kAgentsMax), std::to_string(count));
  }
  for (std::int64_t sum : cluster_total(scenario).standard) {
    if (sum > limits::kQuantityMax) {
      return wrong("agents", "at most 2^52 base units of a resource together");
    }
  }
  return {};
}

Status check_roles(const Scenario& scenario) {
  std::set<RoleName> names;
  QuotaChange wanted;
  for (const Role& role : scenario.roles) {
    if (Status name = check_role_name(role.name.text); !name) return name;
    if (!names.insert(role.name).second) {
      return wrong("roles", "names that differ", role.name.text);
    }
    if (Status quota = check_quota(role.name, role.quota); !quota) return quota;
    if (!role.quota.is_none()) wanted.settings.push_back({role.name, role.quota});
  }
  if (wanted.settings.empty()) return {};
  return check_quotas({}, wanted, cluster_total(scenario));
}

Status check_shapes(const Framework& framework) {
  std::set<std::string> names;
  for (const Shape& shape : framework.shapes) {
    const std::string where = "framework " + framework.name + ": shape " + shape.name;
    if (!names.insert(shape.name).second) return wrong(where, "names that differ");
    if (shape.amounts.scalars.is_zero()) return wrong(where, "some amount of something");
    if (!shape.amounts.ranges.empty() || !shape.amounts.sets.empty()) {
      return wrong(where, "amounts like cpus:1;mem:2GiB", to_string(shape.amounts),
                   "ports and sets are not simulated");
    }
  }
  return {};
}

Status check_frameworks(const Scenario& scenario) {
  if (scenario.frameworks.empty()) return wrong("frameworks", "at least one");
  if (scenario.frameworks.size() > limits::kFrameworksMax) {
    return wrong("frameworks", "at most " + std::to_string(limits::kFrameworksMax));
  }
  std::set<std::string> names;
  for (const Framework& framework : scenario.frameworks) {
    if (Status name = check_id_text(framework.name, "frameworks: name"); !name) return name;
    if (!names.insert(framework.name).second) {
      return wrong("frameworks", "names that differ", framework.name);
    }
    if (Status role = check_role_name(framework.role.text); !role) return role;
    if (Status shapes = check_shapes(framework); !shapes) return shapes;
  }
  return {};
}

}  // namespace

Status validate(const Scenario& scenario) {
  if (Status agents = check_agents(scenario); !agents) return agents;
  if (Status roles = check_roles(scenario); !roles) return roles;
  return check_frameworks(scenario);
}

}  // namespace fairlead::scenario
