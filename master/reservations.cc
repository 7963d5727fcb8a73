// What operators reserve on agents, and the volumes that they make there. Durable first: while it
// is written the agent makes no offers, so that nobody is given what is being converted.
#include <algorithm>
#include <utility>

#include "common/common_part.h"
#include "common/conversions.h"
#include "common/standard_amounts.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

constexpr std::size_t kHoldersNamedMax = 3;

/// What the agent says it has, and what operations have made of it.
AgentReservations reservations_of(const MasterState& state, std::uint32_t slot) {
  const AgentEntry& agent = state.agents[slot];
  auto known = state.reservations.find(agent.id());
  if (known != state.reservations.end()) return known->second;
  return {.converted = {}, .reported = state.shapes[agent.total]};
}

struct Held {
  Resources left;               ///< what no task holds
  std::vector<std::string> by;  ///< tasks that hold something of it, the first of them
  std::size_t holders = 0;      ///< all of them
};

/// Takes what tasks hold out of `whole`; the holders are those that have something of `wanted`.
Held without_held(const MasterState& state, std::uint32_t slot, const Resources& whole,
                  const Resources& wanted) {
  Held held{.left = whole};
  for (std::uint32_t task : state.tasks.slots_of(AgentHandle{slot})) {
    const TaskEntry& entry = state.tasks[task];
    if (!entry.holds) continue;
    const Resources& resources = state.shapes[entry.shape];
    subtract(held.left, common_part(held.left, resources));
    if (common_part(wanted, resources).is_zero()) continue;
    ++held.holders;
    if (held.by.size() == kHoldersNamedMax) continue;
    held.by.push_back(state.frameworks[entry.framework.index].info.id.text + "/" +
                      std::string(entry.text.id()));
  }
  return held;
}

Error is_held(const ResourceOperation& operation, const Resources& wanted, const Held& held) {
  std::string text = fairlead::to_string(operation) + ": " + to_string(wanted) +
                     " is not free there, tasks hold of it:";
  for (const std::string& one : held.by) text += " " + one;
  if (held.holders > held.by.size()) {
    text += " and " + std::to_string(held.holders - held.by.size()) + " more";
  }
  return {ErrorCode::kConflict, text + "; hint: wait for their end, or drain the agent"};
}

/// What is asked for comes out of what is free or offered where it can, and otherwise says why not.
Result<Conversion> convert_free(const MasterState& state, std::uint32_t slot,
                                const Resources& whole, const ResourceOperation& operation) {
  Result<Conversion> anyhow = convert(whole, operation);
  if (!anyhow) return anyhow;
  Held held = without_held(state, slot, whole, anyhow->consumed);
  Result<Conversion> free = convert(held.left, operation);
  if (free) return free;
  return is_held(operation, anyhow->consumed, held);
}

/// The same, out of what is `offered` alone, which has it changed afterwards. What is offered is
/// held by no task, unless it is shared.
Result<Conversion> convert_offered(const MasterState& state, std::uint32_t slot,
                                   const Resources& whole, Resources& offered,
                                   const ResourceOperation& operation) {
  Result<Conversion> anyhow = convert(whole, operation);
  if (!anyhow) return anyhow;
  Result<Conversion> done = convert(offered, operation);
  if (!done) {
    return Error{ErrorCode::kConflict, fairlead::to_string(operation) +
                                           ": expected something that the offers hold (" +
                                           to_string(offered) + ")"};
  }
  if (has_shared(done->consumed)) {
    Held held = without_held(state, slot, whole, done->consumed);
    if (held.holders > 0) return is_held(operation, done->consumed, held);
  }
  subtract(offered, done->consumed);
  add(offered, done->converted);
  return done;
}

// --- limits --------------------------------------------------------------------------------------

bool is_within(const LotKind& kind, const RoleName& role) {
  return kind.is_reserved() && is_ancestor_or_self(role, kind.reservations.back().role);
}

/// Of each standard scalar, what is not reserved for the role or one below it.
StandardAmounts outside_of(const Resources& resources, const RoleName& role) {
  StandardAmounts sum{};
  for (const Lot& lot : resources.lots) {
    if (is_within(lot.kind, role) || lot.kind.revocable) continue;
    add(sum, lot.amounts.scalars.standard);
  }
  return sum;
}

