#include "frameworks/pods/daemon/service_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "frameworks/sdk/driver/http_forms.h"

namespace fairlead::pods {
namespace {

using nlohmann::json;

json readiness_json(const std::optional<Readiness>& readiness) {
  if (!readiness) {
    return nullptr;
  }
  return {{"port", readiness->port_index},
          {"initial_delay_ms", readiness->initial_delay.ms()},
          {"period_ms", readiness->period.ms()},
          {"timeout_ms", readiness->timeout.ms()},
          {"failures", readiness->failure_threshold}};
}

std::string address(const std::string& host, std::uint32_t port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

json replica_json(const Service& service, const Replica& replica, const ShownAt& at) {
  return {{"task", task_id(service.spec.name, replica.number).text},
          {"number", replica.number},
          {"generation", replica.generation},
          {"state", to_string(replica.state)},
          {"ready", replica.ready},
          {"attempt", replica.attempt},
          {"restarts", replica.restarts},
          {"failures", replica.failures},
          {"agent", replica.agent.text},
          {"hostname", replica.hostname},
          {"agent_http", replica.agent_http},
          {"container_path", replica.container_path},
          {"ports", replica.ports},
          {"reason", replica.reason == TaskReason::kNone ? "" : to_string(replica.reason)},
          {"message", replica.message},
          {"since_unix_ms", at.wall.unix_ms - (at.now - replica.since).ms()}};
}

}  // namespace

json summary_json(const Service& service) {
  const auto count = [&](auto is) {
    return std::count_if(service.replicas.begin(), service.replicas.end(),
                         [&](const auto& each) { return is(each.second); });
  };
  json labels = json::object();
  for (const Label& label : service.spec.labels) {
    labels[label.key] = label.value;
  }
  return {
      {"name", service.spec.name},
      {"role", service.spec.role.text},
      {"owner", service.spec.owner.text},
      {"replicas", service.spec.replicas},
      {"ready", count([](const Replica& one) { return one.ready; })},
      {"running", count([](const Replica& one) { return one.state == ReplicaState::kRunning; })},
      {"pending", count([](const Replica& one) { return one.state == ReplicaState::kPending; })},
      {"backoff", count([](const Replica& one) { return one.state == ReplicaState::kBackoff; })},
      {"updated", count([&](const Replica& one) {
         return one.is_live() && one.generation == service.generation;
       })},
      {"generation", service.generation},
      {"removing", service.removing},
      {"labels", std::move(labels)},
      {"created_unix_ms", service.created_at.unix_ms},
      {"version", service.version}};
}

json service_json(const Service& service, const ShownAt& at) {
  json out = summary_json(service);
  json env = json::object();
  for (const EnvironmentVariable& variable : service.spec.shape.command.environment) {
    env[variable.name] = variable.value;
  }
  out["command"] = service.spec.shape.command.argv;
  out["env"] = std::move(env);
  out["resources"] = sdk::amounts_json(service.spec.shape.resources);
  out["readiness"] = readiness_json(service.spec.readiness);
  out["backoff_min_ms"] = service.spec.backoff_min.ms();
  out["backoff_max_ms"] = service.spec.backoff_max.ms();
  out["max_unavailable"] = service.spec.max_unavailable;
  out["max_surge"] = service.spec.max_surge;
  out["spread"] = service.spec.spread;
  out["per_agent_max"] = service.spec.per_agent_max;
  out["instances"] = json::array();
  for (const auto& [number, replica] : service.replicas) {
    out["instances"].push_back(replica_json(service, replica, at));
  }
  return out;
}

json endpoints_json(const std::vector<Endpoint>& endpoints) {
  json out = json::array();
  for (const Endpoint& endpoint : endpoints) {
    json addresses = json::array();
    for (const std::uint32_t port : endpoint.ports) {
      addresses.push_back(address(endpoint.host, port));
    }
    out.push_back({{"service", endpoint.service},
                   {"task", task_id(endpoint.service, endpoint.number).text},
                   {"host", endpoint.host},
                   {"ports", endpoint.ports},
                   {"addresses", std::move(addresses)}});
  }
  return out;
}

}  // namespace fairlead::pods
