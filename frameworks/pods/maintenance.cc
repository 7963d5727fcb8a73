// Maintenance that lies ahead: replicas leave in time, as from an agent that is drained. Each is
// replaced first where there is room, so that its service stays whole; what has not left when the
// window begins is drained.
#include <algorithm>

#include "frameworks/pods/pods_turn.h"

namespace fairlead::pods {
namespace {

bool is_moving_from(const Pods& pods, const AgentId& agent) {
  return std::any_of(pods.ahead.begin(), pods.ahead.end(), [&](const auto& one) {
    return one.first.agent == agent && one.second.is_moving;
  });
}

void set_moving(PodsTurn& turn, const AgentId& agent, bool moving) {
  for (auto& [name, service] : turn.pods.services) {
    for (auto& [number, replica] : service.replicas) {
      if (replica.agent == agent && replica.is_launched() && replica.moving != moving) {
        replica.moving = moving;
        turn.touched.insert(name);
      }
    }
  }
}

}  // namespace

void take_inverse_offers(PodsTurn& turn, std::span<const InverseOffer> offers) {
  for (const InverseOffer& offer : offers) {
    Ahead& ahead = turn.pods.ahead[{offer.agent, offer.window}];
    ahead.begins = turn.now + offer.unavailability.begins_in;
    ahead.is_moving = false;  // also those that came there since
    turn.actions.answer_inverse_offer({.window = offer.window,
                                       .agent = offer.agent,
                                       .accepts = true,
                                       .reason = "its replicas are replaced before",
                                       .ask_again = {}});
  }
  move_ahead(turn);
}

void stay(PodsTurn& turn, const WindowId& window) {
  std::set<AgentId> agents;
  for (const auto& [key, ahead] : turn.pods.ahead) {
    if (key.window == window && ahead.is_moving) {
      agents.insert(key.agent);
    }
  }
  std::erase_if(turn.pods.ahead, [&](const auto& one) { return one.first.window == window; });
  for (const AgentId& agent : agents) {
    if (!is_moving_from(turn.pods, agent)) {
      set_moving(turn, agent, false);
    }
  }
}

void move_ahead(PodsTurn& turn) {
  std::erase_if(turn.pods.ahead, [&](const auto& one) { return one.second.begins <= turn.now; });
  for (auto& [key, ahead] : turn.pods.ahead) {
    if (!ahead.is_moving && ahead.begins - turn.now <= kMoveAhead) {
      ahead.is_moving = true;
      turn.pods.seen.erase(key.agent);
      set_moving(turn, key.agent, true);
    }
  }
}

Instant next_move(const Pods& pods) {
  Instant first = Instant::never();
  for (const auto& [key, ahead] : pods.ahead) {
    first = std::min(first, ahead.is_moving ? ahead.begins : ahead.begins + kMoveAhead * -1);
  }
  return first;
}

bool is_too_late_for(const Offer& offer) {
  return offer.unavailability && offer.unavailability->begins_in <= kMoveAhead;
}

}  // namespace fairlead::pods