/// What offers of the agent add to what the role consumes: they are taken back before.
StandardAmounts offered_to(const MasterState& state, std::uint32_t slot, const RoleName& role) {
  StandardAmounts sum{};
  for (const auto& [id, offer] : state.offers) {
    if (offer.agent.index != slot || !is_ancestor_or_self(role, offer.role)) continue;
    add(sum, outside_of(divisible_part(offer.resources), role));
  }
  return sum;
}

/// What of the role's lies in volumes that are being destroyed: the allocator has it in no agent's
/// total, but it comes back as the role's.
StandardAmounts leaving_of(const MasterState& state, const RoleName& role) {
  StandardAmounts sum{};
  for (const auto& [agent, known] : state.reservations) {
    for (const Lot& lot : being_destroyed(known).lots) {
      if (is_within(lot.kind, role)) add(sum, lot.amounts.scalars.standard);
    }
  }
  return sum;
}

/// What one operation makes the role's.
struct ReservedFor {
  RoleName role;
  Resources consumed;
};

/// What is reserved counts as consumed, used or not: no reservation leads beyond a limit.
Status check_limits(const Context& c, std::uint32_t slot,
                    const std::vector<ReservedFor>& reserved) {
  for (const RoleQuotaUse& one : c.allocator.quotas()) {
    if (!one.quota.has_limits()) continue;
    StandardAmounts added{};
    for (const ReservedFor& part : reserved) {
      if (is_ancestor_or_self(one.role, part.role)) add(added, outside_of(part.consumed, one.role));
    }
    if (added == StandardAmounts{}) continue;
    const StandardAmounts offered = offered_to(c.state, slot, one.role);
    const StandardAmounts leaving = leaving_of(c.state, one.role);
    StandardAmounts after{};
    bool is_over = false;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      after[i] = one.consumed[i] + leaving[i] - offered[i] + added[i];
      is_over = is_over || (added[i] > 0 && after[i] > one.quota.limits[i]);
    }
    if (!is_over) continue;
    return Error{ErrorCode::kConflict,
                 "reserve: role '" + one.role.text + "' would consume " +
                     fairlead::to_string(after, {}) + ": expected at most its limit of " +
                     fairlead::to_string(one.quota.limits, Quota{}.limits) +
                     "; hint: raise the limit, or free something of it first"};
  }
  return {};
}

ResourceOperation as_asked_by(ResourceOperation operation, const Principal& who) {
  if (auto* reserve = std::get_if<operation::Reserve>(&operation)) reserve->principal = who;
  return operation;
}

/// The agent's part of the texts of errors.
Error at_agent(const AgentId& agent, Error error) {
  error.message = "agent '" + shortened(agent.text) + "': " + error.message;
  return error;
}

/// The disk of the volume waits for the agent: until then it is a volume, and nobody's.
Status begin_destroying(std::vector<VolumeName>& destroying, VolumeName name) {
  auto at = std::lower_bound(destroying.begin(), destroying.end(), name);
  if (at != destroying.end() && *at == name) {
    return Error{ErrorCode::kConflict, "destroy " + fairlead::to_string(name) +
                                           ": it is being destroyed; hint: its disk is back when "
                                           "the agent has removed it"};
  }
  destroying.insert(at, std::move(name));
  return {};
}

void refresh_total(Context& c, std::uint32_t slot, const AgentReservations& known) {
  AgentEntry& agent = c.state.agents[slot];
  if (agent.total == kNoSlot) return;  // not back yet
  std::uint32_t old = std::exchange(agent.total, c.state.shapes.acquire(total_of(known).total));
  c.state.shapes.release(old);
  if (!agent.in_allocator) return;
  tell_allocator(c, allocation::AgentChanged{AgentHandle{slot}, c.state.shapes[agent.total],
                                             c.state.attributes[agent.attributes]});
}

std::string reservations_key_of(const AgentId& agent) {
  return "reservations/" + agent.text;
}

}  // namespace

