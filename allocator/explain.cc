#include "allocator/explain.h"

#include <algorithm>

#include "allocator/demand.h"
#include "allocator/explain_state.h"
#include "allocator/filters.h"
#include "allocator/headroom.h"
#include "allocator/match.h"
#include "allocator/quota.h"
#include "allocator/roles.h"
#include "allocator/shares.h"
#include "common/devices.h"

namespace fairlead {

const char* to_string(WaitReason reason) {
  switch (reason) {
    case WaitReason::kPaused:
      return "paused";
    case WaitReason::kConstraint:
      return "constraint";
    case WaitReason::kNeverFits:
      return "never_fits";
    case WaitReason::kReserved:
      return "reserved";
    case WaitReason::kNotEnough:
      return "not_enough";
    case WaitReason::kAccumulated:
      return "accumulated";
    case WaitReason::kFiltered:
      return "filtered";
    case WaitReason::kBackedOff:
      return "backed_off";
    case WaitReason::kSpread:
      return "spread";
    case WaitReason::kHeld:
      return "held";
    case WaitReason::kFits:
      return "fits";
  }
  unreachable("every WaitReason is handled");
}

namespace {

const char* verb_of(WaitReason reason) {
  if (reason == WaitReason::kPaused) return ": ";
  return reason == WaitReason::kConstraint ? ", needs " : ", lacks ";
}

}  // namespace

std::string to_text(const Explanation& explanation) {
  std::string text = "shape " + explanation.shape + ": " + std::to_string(explanation.wanted) +
                     " wanted, " + std::to_string(explanation.offered) + " offered\n";
  if (!explanation.gate.empty()) text += "waits because " + explanation.gate + "\n";
  text += "of " + std::to_string(explanation.agents) + " agents:";
  for (std::size_t i = 0; i < kWaitReasons; ++i) {
    if (explanation.counts[i] == 0) continue;
    text += std::string(" ") + to_string(static_cast<WaitReason>(i)) + "=" +
            std::to_string(explanation.counts[i]);
  }
  text += "\n";
  if (!explanation.scarcest.empty()) text += "scarcest: " + explanation.scarcest + "\n";
  for (const NearestMiss& miss : explanation.nearest) {
    text += "nearest: " + miss.agent.text + " (" + to_string(miss.reason) + ")";
    if (!miss.missing.empty()) text += verb_of(miss.reason) + miss.missing;
    text += "\n";
  }
  if (!explanation.accumulating_on.empty()) {
    text += "kept free for it: " + explanation.accumulating_on + "\n";
  }
  if (!explanation.before.empty()) {
    text += "before it:";
    for (const std::string& name : explanation.before) text += " " + name;
    text += "\n";
  }
  return text;
}

namespace allocation {
namespace {

struct Question {
  const State& state;
  ClientIndex client;
  const WantedShape& wanted;
  const RoleName& role;
};

/// What one agent answers. `lack` orders the near misses: smaller is nearer.
struct Answer {
  WaitReason reason = WaitReason::kFits;
  Quantities missing;
  std::string missing_other;  ///< of what is not a scalar
  Fraction lack;
};

/// Amounts that the role may use, of every lot that can be cut.
Amounts usable_amounts(const Resources& resources, const RoleName& role) {
  Resources usable = usable_by(resources, role);
  std::erase_if(usable.lots, [](const Lot& lot) {
    return lot.kind.volume || lot.kind.shared || lot.kind.revocable;
  });
  return total(usable);
}

Quantities scalars_missing(const Quantities& have, const Quantities& need) {
  Quantities missing;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    missing.standard[i] = std::max<std::int64_t>(0, need.standard[i] - have.standard[i]);
  }
  for (const CustomScalar& wanted : need.custom) {
    std::int64_t present = 0;
    for (const CustomScalar& one : have.custom) {
      if (one.name == wanted.name) present = one.milli;
    }
    if (present < wanted.milli) missing.custom.push_back({wanted.name, wanted.milli - present});
  }
  return missing;
}

std::string other_missing(const Amounts& have, const Amounts& need) {
  std::string text;
  for (const NamedRanges& wanted : need.ranges) {
    const std::vector<Interval>* present = find_ranges(have, wanted.name);
    std::uint64_t there = present == nullptr ? 0 : count_of(*present);
    std::uint64_t asked = count_of(wanted.intervals);
    if (there >= asked) continue;
    text += (text.empty() ? "" : ";") + std::to_string(asked - there) + " " + wanted.name;
  }
  return text;
}

/// Enough gpus, but in pieces: of which devices they would have to be.
std::string devices_missing(const Amounts& have, const Amounts& need) {
  const std::vector<Interval>* shares = find_ranges(have, kGpuShares);
  std::int64_t gpus = need.scalars[StandardScalar::kGpus];
  if (shares == nullptr || gpus == 0 || choose_devices(devices_of(*shares), gpus, {})) return "";
  return gpus < kDeviceMilli ? "one device with gpus:" + scalar_to_string("gpus", gpus)
                             : scalar_to_string("gpus", gpus) + " whole devices";
}

std::string failed_constraint(const Agent& agent, const DemandShape& shape) {
  static constexpr const char* kRules[] = {"exists", "not_exists", "equals", "not_equals"};
  for (const Constraint& constraint : shape.constraints) {
    if (satisfies(agent.attributes(), agent.hostname(), constraint)) continue;
    std::string text =
        constraint.attribute + " " + kRules[static_cast<std::size_t>(constraint.rule)];
    return constraint.value.empty() ? text : text + " " + constraint.value;
  }
  return "";
}

void set_lack(Answer& answer, const Amounts& have, const Amounts& need) {
  answer.missing = scalars_missing(have.scalars, need.scalars);
  answer.missing_other = other_missing(have, need);
  answer.lack = dominant_of(answer.missing, need.scalars);
  if (answer.missing.is_zero() && answer.missing_other.empty()) {
    answer.missing_other = devices_missing(have, need);
  }
  if (answer.missing.is_zero()) answer.lack = {1, 1};
}

/// Why a shape that fits what is free there is not offered all the same.
WaitReason hindrance(const Question& question, AgentHandle handle, const Resources& taken) {
  const State& state = question.state;
  ClientIndex owner = agent_of(state, handle).kept_for;
  if (owner != kNoClient && owner != question.client) return WaitReason::kAccumulated;
  if (is_filtered(state, state.now, question.client, handle, taken)) return WaitReason::kFiltered;
  if (is_backed_off(state, state.now, question.client, handle)) return WaitReason::kBackedOff;
  std::uint32_t most = question.wanted.shape.per_agent_max;
  if (most > 0 && tasks_offered(state, question.client, handle, question.wanted.shape.name) >= most)
    return WaitReason::kSpread;
  RoleIndex role = client_of(state, question.client).role;
  bool is_free =
      leaves_held_amounts(state, role, taken) && leaves_held_tasks(state, role, handle, taken);
  if (!is_free) return WaitReason::kHeld;
  return WaitReason::kFits;
}

Answer ask(const Question& question, AgentHandle handle) {
  const Agent& agent = agent_of(question.state, handle);
  const Amounts& need = question.wanted.shape.amounts;
  if (agent.is_closed()) return {.reason = WaitReason::kPaused};
  if (!satisfies_all(agent, question.wanted.shape)) return {.reason = WaitReason::kConstraint};
  std::optional<Resources> taken = take(agent.free(), need, question.role);
  if (taken) return {.reason = hindrance(question, handle, *taken)};

  Answer answer;
  Amounts whole = total(agent.total());
  bool fits_whole = contains(whole.scalars, need.scalars) && other_missing(whole, need).empty();
  if (!fits_whole || !devices_missing(whole, need).empty()) {
    answer.reason = WaitReason::kNeverFits;
    set_lack(answer, whole, need);
    return answer;
  }
  // Of what is free, would it fit if the reservations were not there?
  Amounts free = total(agent.free());
  bool reserved = contains(free.scalars, need.scalars) && other_missing(free, need).empty() &&
                  devices_missing(free, need).empty();
  bool never = !take(agent.total(), need, question.role);
  answer.reason = reserved || never ? WaitReason::kReserved : WaitReason::kNotEnough;
  set_lack(answer, usable_amounts(agent.free(), question.role), need);
  return answer;
}

std::string describe(const Question& question, AgentHandle agent, const Answer& answer) {
  if (answer.reason == WaitReason::kPaused) {
    if (agent_of(question.state, agent).unlisted) return "not on the whitelist";
    auto why = question.state.pause_reasons.find(agent);
    return why == question.state.pause_reasons.end() ? "" : why->second;
  }
  if (answer.reason == WaitReason::kConstraint) {
    return failed_constraint(agent_of(question.state, agent), question.wanted.shape);
  }
  std::string text = answer.missing.is_zero() ? "" : to_string(answer.missing);
  if (answer.missing_other.empty()) return text;
  return text.empty() ? answer.missing_other : text + ";" + answer.missing_other;
}

/// A fit is nearest, then a hindrance that ends by itself, then by how much is missing.
int distance(WaitReason reason) {
  switch (reason) {
    case WaitReason::kFits:
      return 0;
    case WaitReason::kFiltered:
    case WaitReason::kBackedOff:
    case WaitReason::kSpread:
    case WaitReason::kAccumulated:
      return 1;
    case WaitReason::kHeld:
    case WaitReason::kNotEnough:
      return 2;
    case WaitReason::kReserved:
      return 3;
    case WaitReason::kNeverFits:
      return 4;
    case WaitReason::kConstraint:
      return 5;
    case WaitReason::kPaused:
      return 6;
  }
  unreachable("every WaitReason is handled");
}

bool is_nearer(const Answer& a, const Answer& b) {
  if (distance(a.reason) != distance(b.reason)) return distance(a.reason) < distance(b.reason);
  return compare(a.lack, 1, b.lack, 1) < 0;
}

std::string gate_of(const State& state, const Client& client, const WantedShape& wanted) {
  if (!framework_of(state, client.framework).active) return "the framework is not connected";
  if (client.suppressed) return "the framework suppressed this role";
  if (wanted.shape.count == 0) return "no task of this shape is wanted";
  if (wanted.unmet() == 0) return "offers for all of it are out and not answered yet";
  const StandardAmounts& need = wanted.shape.amounts.scalars.standard;
  std::optional<RoleIndex> limiting = limiting_role(state, client.role, need);
  if (limiting) return limit_text(state, *limiting);
  return "";
}

/// Counts, for every resource, on how many agents it is missing; names the most frequent.
class Scarcity {
 public:
  void count(const Quantities& missing) {
    static constexpr const char* kNames[] = {"cpus", "mem", "disk", "gpus"};
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      if (missing.standard[i] > 0) ++agents_[kNames[i]];
    }
    for (const CustomScalar& one : missing.custom) ++agents_[one.name];
  }
  std::string most() const {
    std::string name;
    std::size_t count = 0;
    for (const auto& [resource, agents] : agents_) {
      if (agents <= count) continue;
      name = resource;
      count = agents;
    }
    return name;
  }

