#include "allocator/allocator.h"

#include <algorithm>

#include "allocator/batch.h"
#include "allocator/explain_state.h"
#include "allocator/filters.h"
#include "allocator/headroom.h"
#include "allocator/quota.h"
#include "allocator/reclaim.h"
#include "allocator/roles.h"
#include "allocator/shares.h"
#include "allocator/take_step.h"
#include "allocator/typical.h"

namespace fairlead {
namespace {

using allocation::Client;
using allocation::client_of;
using allocation::ClientIndex;
using allocation::dominant_of;
using allocation::Fraction;
using allocation::framework_of;
using allocation::role_of;
using allocation::RoleNode;

Quantities minus(Quantities whole, const Quantities& part) {
  subtract(whole, part);
  return whole;
}

std::int64_t per_mille(const Fraction& fraction) {
  return static_cast<std::int64_t>(static_cast<__int128>(fraction.part) * 1000 / fraction.whole);
}

}  // namespace

AllocatorCore::AllocatorCore(AllocatorConfig config, const PatternMatcher& patterns)
    : state_(std::make_unique<allocation::State>(patterns)) {
  check(validate(config).ok(), "AllocatorCore needs a valid configuration");
  state_->config = config;
  if (config.mode == AllocationMode::kBatch) {
    state_->batch = std::make_unique<allocation::BatchBooks>();
  }
  state_->random.state = config.seed;
  allocation::begin_typical(*state_);
  state_->roles.emplace_back();
  state_->roles.front().present = true;
}

AllocatorCore::~AllocatorCore() = default;

void AllocatorCore::step(Instant now, const allocation::Event& event,
                         std::vector<allocation::Action>& out) {
  allocation::Context context{
      .state = *state_, .now = now, .out = out, .touched = {}, .grants = {}, .judging = {}};
  allocation::take_step(context, event);
}

Instant AllocatorCore::next_deadline() const {
  if (!state_->unserved.empty()) return state_->now;
  Instant next = Instant::never();
  if (const allocation::RefusalDue* due = allocation::first_due(*state_)) next = due->at;
  if (!state_->waits_due.empty()) next = std::min(next, state_->waits_due.begin()->first);
  return std::min(next, allocation::next_run(*state_));
}

std::vector<RoleShare> AllocatorCore::role_shares() const {
  std::vector<RoleShare> shares;
  for (const auto& [path, index] : state_->roles_by_path) {
    const RoleNode& role = role_of(*state_, index);
    RoleShare share{.role = path, .weight_milli = role.weight_milli};
    Fraction dominant = dominant_of(role.subtree.used, state_->cluster_shared, &share.dominant);
    share.used = dominant.part;
    share.cluster = share.dominant.empty() ? 0 : dominant.whole;
    share.per_mille = per_mille(dominant);
    share.offered = role.subtree.offered;
    share.allocated = minus(role.subtree.used, role.subtree.offered);
    share.times = role.subtree.times;
    share.debt = role.subtree.debt;
    shares.push_back(std::move(share));
  }
  return shares;
}

std::vector<RoleQuotaUse> AllocatorCore::quotas() const {
  std::vector<RoleQuotaUse> all;
  for (const auto& [path, role] : state_->quotas.roles) {
    all.push_back({.role = path,
                   .quota = role_of(*state_, role).quota->quota,
                   .consumed = allocation::consumption(*state_, role),
                   .held = allocation::held_for(*state_, role)});
  }
  return all;
}

std::vector<FrameworkShare> AllocatorCore::framework_shares() const {
  std::vector<FrameworkShare> shares;
  for (const auto& [path, index] : state_->roles_by_path) {
    for (ClientIndex member : role_of(*state_, index).clients) {
      const Client& client = client_of(*state_, member);
      FrameworkShare share{.framework = framework_of(*state_, client.framework).id, .role = path};
      share.per_mille =
          per_mille(dominant_of(client.usage.used, state_->cluster_shared, &share.dominant));
      share.offered = client.usage.offered;
      share.allocated = minus(client.usage.used, client.usage.offered);
      share.times = client.usage.times;
      share.wants = client.wants;
      share.debt = client.usage.debt;
      shares.push_back(std::move(share));
    }
  }
  return shares;
}

std::vector<std::string> AllocatorCore::order() const {
  std::vector<std::string> names;
  for (ClientIndex client : allocation::wanting_in_order(*state_))
    names.push_back(allocation::name_of(*state_, client));
  return names;
}

Result<Resources> AllocatorCore::free(AgentHandle agent) const {
  if (!allocation::is_known(*state_, agent)) {
    return Error{ErrorCode::kNotFound, "agent " + std::to_string(agent.index) + " is not known"};
  }
  return allocation::agent_of(*state_, agent).free();
}

std::vector<OutstandingOffer> AllocatorCore::offers() const {
  std::vector<OutstandingOffer> all;
  for (OfferId id : state_->offers.numbers()) {
    const allocation::Offered& offer = state_->offers.at(id);
    const Client& client = client_of(*state_, offer.client);
    all.push_back({.offer = id,
                   .framework = client.framework,
                   .role = role_of(*state_, client.role).path,
                   .agent = offer.agent,
                   .resources = offer.resources});
  }
  return all;
}

Quantities AllocatorCore::cluster_total() const {
  return state_->cluster;
}

const PatternMatcher& AllocatorCore::patterns() const {
  return state_->patterns;
}

Result<Explanation> AllocatorCore::explain(FrameworkHandle framework, const RoleName& role,
                                           const std::string& shape,
                                           const ExplainOptions& options) const {
  return allocation::explain(*state_, {framework, role, shape}, options);
}

Result<WhatIf> AllocatorCore::what_if(const std::vector<allocation::Event>& events) const {
  return allocation::what_if(*state_, events);
}

std::optional<ReclaimNeed> AllocatorCore::reclaim_need(ReclaimId reclaim) const {
  return allocation::need_of(*state_, reclaim);
}

}  // namespace fairlead