Result<ReservationsRecord> converted_after(const Context& c, std::uint32_t slot,
                                           ConversionAsked asked) {
  const MasterState& state = c.state;
  if (slot == kNoSlot) return unknown_agent(asked.agent);
  if (state.agents[slot].phase == AgentPhase::kGone) return gone_agent(asked.agent);
  if (state.agents[slot].phase != AgentPhase::kActive) {
    return Error{ErrorCode::kUnavailable, "agent '" + asked.agent.text + "' is not connected; " +
                                              "hint: what tasks hold there is known when it is"};
  }
  AgentReservations known = reservations_of(state, slot);
  ConvertedTotal now = with_conversions(known.reported, known.converted);
  Resources whole = std::move(now.total);
  add(whole, now.missing);
  std::vector<ReservedFor> reserved;
  for (const ResourceOperation& one : asked.operations) {
    const ResourceOperation operation = as_asked_by(one, asked.who);
    Result<Conversion> done = asked.offered
                                  ? convert_offered(state, slot, whole, *asked.offered, operation)
                                  : convert_free(state, slot, whole, operation);
    if (!done) return at_agent(asked.agent, done.error());
    if (const auto* destroy = std::get_if<operation::DestroyVolume>(&operation)) {
      Status begun = begin_destroying(known.destroying, {destroy->role, destroy->id});
      if (!begun) return at_agent(asked.agent, begun.error());
      if (asked.offered) subtract(*asked.offered, done->converted);
      continue;
    }
    if (const auto* reserve = std::get_if<operation::Reserve>(&operation)) {
      reserved.push_back({reserve->role, done->consumed});
    }
    subtract(whole, done->consumed);
    add(whole, done->converted);
  }
  if (Status within = check_limits(c, slot, reserved); !within) {
    return at_agent(asked.agent, within.error());
  }
  Status bounded = check_well_formed(whole, "agent '" + asked.agent.text + "' after that");
  if (!bounded) return bounded.error();
  return ReservationsRecord{.agent = asked.agent,
                            .converted = converted_part(whole),
                            .destroying = std::move(known.destroying)};
}

RegistryChange change_of(const ReservationsRecord& converted) {
  if (converted.converted.is_zero()) return {{}, {reservations_key_of(converted.agent)}};
  return {{converted}};
}

void write_conversion(Context& c, const ReservationsRecord& converted, PendingWrite then) {
  RegistryChange change = change_of(converted);
  write_registry(c, std::move(change.put), std::move(change.erase), std::move(then));
}

void begin_conversion(Context& c, std::uint32_t slot) {
  c.state.agents[slot].open_trouble().is_converting = true;
  update_pause(c, slot);
}

void end_conversion(Context& c, std::uint32_t slot) {
  AgentEntry& agent = c.state.agents[slot];
  if (!agent.trouble || !agent.trouble->is_converting) return;
  agent.trouble->is_converting = false;
  update_pause(c, slot);
}

void apply_conversion(Context& c, const AgentId& agent, ReservationsRecord converted,
                      const std::string& what) {
  std::uint32_t slot = find_agent(c.state, agent);
  if (slot == kNoSlot || c.state.agents[slot].phase == AgentPhase::kGone) {
    // It left while this was written.
    write_registry(c, {}, {reservations_key_of(agent)}, {Housekeeping{}});
    return;
  }
  AgentReservations known = reservations_of(c.state, slot);
  known.converted = std::move(converted.converted);
  known.destroying = std::move(converted.destroying);
  refresh_total(c, slot, known);
  if (known.converted.is_zero()) {
    c.state.reservations.erase(agent);
  } else {
    c.state.reservations[agent] = std::move(known);
  }
  publish(c, "resources_converted", agent.text, what);
  order_destructions(c, slot);
}

void load_reservations(Context& c, const ReservationsRecord& record) {
  std::uint32_t slot = find_agent(c.state, record.agent);
  if (slot == kNoSlot || c.state.agents[slot].phase == AgentPhase::kGone) {
    write_registry(c, {}, {reservations_key_of(record.agent)}, {Housekeeping{}});
    return;
  }
  c.state.reservations[record.agent] = {
      .converted = record.converted, .reported = {}, .destroying = record.destroying};
}

Resources total_of_registration(Context& c, const AgentInfo& info) {
  auto known = c.state.reservations.find(info.id);
  if (known == c.state.reservations.end()) return info.total;
  known->second.reported = info.total;
  ConvertedTotal now = total_of(known->second);
  if (!now.missing.is_zero()) {
    publish(c, "reservations_missing", info.id.text, to_string(now.missing));
  }
  return std::move(now.total);
}

void forget_reservations(Context& c, const AgentId& agent) {
  if (c.state.reservations.erase(agent) == 0) return;
  write_registry(c, {}, {reservations_key_of(agent)}, {Housekeeping{}});
}

}  // namespace fairlead::master