 private:
  std::map<std::string, std::size_t> agents_;
};

void ask_all(const Question& question, Explanation& explanation) {
  Scarcity scarcity;
  Answer nearest;
  for (std::uint32_t i = 0; i < question.state.agents.size(); ++i) {
    const Agent& agent = question.state.agents[i];
    if (!agent.present) continue;
    Answer answer = ask(question, AgentHandle{i});
    ++explanation.agents;
    ++explanation.counts[static_cast<std::size_t>(answer.reason)];
    if (answer.reason == WaitReason::kNotEnough) scarcity.count(answer.missing);
    if (!explanation.nearest.empty() && !is_nearer(answer, nearest)) continue;
    explanation.nearest = {{.agent = agent.id(),
                            .hostname = std::string(agent.hostname()),
                            .reason = answer.reason,
                            .missing = describe(question, {i}, answer)}};
    nearest = std::move(answer);
  }
  explanation.scarcest = scarcity.most();
}

}  // namespace

std::string limit_text(const State& state, RoleIndex index) {
  const RoleNode& role = role_of(state, index);
  return "role " + role.path.text + " may have at most " +
         to_string(role.quota->quota.limits, Quota{}.limits) + " and consumes " +
         to_string(consumption(state, index), StandardAmounts{});
}

Result<Explanation> explain(const State& state, FrameworkHandle framework, const RoleName& role,
                            const std::string& shape) {
  if (!is_known(state, framework)) {
    return Error{ErrorCode::kNotFound,
                 "framework " + std::to_string(framework.index) + " is not known"};
  }
  auto member = framework_of(state, framework).clients.find(role);
  if (member == framework_of(state, framework).clients.end()) {
    return Error{ErrorCode::kNotFound, "framework " + framework_of(state, framework).id.text +
                                           " is not in role " + role.text};
  }
  const Client& client = client_of(state, member->second);
  const WantedShape* wanted = find_shape(client, shape);
  if (wanted == nullptr) {
    return Error{ErrorCode::kNotFound, "framework " + framework_of(state, framework).id.text +
                                           " demands no shape '" + shape + "' in role " +
                                           role.text};
  }
  Explanation explanation;
  explanation.shape = shape;
  explanation.gate = gate_of(state, client, *wanted);
  explanation.wanted = wanted->shape.count;
  explanation.offered = wanted->offered;
  ask_all({.state = state, .client = member->second, .wanted = *wanted, .role = role}, explanation);
  auto kept = state.accumulations.find(member->second);
  if (kept != state.accumulations.end() && kept->second.shape == shape) {
    explanation.accumulating_on = agent_of(state, kept->second.agent).id().text;
  }
  for (ClientIndex other : wanting_in_order(state)) {
    if (other == member->second) break;
    explanation.before.push_back(name_of(state, other));
  }
  return explanation;
}

}  // namespace allocation
}  // namespace fairlead
