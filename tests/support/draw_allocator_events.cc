#include "common/limits.h"
#include "tests/support/draw.h"
#include "tests/support/draw_messages.h"
#include "tests/support/draw_values.h"

namespace fairlead::generators {

namespace {

AgentHandle agent() {
  return {static_cast<std::uint32_t>(below(limits::kAgentsMax))};
}
FrameworkHandle framework() {
  return {static_cast<std::uint32_t>(below(limits::kFrameworksMax))};
}

Holding draw_holding() {
  return {.framework = framework(),
          .role = role(),
          .resources = draw_resources(),
          .priority = static_cast<std::int32_t>(any_number32())};
}

StandardAmounts draw_standard() {
  StandardAmounts amounts{};
  for (std::int64_t& one : amounts) one = quantity(0);
  return amounts;
}

std::map<RoleName, OfferMinimum> draw_minimums() {
  std::map<RoleName, OfferMinimum> minimums;
  for (const RoleName& one : roles()) minimums[one].any_of = list_of(3, draw_amounts);
  return minimums;
}

std::vector<RoleConstraints> draw_offer_constraints() {
  return list_of(3, [] {
    return RoleConstraints{.role = role(),
                           .groups = list_of(3, [] { return list_of(3, draw_constraint); })};
  });
}

FrameworkCapabilities draw_capabilities() {
  return {.revocable = coin(), .shared = coin(), .region_aware = coin()};
}

allocation::Event draw_agent_event(std::uint64_t which) {
  switch (which) {
    case 0:
      return allocation::AgentAdded{
          .agent = agent(),
          .text = AgentText({.id = id_text(), .hostname = text(), .http_address = text()}),
          .total = draw_resources(),
          .attributes = draw_attributes(),
          .holdings = list_of(3, draw_holding),
          .offers_paused = coin()};
    case 1:
      return allocation::AgentChanged{
          .agent = agent(), .total = draw_resources(), .attributes = draw_attributes()};
    case 2:
      return allocation::AgentRemoved{agent()};
    case 3:
      return allocation::AgentPaused{.agent = agent(), .why = text()};
    default:
      return allocation::AgentResumed{agent()};
  }
}

allocation::Event draw_framework_event(std::uint64_t which) {
  switch (which) {
    case 0:
      return allocation::FrameworkAdded{.framework = framework(),
                                        .id = id<FrameworkId>(),
                                        .roles = roles(),
                                        .suppressed = roles(),
                                        .active = coin(),
                                        .minimums = draw_minimums(),
                                        .capabilities = draw_capabilities(),
                                        .offer_constraints = draw_offer_constraints()};
    case 1:
      return allocation::FrameworkChanged{.framework = framework(),
                                          .roles = roles(),
                                          .suppressed = roles(),
                                          .minimums = draw_minimums(),
                                          .capabilities = draw_capabilities(),
                                          .offer_constraints = draw_offer_constraints()};
    case 2:
      return allocation::FrameworkActivated{.framework = framework(), .active = coin()};
    case 3:
      return allocation::FrameworkRemoved{framework()};
    case 4:
      return allocation::DemandSet{
          .framework = framework(), .role = role(), .shapes = list_of(3, draw_shape)};
    case 5:
      return allocation::RolesSuppressed{.framework = framework(), .roles = roles()};
    default:
      return allocation::RolesRevived{.framework = framework(), .roles = roles()};
  }
}

allocation::Event draw_other_event(std::uint64_t which) {
  switch (which) {
    case 0:
      return allocation::OfferResolved{
          .offer = {any_number()},
          .used = draw_resources(),
          .refuse_for = coin() ? duration() : milliseconds(-1),
          .declined = coin(),
          .priorities = list_of(
              3,
              [] {
                return HeldPriority{static_cast<std::int32_t>(any_number32()), draw_standard()};
              }),
          .expired = coin()};
    case 1:
      return allocation::HoldingFreed{.agent = agent(), .holding = draw_holding()};
    case 2:
      return allocation::WeightSet{
          .role = role(),
          .weight_milli = 1 + static_cast<std::int64_t>(below(limits::kWeightMilliMax))};
    case 3:
      return allocation::QuotaSet{.role = role(), .quota = draw_quota(), .more_follow = coin()};
    case 4:
      return allocation::WhitelistSet{coin() ? std::optional(list_of(4, [] { return text(); }))
                                             : std::nullopt};
    case 5:
      return allocation::AgentsAwaited{coin()};
    default:
      return allocation::TimePassed{};
  }
}

}  // namespace

allocation::Event draw_allocator_event() {
  switch (below(3)) {
    case 0:
      return draw_agent_event(below(5));
    case 1:
      return draw_framework_event(below(7));
    default:
      return draw_other_event(below(7));
  }
}

AllocatorLogRecord draw_allocator_log_record() {
  if (below(8) == 0) {
    return AllocatorLogStart{
        .program = text(20),
        .cluster = maybe_id<ClusterId>(),
        .epoch = {any_number()},
        .at = {static_cast<std::int64_t>(below(limits::kWallMsMax))},
        .offer_hold_max = duration(),
        .settings = list_of(5, [] { return AllocatorSetting{.name = text(20), .value = text()}; })};
  }
  return AllocatorLogStep{.at = Instant{duration().ns},
                          .event = draw_allocator_event(),
                          .actions = any_number32(),
                          .hash = any_number()};
}

}  // namespace fairlead::generators
