#include "tests/master/registry_book.h"

#include <gtest/gtest.h>

#include <variant>

namespace fairlead {
namespace {

bool is_standing_of(master::AgentPhase phase, AgentStanding standing) {
  switch (phase) {
    case master::AgentPhase::kAbsent:
    case master::AgentPhase::kWelcomed:
    case master::AgentPhase::kActive:
      return standing == AgentStanding::kAdmitted;
    case master::AgentPhase::kUnreachable:
      return standing == AgentStanding::kUnreachable;
    case master::AgentPhase::kGone:
      return standing == AgentStanding::kGone;
    case master::AgentPhase::kExpiring:  // refused, and will be written again
      return standing != AgentStanding::kGone;
    case master::AgentPhase::kFree:
    case master::AgentPhase::kAdmitting:
      break;
  }
  return false;
}

}  // namespace

void RegistryBook::take(const WriteRegistry& write) {
  for (const RegistryRecord& record : write.put) store(record);
  for (const std::string& key : write.erase) {
    drains_.erase(key);
    windows_.erase(key);
    quotas_.erase(key);
    reservations_.erase(key);
  }
}

void RegistryBook::store(const RegistryRecord& record) {
  if (const auto* framework = std::get_if<FrameworkRecord>(&record)) {
    frameworks_.insert_or_assign(framework->info.id, *framework);
  }
  if (const auto* agent = std::get_if<AgentRecord>(&record)) agents_[agent->id] = *agent;
  if (const auto* drain = std::get_if<DrainRecord>(&record)) {
    drains_["drain/" + drain->agent.text] = *drain;
  }
  if (const auto* window = std::get_if<WindowRecord>(&record)) {
    windows_["window/" + window->id.text] = *window;
  }
  if (const auto* quota = std::get_if<QuotaRecord>(&record)) {
    quotas_["quota/" + quota->role.text] = *quota;
  }
  if (const auto* kept = std::get_if<ReservationsRecord>(&record)) {
    reservations_["reservations/" + kept->agent.text] = *kept;
  }
}

void RegistryBook::expect_same(const master::MasterState& state) const {
  for (const auto& [id, record] : agents_) {
    ASSERT_NE(master::find_agent(state, id), kNoSlot) << id.text << " is recorded, not known";
  }
  for (std::uint32_t slot = 0; slot < state.agents.size(); ++slot) {
    expect_agent(state.agents[slot]);
  }
  expect_windows(state);
  expect_frameworks(state);
  expect_quotas(state);
  expect_reservations(state);
}

void RegistryBook::expect_agent(const master::AgentEntry& agent) const {
  bool has_record =
      agent.phase != master::AgentPhase::kFree && agent.phase != master::AgentPhase::kAdmitting;
  if (!has_record) return;
  SCOPED_TRACE(agent.id().text + " " + to_string(agent.phase));
  ASSERT_TRUE(agents_.contains(agent.id()));
  const AgentRecord& record = agents_.at(agent.id());
  ASSERT_EQ(record.deactivated, agent.deactivated);
  ASSERT_TRUE(is_standing_of(agent.phase, record.standing))
      << "stands as " << static_cast<int>(record.standing);
  if (agent.phase == master::AgentPhase::kGone) {
    // If the erasing of its drain was refused, the next leader erases it.
    ASSERT_EQ(agent.drain(), nullptr);
    return;
  }
  auto drain = drains_.find("drain/" + agent.id().text);
  ASSERT_EQ(drain != drains_.end(), agent.drain() != nullptr);
  if (agent.drain() == nullptr) return;
  ASSERT_EQ(drain->second, agent.drain()->record);
  // Who is drained by a window is in one that has begun: its end takes the agent back.
  const WindowId& window = agent.drain()->record.window;
  ASSERT_TRUE(window.empty() || windows_.at("window/" + window.text).has_begun) << window.text;
}

void RegistryBook::expect_windows(const master::MasterState& state) const {
  ASSERT_EQ(windows_.size(), state.windows.size());
  for (const auto& [id, window] : state.windows) {
    ASSERT_EQ(windows_.at("window/" + id.text), window.record) << id.text;
  }
}

void RegistryBook::expect_quotas(const master::MasterState& state) const {
  ASSERT_EQ(quotas_.size(), state.quotas.size());
  for (const auto& [role, quota] : state.quotas) {
    ASSERT_EQ(quotas_.at("quota/" + role.text), (QuotaRecord{role, quota})) << role.text;
  }
}

void RegistryBook::expect_reservations(const master::MasterState& state) const {
  for (const auto& [id, known] : state.reservations) {
    auto record = reservations_.find("reservations/" + id.text);
    ASSERT_NE(record, reservations_.end()) << id.text;
    ASSERT_EQ(record->second.converted, known.converted) << id.text;
  }
  // If the erasing of those of an agent that is gone was refused, the next leader erases them.
  for (const auto& [key, record] : reservations_) {
    std::uint32_t slot = master::find_agent(state, record.agent);
    bool is_gone = slot == kNoSlot || state.agents[slot].phase == master::AgentPhase::kGone;
    ASSERT_TRUE(is_gone || state.reservations.contains(record.agent)) << key;
  }
}

void RegistryBook::expect_frameworks(const master::MasterState& state) const {
  for (const auto& [id, record] : frameworks_) {
    SCOPED_TRACE(id.text);
    std::uint32_t slot = master::find_framework(state, id);
    bool is_removed =
        slot == kNoSlot || state.frameworks[slot].phase == master::FrameworkPhase::kRemoving;
    ASSERT_EQ(record.removed, is_removed);
    if (is_removed) continue;
    ASSERT_EQ(record.info, state.frameworks[slot].info);
  }
  for (const auto& [id, slot] : state.frameworks_by_id) {
    ASSERT_TRUE(frameworks_.contains(id)) << id.text << " is not recorded";
  }
}

}  // namespace fairlead
