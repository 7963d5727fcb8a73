#include "tests/pods/pods_world.h"

#include <array>
#include <utility>

namespace fairlead::pods {
namespace {

std::string text_of(const SetDemand& demand) {
  std::string text = "demand " + demand.role.text;
  for (const DemandShape& shape : demand.shapes) {
    text += " " + shape.name + "*" + std::to_string(shape.count);
    text += shape.per_agent_max > 0 ? " per_agent=" + std::to_string(shape.per_agent_max) : "";
  }
  return text;
}

std::string text_of(const AcceptOffers& accept) {
  std::string text = "accept";
  for (const OfferId offer : accept.offers) {
    text += " " + std::to_string(offer.number);
  }
  for (const TaskLaunch& launch : accept.launches) {
    text += " " + launch.spec.id.text + "/" + std::to_string(launch.attempt);
    for (const EnvironmentVariable& variable : launch.spec.command.environment) {
      text += variable.name == "PORT" ? "[port " + variable.value + "]" : "";
    }
  }
  return text;
}

std::string text_of(const DeclineOffers& decline) {
  constexpr std::array<const char*, 5> kReasons = {"no work", "too small", "constraint", "spread",
                                                   "other"};
  return "decline " + std::to_string(decline.offers.front().number) + " for " +
         std::to_string(decline.refuse_for.ms()) +
         " ms: " + kReasons[static_cast<std::size_t>(decline.reason)];
}

std::string text_of(const AnswerInverseOffer& answer) {
  return std::string(answer.accepts ? "accepts" : "declines") + " to leave " + answer.agent.text +
         " for " + answer.window.text + ": " + answer.reason;
}

std::string text_of(const sdk::PersistState& persist) {
  std::string text = "persist";
  for (const sdk::StateWrite& write : persist.writes) {
    text += " " + std::string(write.value ? "" : "-") + write.key;
  }
  return text;
}

std::string text_of(const KillTask& kill) {
  return "kill " + kill.task.text + "/" + std::to_string(kill.attempt);
}
std::string text_of(const Revive& revive) {
  return "revive " + revive.roles.front().text;
}
std::string text_of(const sdk::StopFramework& stop) {
  return "stop: " + stop.reason;
}
template <class Other>
std::string text_of(const Other&) {
  return "! an order that pods never gives";
}

}  // namespace

void PodsWorld::keep(const sdk::Order& order) {
  trace_.push_back(std::visit([](const auto& one) { return text_of(one); }, order));
  if (const auto* kill = std::get_if<KillTask>(&order)) {
    kills_.push_back(*kill);
  }
  if (const auto* persist = std::get_if<sdk::PersistState>(&order)) {
    for (const sdk::StateWrite& write : persist->writes) {
      if (write.value) {
        rows_[write.key] = *write.value;
      } else {
        rows_.erase(write.key);
      }
    }
  }
}

void PodsWorld::call(const Callback& callback) {
  sdk::SchedulerActions actions;
  callback(actions);
  for (const sdk::Order& order : actions.orders()) {
    keep(order);
  }
}

void PodsWorld::restart() {
  scheduler = std::make_unique<PodsScheduler>(
      PodsOptions{.roles = {{"r"}, {"s"}}, .wall_at_zero = {1'000'000}});
  sdk::Recovered recovered;
  for (const auto& [key, value] : rows_) {
    recovered.rows.push_back({key, value});
  }
  call([&](sdk::SchedulerActions& actions) { scheduler->on_recovered(now, recovered, actions); });
}

void PodsWorld::offers(std::vector<Offer> offers) {
  call([&](sdk::SchedulerActions& actions) { scheduler->on_offers(now, offers, actions); });
}

void PodsWorld::status(const std::string& task, std::uint32_t attempt, TaskState state,
                       TaskReason reason) {
  TaskStatus status;
  status.task = {task};
  status.attempt = attempt;
  status.state = state;
  status.reason = reason;
  call([&](sdk::SchedulerActions& actions) { scheduler->on_status(now, status, actions); });
}

void PodsWorld::probe(const std::string& service, std::uint64_t number, bool connected) {
  const Replica& replica = scheduler->find(service)->replicas.at(number);
  call([&](sdk::SchedulerActions& actions) {
    scheduler->on_probed(now, {{service, number, replica.attempt}, connected}, actions);
  });
}

void PodsWorld::advance(Duration by) {
  now = now + by;
  if (scheduler->next_deadline() <= now) {
    call([&](sdk::SchedulerActions& actions) { scheduler->on_time(now, actions); });
  }
}

std::vector<std::string> PodsWorld::take_trace() {
  return std::exchange(trace_, {});
}

std::vector<KillTask> PodsWorld::take_kills() {
  return std::exchange(kills_, {});
}

Offer offer_of(std::uint64_t id, const std::string& agent, const std::string& resources) {
  Offer offer;
  offer.id = {id};
  offer.role = {"r"};
  offer.agent = {agent};
  offer.hostname = agent;
  offer.http_address = "127.0.0.1:5051";
  offer.resources = plain(parse_amounts(resources).value());
  return offer;
}

std::string summary(const Service& service) {
  std::uint32_t ready = 0;
  std::string text;
  for (const auto& [number, replica] : service.replicas) {
    ready += replica.ready ? 1 : 0;
    text += " | " + std::to_string(number) + " g" + std::to_string(replica.generation) + " " +
            to_string(replica.state) + (replica.ready ? " ready" : "") +
            (replica.is_launched() ? " " + replica.agent.text : "") +
            (replica.restarts > 0 ? " restarts=" + std::to_string(replica.restarts) : "");
  }
  return service.spec.name + ": want=" + std::to_string(service.spec.replicas) +
         " gen=" + std::to_string(service.generation) + " ready=" + std::to_string(ready) +
         (service.removing ? " removing" : "") + text;
}

}  // namespace fairlead::pods
