#include "allocator/explain_reasons.h"

#include <algorithm>

#include "allocator/accumulate.h"
#include "allocator/conditions.h"
#include "allocator/filters.h"
#include "allocator/gangs.h"
#include "allocator/headroom.h"
#include "allocator/lots.h"
#include "allocator/match.h"
#include "allocator/shares.h"
#include "common/constraints.h"
#include "common/devices.h"

namespace fairlead::allocation {
namespace {

/// Amounts out of which the shape may be cut.
Amounts usable_amounts(const Question& question, const Resources& resources) {
  return total(cuttable(question.state, question.client, resources, question.shape));
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

std::string failed_condition(const Question& question, const Agent& agent) {
  const Place place = place_of(agent);
  const Client& client = client_of(question.state, question.client);
  bool is_aware = framework_of(question.state, client.framework).capabilities.region_aware;
  if (!is_aware && !is_near(question.state, place)) {
    return "region equals " + question.state.config.region + ", or the capability region_aware";
  }
  if (!may_see(question.state, question.client, place)) {
    return describe(client.offer_constraints) + " in role " + question.role.text;
  }
  for (const Constraint& constraint : question.shape.constraints) {
    if (!holds(question.state, place, constraint)) return describe(constraint);
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

bool is_kept_from(const Question& question, AgentHandle handle) {
  ClientIndex owner = agent_of(question.state, handle).kept_for;
  if (owner == kNoClient || owner == question.client) return false;
  return !is_open_to_guarantees(question.state, handle) || !is_covered(question);
}

/// Why a shape that fits what is free there is not offered all the same.
WaitReason hindrance(const Question& question, AgentHandle handle, const Resources& taken) {
  const State& state = question.state;
  if (is_kept_from(question, handle)) return WaitReason::kAccumulated;
  if (is_filtered(state, state.now, question.client, handle, taken)) return WaitReason::kFiltered;
  if (is_backed_off(state, state.now, question.client, handle)) return WaitReason::kBackedOff;
  std::uint32_t most = question.shape.per_agent_max;
  if (most > 0 && tasks_offered(state, question.client, handle, question.shape.name) >= most)
    return WaitReason::kSpread;
  RoleIndex role = client_of(state, question.client).role;
  bool is_free =
      leaves_held_amounts(state, role, taken) && leaves_held_tasks(state, role, handle, taken);
  if (!is_free) return WaitReason::kHeld;
  return WaitReason::kFits;
}

std::string describe(const Question& question, AgentHandle agent, const Answer& answer) {
  if (answer.reason == WaitReason::kPaused) {
    if (agent_of(question.state, agent).unlisted) return "not on the whitelist";
    auto why = question.state.pause_reasons.find(agent);
    return why == question.state.pause_reasons.end() ? "" : why->second;
  }
  if (answer.reason == WaitReason::kConstraint) {
    return failed_condition(question, agent_of(question.state, agent));
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

}  // namespace

Quantities usable_scalars(const Question& question, const Resources& resources) {
  return usable_amounts(question, resources).scalars;
}

bool will_do(const Question& question, const Agent& agent) {
  return may_see(question.state, question.client, place_of(agent)) &&
         satisfies_all(question.state, place_of(agent), question.shape);
}

Answer ask(const Question& question, AgentHandle handle) {
  const Agent& agent = agent_of(question.state, handle);
  const Amounts& need = question.shape.amounts;
  if (agent.is_closed() && !question.despite_pause) return {.reason = WaitReason::kPaused};
  if (!will_do(question, agent)) return {.reason = WaitReason::kConstraint};
  const State& state = question.state;
  std::optional<Resources> taken = cut_out(state, question.client, agent.free(), question.shape);
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
  bool never = !cut_out(state, question.client, agent.total(), question.shape);
  answer.reason = reserved || never ? WaitReason::kReserved : WaitReason::kNotEnough;
  set_lack(answer, usable_amounts(question, agent.free()), need);
  return answer;
}

bool is_nearer(const Answer& a, const Answer& b) {
  if (distance(a.reason) != distance(b.reason)) return distance(a.reason) < distance(b.reason);
  return compare(a.lack, 1, b.lack, 1) < 0;
}

AgentVerdict verdict_of(const Question& question, AgentHandle handle, const Answer& answer) {
  const Agent& agent = agent_of(question.state, handle);
  return {.agent = agent.id(),
          .hostname = std::string(agent.hostname()),
          .reason = answer.reason,
          .missing = describe(question, handle, answer)};
}

bool is_covered(const Question& question) {
  RoleIndex role = client_of(question.state, question.client).role;
  return !question.shape.revocable &&
         is_covered(question.state, role, needed_at_once(question.shape));
}

}  // namespace fairlead::allocation
