#include "simulator/chaos/drain_book.h"

#include <utility>

namespace fairlead::chaos {

RequestId DrainBook::on_drain_asked(const AgentId& agent) {
  drains_[agent];
  RequestId request{++numbered_};
  requests_.emplace(request, Request{agent, true});
  return request;
}

void DrainBook::on_reactivation_begins(const AgentId& agent) {
  drains_[agent] = {.kept_since = {}, .is_reactivating = true};
}

RequestId DrainBook::on_reactivation_asked(const AgentId& agent) {
  RequestId request{++numbered_};
  requests_.emplace(request, Request{agent, false});
  return request;
}

void DrainBook::on_answered(RequestId request, const Status& outcome, Epoch by) {
  auto found = requests_.find(request);
  if (found == requests_.end()) return;
  const Request asked = found->second;
  requests_.erase(found);
  stage_.note("operator", (asked.is_drain ? "drain of " : "reactivation of ") + asked.agent.text +
                              ": " + (outcome ? "ok" : outcome.error().message));
  if (!outcome) return;
  if (!asked.is_drain) {
    drains_.erase(asked.agent);
    std::erase_if(requests_, [&](const auto& one) { return one.second.agent == asked.agent; });
    return;
  }
  Drain& drain = drains_[asked.agent];
  if (drain.is_reactivating) return;
  if (!drain.kept_since) drain.kept_since = by;
  stage_.expect(
      Promise::kDurableFirst, coordination_.rows().contains("drain/" + asked.agent.text), [&] {
        return "the drain of " + asked.agent.text + " is acknowledged, and is not in the registry";
      });
}

void DrainBook::on_launch_sent(const AgentId& to, const ContainerId& container, Epoch by) {
  auto found = drains_.find(to);
  if (found == drains_.end() || !found->second.kept_since) return;
  const Epoch since = *found->second.kept_since;
  if (by < since) return;
  breaches_.emplace(container, "it was launched under epoch " + std::to_string(by.number) +
                                   ", and " + to.text + " is drained since epoch " +
                                   std::to_string(since.number));
}

void DrainBook::on_called_drained(const AgentId& agent) {
  stage_.expect(Promise::kDrainKept, running_[agent] == 0, [&] {
    return agent.text + " is called drained, and runs " + std::to_string(running_[agent]) +
           " containers";
  });
}

void DrainBook::on_container_started(const ContainerId& container, const AgentId& agent) {
  auto breach = breaches_.find(container);
  stage_.expect(Promise::kDrainKept, breach == breaches_.end(), [&] {
    return container.text + " starts on " + agent.text + ": " + breach->second;
  });
  ++running_[agent];
}

void DrainBook::on_container_ended(const AgentId& agent) {
  --running_[agent];
}

bool DrainBook::is_reactivating(const AgentId& agent) const {
  auto found = drains_.find(agent);
  return found != drains_.end() && found->second.is_reactivating;
}

}  // namespace fairlead::chaos
