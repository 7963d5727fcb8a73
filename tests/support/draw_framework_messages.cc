#include <vector>

#include "common/limits.h"
#include "tests/support/draw.h"
#include "tests/support/draw_messages.h"
#include "tests/support/draw_values.h"

namespace fairlead::generators {
namespace {

std::vector<OfferId> offer_ids() {
  return list_of(5, [] { return OfferId{any_number()}; });
}

}  // namespace

Constraint draw_constraint() {
  return {
      .attribute = "a" + text(10), .rule = one_of(ConstraintRule::kNotMatches), .value = text()};
}

FrameworkInfo draw_framework_info() {
  return {.id = maybe_id<FrameworkId>(),
          .name = text(),
          .principal = {text(20)},
          .roles = roles(),
          .failover_timeout = duration(),
          .api_address = text(),
          .kind = text(10),
          .labels = list_of(3, draw_label),
          .capabilities = {.revocable = coin(), .shared = coin(), .region_aware = coin()}};
}

DemandShape draw_shape() {
  return {.name = text(),
          .amounts = draw_amounts(),
          .count = static_cast<std::uint32_t>(below(limits::kDemandCountMax + 1)),
          .constraints = list_of(3, draw_constraint),
          .priority = static_cast<std::int32_t>(any_number32()),
          .gang_size = static_cast<std::uint32_t>(below(limits::kDemandCountMax + 1)),
          .per_agent_max = any_number32(),
          .revocable = coin(),
          .prefer = list_of(3, draw_constraint)};
}

namespace {

AcceptOffers draw_accept() {
  return {.offers = offer_ids(),
          .launches =
              list_of(3, [] { return TaskLaunch{.spec = draw_spec(), .attempt = any_number32()}; }),
          .refuse_for = duration()};
}

ResourceOperation draw_operation() {
  switch (below(4)) {
    case 0:
      return operation::Reserve{draw_amounts(), role(), coin() ? role() : RoleName{}, {}};
    case 1:
      return operation::Unreserve{draw_amounts(), role()};
    case 2:
      return operation::CreateVolume{role(), {id_text(), text()}, quantity(0), coin()};
    default:
      return operation::DestroyVolume{role(), id_text()};
  }
}

}  // namespace

FrameworkToMaster draw_framework_to_master() {
  switch (below(14)) {
    case 0:
      return Subscribe{.framework = draw_framework_info(),
                       .suppressed = roles(),
                       .offer_constraints = list_of(3, [] {
                         return RoleConstraints{
                             .role = role(),
                             .groups = list_of(3, [] { return list_of(3, draw_constraint); })};
                       })};
    case 1:
      return SetDemand{.role = role(), .shapes = list_of(3, draw_shape)};
    case 2:
      return draw_accept();
    case 3:
      return DeclineOffers{
          .offers = offer_ids(), .refuse_for = duration(), .reason = one_of(DeclineReason::kOther)};
    case 4:
      return Suppress{roles()};
    case 5:
      return Revive{roles()};
    case 6:
      return draw_kill();
    case 7:
      return draw_acknowledge();
    case 8:
      return Reconcile{list_of(4, [] {
        return ReconcileEntry{
            .task = id<TaskId>(), .attempt = any_number32(), .agent = maybe_id<AgentId>()};
      })};
    case 9:
      return FrameworkHeartbeat{};
    case 10:
      return AcceptGang{list_of(3, draw_accept)};
    case 11:
      return AnswerInverseOffer{.window = id<WindowId>(),
                                .agent = id<AgentId>(),
                                .accepts = coin(),
                                .reason = text(),
                                .ask_again = duration()};
    case 12:
      return AcceptOperations{id_text(), offer_ids(), list_of(3, draw_operation)};
    default:
      return Teardown{};
  }
}

Unavailability draw_unavailability() {
  return {.begins_in = duration(), .length = duration()};
}

InverseOffer draw_inverse_offer() {
  return {.window = id<WindowId>(),
          .agent = id<AgentId>(),
          .hostname = text(),
          .unavailability = draw_unavailability(),
          .stay_max = duration(),
          .reason = text()};
}

Offer draw_offer() {
  return {.id = {any_number()},
          .framework = id<FrameworkId>(),
          .role = role(),
          .agent = id<AgentId>(),
          .hostname = text(),
          .http_address = text(),
          .resources = draw_resources(),
          .attributes = draw_attributes(),
          .hold_max = duration(),
          .unavailability = coin() ? std::optional(draw_unavailability()) : std::nullopt};
}

ReclaimResources draw_reclaim() {
  return {.reclaim = {any_number()},
          .kind = one_of(ReclaimKind::kFairness),
          .role = role(),
          .agent = id<AgentId>(),
          .hostname = text(),
          .need = {.lacking = {quantity(0), quantity(0), quantity(0), quantity(0)},
                   .most = {quantity(0), quantity(0), quantity(0), quantity(0)}},
          .priority = static_cast<std::int32_t>(any_number32()),
          .deadline = duration(),
          .beneficiary = role(),
          .shape = text()};
}

MasterToFramework draw_master_to_framework() {
  switch (below(16)) {
    case 0:
      return Subscribed{.framework = id<FrameworkId>(),
                        .cluster = id<ClusterId>(),
                        .epoch = {any_number()},
                        .heartbeat_every = duration(),
                        .frameworks = any_number()};
    case 1:
      return Offers{list_of(4, draw_offer)};
    case 2:
      return Rescind{.offers = offer_ids(), .reason = text()};
    case 3:
      return FrameworkStatusUpdate{draw_status()};
    case 4:
      return AgentLost{.agent = id<AgentId>(), .hostname = text(), .reason = text()};
    case 5:
      return ReconcileDone{};
    case 6:
      return FrameworkRefused{.error = draw_error(), .fatal = coin()};
    case 7:
      return FrameworkResync{text()};
    case 8:
      return AgentDraining{.agent = id<AgentId>(), .hostname = text(), .deadline = duration()};
    case 9:
      return draw_reclaim();
    case 10:
      return ReclaimCancelled{.reclaim = {any_number()}, .reason = text()};
    case 11:
      return DemandImpossible{.role = role(), .shape = text(), .why = text()};
    case 12:
      return InverseOffers{list_of(3, draw_inverse_offer)};
    case 13:
      return InverseOffersWithdrawn{.window = id<WindowId>(), .reason = text()};
    case 14:
      return OperationsAnswer{.id = id_text(), .agent = maybe_id<AgentId>(), .refused = text()};
    default:
      return HeartbeatEcho{};
  }
}

}  // namespace fairlead::generators
