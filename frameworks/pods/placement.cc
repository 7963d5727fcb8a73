#include <algorithm>
#include <optional>

#include "common/limits.h"
#include "frameworks/pods/pods_turn.h"

namespace fairlead::pods {
namespace {

constexpr Duration kRefuseWithoutWork = seconds(5);
constexpr Duration kRefuseTooSmall = seconds(1);
constexpr Duration kRefuseBeforeMaintenance = seconds(60);
constexpr Duration kRefuseToSpread = milliseconds(200);
constexpr Duration kSpreadPatience = seconds(3);  // then any agent is better than none
constexpr Duration kAgentSeenMax = seconds(60);   // an agent that was not offered so long: full

/// All offers of one agent and role: several may hold together what none does alone.
struct Bundle {
  std::vector<OfferId> offers;
  Resources left;
  const Offer* agent = nullptr;
  std::vector<TaskLaunch> launches;
  bool spread = false;  ///< it was passed over for the sake of another agent
};

using Loads = std::map<AgentId, std::uint32_t>;

/// Replicas of the newest generation by agent. What rolls out must not be held up by what goes.
Loads loads_of(const Service& service) {
  Loads loads;
  for (const auto& [number, replica] : service.replicas) {
    if (replica.is_live() && replica.is_launched() && replica.generation == service.generation) {
      loads[replica.agent] += 1;
    }
  }
  return loads;
}

std::uint32_t load_on(const Loads& loads, const AgentId& agent) {
  const auto found = loads.find(agent);
  return found == loads.end() ? 0 : found->second;
}

bool satisfies_all(const Offer& offer, const ServiceSpec& spec) {
  return std::all_of(spec.constraints.begin(), spec.constraints.end(), [&](const Constraint& one) {
    return satisfies(offer.attributes, offer.hostname, one);
  });
}

/// Some agent that was offered lately has fewer of them, and it is not too late to wait for it.
bool waits_for_another(const PodsTurn& turn, const Service& service, const Replica& replica,
                       const Loads& loads, const AgentId& agent) {
  if (!service.spec.spread || turn.now - replica.since >= kSpreadPatience) {
    return false;
  }
  return std::any_of(turn.pods.seen.begin(), turn.pods.seen.end(), [&](const auto& seen) {
    return load_on(loads, seen.first) < load_on(loads, agent);
  });
}

void set_variable(Command& command, const std::string& name, std::string value) {
  std::erase_if(command.environment,
                [&](const EnvironmentVariable& variable) { return variable.name == name; });
  command.environment.push_back({name, std::move(value)});
}

std::vector<std::uint32_t> ports_in(const Resources& resources) {
  std::vector<std::uint32_t> ports;
  const Amounts all = total(resources);
  if (const auto* intervals = find_ranges(all, "ports")) {
    for (const Interval& interval : *intervals) {
      for (std::uint64_t port = interval.begin; port <= interval.end; ++port) {
        ports.push_back(static_cast<std::uint32_t>(port));
      }
    }
  }
  return ports;
}

TaskLaunch launch_for(const Service& service, const Replica& replica, Resources taken) {
  TaskLaunch launch;
  launch.attempt = replica.attempt;
  TaskSpec& spec = launch.spec;
  spec.id = task_id(service.spec.name, replica.number);
  spec.name = service.spec.name;
  spec.command = service.spec.shape.command;
  set_variable(spec.command, "FAIRLEAD_SERVICE", service.spec.name);
  set_variable(spec.command, "FAIRLEAD_REPLICA", std::to_string(replica.number));
  set_variable(spec.command, "FAIRLEAD_GENERATION", std::to_string(replica.generation));
  std::string all;
  for (std::size_t i = 0; i < replica.ports.size(); ++i) {
    const std::string port = std::to_string(replica.ports[i]);
    set_variable(spec.command, "PORT" + std::to_string(i), port);
    all += (all.empty() ? "" : ",") + port;
  }
  if (!replica.ports.empty()) {
    set_variable(spec.command, "PORT", std::to_string(replica.ports.front()));
    set_variable(spec.command, "FAIRLEAD_PORTS", all);
  }
  spec.resources = std::move(taken);
  spec.limits = service.spec.shape.limits;
  spec.kill_grace = service.spec.shape.kill_grace;
  spec.labels = service.spec.labels;
  return launch;
}

void start(PodsTurn& turn, Service& service, std::uint64_t number, Bundle& bundle,
           Resources taken) {
  subtract(bundle.left, taken);
  Replica& replica = touch(turn, service, number);
  enter(turn, replica, ReplicaState::kStarting);
  replica.attempt += 1;
  replica.agent = bundle.agent->agent;
  replica.hostname = bundle.agent->hostname;
  replica.agent_http = bundle.agent->http_address;
  replica.ports = ports_in(taken);
  replica.container_path.clear();
  bundle.launches.push_back(launch_for(service, replica, std::move(taken)));
}

using Bundles = std::map<AgentId, Bundle>;

/// Puts one replica on the least loaded agent that holds it. False when none does.
bool place_one(PodsTurn& turn, Service& service, const Replica& replica, Loads& loads,
               Bundles& bundles) {
  Bundle* best = nullptr;
  std::optional<Resources> best_taken;
  for (auto& [agent, bundle] : bundles) {
    const std::uint32_t load = load_on(loads, agent);
    if ((best != nullptr && load_on(loads, best->agent->agent) <= load) ||
        bundle.launches.size() >= limits::kLaunchesPerAcceptMax ||
        !satisfies_all(*bundle.agent, service.spec)) {
      continue;
    }
    auto taken = take(bundle.left, service.spec.shape.resources, service.spec.role);
    if (!taken) {
      continue;
    }
    const bool full = service.spec.per_agent_max > 0 && load >= service.spec.per_agent_max;
    if (full || waits_for_another(turn, service, replica, loads, agent)) {
      bundle.spread = true;
      continue;
    }
    best = &bundle;
    best_taken = std::move(taken);
  }
  if (best == nullptr) {
    return false;
  }
  loads[best->agent->agent] += 1;
  start(turn, service, replica.number, *best, *std::move(best_taken));
  return true;
}

/// True when something of this role waits.
bool place_role(PodsTurn& turn, const RoleName& role, Bundles& bundles) {
  bool waits = false;
  for (auto& [name, service] : turn.pods.services) {
    if (service.spec.role != role) {
      continue;
    }
    Loads loads = loads_of(service);
    for (auto& [number, replica] : service.replicas) {
      if (replica.state != ReplicaState::kPending) {
        continue;
      }
      waits = true;
      if (!place_one(turn, service, replica, loads, bundles)) {
        break;  // its siblings are no smaller
      }
    }
  }
  return waits;
}

}  // namespace

void place(PodsTurn& turn, std::span<const Offer> offers) {
  std::map<RoleName, Bundles> roles;
  for (const Offer& offer : offers) {
    if (is_too_late_for(offer)) {
      turn.pods.declined.insert(offer.role);
      turn.actions.decline({offer.id}, kRefuseBeforeMaintenance, DeclineReason::kConstraint);
      continue;
    }
    Bundle& bundle = roles[offer.role][offer.agent];
    bundle.offers.push_back(offer.id);
    add(bundle.left, offer.resources);
    bundle.agent = &offer;
    turn.pods.seen[offer.agent] = turn.now;
  }
  std::erase_if(turn.pods.seen,
                [&](const auto& seen) { return turn.now - seen.second > kAgentSeenMax; });
  for (auto& [role, bundles] : roles) {
    const bool waits = place_role(turn, role, bundles);
    for (auto& [agent, bundle] : bundles) {
      if (!bundle.launches.empty()) {
        turn.actions.accept(
            {.offers = bundle.offers, .launches = std::move(bundle.launches), .refuse_for = {}});
      } else if (bundle.spread) {
        turn.actions.decline(bundle.offers, kRefuseToSpread, DeclineReason::kSpread);
      } else {
        turn.pods.declined.insert(role);
        turn.actions.decline(bundle.offers, waits ? kRefuseTooSmall : kRefuseWithoutWork,
                             waits ? DeclineReason::kTooSmall : DeclineReason::kNoWork);
      }
    }
  }
}

std::vector<DemandShape> demand_of(const Pods& pods, const RoleName& role) {
  std::vector<DemandShape> shapes;
  for (const auto& [name, service] : pods.services) {
    if (service.spec.role != role || shapes.size() == limits::kDemandShapesMax) {
      continue;
    }
    const auto pending =
        std::count_if(service.replicas.begin(), service.replicas.end(),
                      [](const auto& each) { return each.second.state == ReplicaState::kPending; });
    if (pending == 0) {
      continue;
    }
    DemandShape shape;
    shape.name = name;
    shape.amounts = service.spec.shape.resources;
    shape.count = static_cast<std::uint32_t>(pending);
    shape.constraints = service.spec.constraints;
    shape.per_agent_max =
        service.spec.per_agent_max > 0 ? service.spec.per_agent_max : (service.spec.spread ? 1 : 0);
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

}  // namespace fairlead::pods
