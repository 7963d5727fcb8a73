#include "frameworks/pods/daemon/pods_http_api.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "frameworks/pods/daemon/service_json.h"
#include "frameworks/pods/daemon/service_yaml.h"
#include "frameworks/sdk/driver/http_forms.h"
#include "runtime/http_errors.h"

namespace fairlead::pods {
namespace {

using sdk::append_metric;
using sdk::json_reply;
using sdk::text_reply;

constexpr std::string_view kServices = "/api/v1/services";
constexpr std::size_t kWaitersMax = 1'000;  // calls that wait for the disk

HttpReply not_served(const HttpRequest& request) {
  return http_error({ErrorCode::kNotFound, request.method + " " + request.path.substr(0, 200) +
                                               ": not served here; hint: see "
                                               "docs/http_api_pods.md"});
}

/// `/api/v1/services/<name>[/<verb>]`.
struct Target {
  std::string name;
  std::string verb;
};

std::optional<Target> target_of(const std::string& path) {
  if (!path.starts_with(kServices) || path.size() < kServices.size() + 2 ||
      path[kServices.size()] != '/') {
    return std::nullopt;
  }
  const std::string rest = path.substr(kServices.size() + 1);
  const std::size_t slash = rest.find('/');
  return slash == std::string::npos ? Target{rest, {}}
                                    : Target{rest.substr(0, slash), rest.substr(slash + 1)};
}

}  // namespace

void PodsHttpApi::serve(const HttpRequest& request, const Responder& responder) {
  if (request.method == "GET") {
    responder->reply(get(request));
  } else if (request.method == "POST" || request.method == "DELETE") {
    if (durable_.size() >= kWaitersMax) {
      return responder->reply(http_error(
          {ErrorCode::kExhausted, "too many calls wait already; hint: try again later"}));
    }
    const auto target = target_of(request.path);
    if (request.method == "POST") {
      post(request, responder);
    } else if (target && target->verb.empty()) {
      if (Status allowed = may_change(request.principal, target->name); !allowed.ok()) {
        return responder->reply(http_error(allowed.error()));
      }
      change(responder,
             [&](Instant now, Ticket ticket, sdk::SchedulerActions& actions) -> Result<HttpReply> {
               const Status done = world_.scheduler.remove(now, target->name, ticket, actions);
               return done.ok() ? Result<HttpReply>(json_reply(nlohmann::json::object()))
                                : done.error();
             });
    } else {
      responder->reply(not_served(request));
    }
  } else {
    responder->reply(http_error(405, "unsupported", "method " + request.method));
  }
}

HttpReply PodsHttpApi::get(const HttpRequest& request) const {
  if (request.path == "/livez") {
    return text_reply("ok\n");
  }
  if (request.path == "/readyz") {
    const sdk::SdkCore* core = world_.core();
    const bool is_ready = core != nullptr && core->is_subscribed();
    return text_reply(is_ready ? "ok\n" : "not subscribed to a master\n", is_ready ? 200 : 503);
  }
  if (request.path == "/metrics") {
    return metrics();
  }
  if (request.path == kServices || request.path == "/api/v1/endpoints") {
    return list(request, request.path != kServices);
  }
  const auto target = target_of(request.path);
  if (target && (target->verb.empty() || target->verb == "endpoints")) {
    return show(target->name, target->verb);
  }
  return not_served(request);
}

HttpReply PodsHttpApi::list(const HttpRequest& request, bool endpoints) const {
  const auto text = request.query.find("selector");
  const auto selector = parse_selector(text == request.query.end() ? "" : text->second);
  if (!selector.ok()) {
    return http_error(selector.error());
  }
  if (endpoints) {
    return json_reply(
        {{"endpoints", endpoints_json(world_.scheduler.endpoints(selector.value()))}});
  }
  nlohmann::json services = nlohmann::json::array();
  for (const auto& [name, service] : world_.scheduler.services()) {
    if (matches(service.spec.labels, selector.value())) {
      services.push_back(summary_json(service));
    }
  }
  return json_reply({{"version", world_.scheduler.version()}, {"services", std::move(services)}});
}

HttpReply PodsHttpApi::show(const std::string& name, const std::string& verb) const {
  const Service* service = world_.scheduler.find(name);
  if (service == nullptr) {
    return http_error(
        {ErrorCode::kNotFound, "service '" + name.substr(0, 200) + "' is not known here"});
  }
  if (verb == "endpoints") {
    return json_reply({{"endpoints", endpoints_json(endpoints_of(*service))}});
  }
  const Instant now = world_.clock.now();
  return json_reply(service_json(*service, {now, world_.scheduler.wall(now)}));
}

HttpReply PodsHttpApi::metrics() const {
  std::string text;
  std::uint64_t replicas = 0;
  std::uint64_t ready = 0;
  for (const auto& [name, service] : world_.scheduler.services()) {
    replicas += service.replicas.size();
    for (const auto& [number, replica] : service.replicas) {
      ready += replica.ready ? 1 : 0;
    }
  }
  append_metric(
      text, {"fairlead_pods_services", "gauge", "Services.", world_.scheduler.services().size()});
  append_metric(text, {"fairlead_pods_replicas", "gauge", "Replicas in any state.", replicas});
  append_metric(text, {"fairlead_pods_replicas_ready", "gauge", "Replicas that serve.", ready});
  if (const sdk::SdkCore* core = world_.core()) {
    append_sdk_metrics(text, *core);
  }
  return text_reply(std::move(text));
}

void PodsHttpApi::post(const HttpRequest& request, const Responder& responder) {
  const auto target = target_of(request.path);
  if (target) {
    if (Status allowed = may_change(request.principal, target->name); !allowed.ok()) {
      return responder->reply(http_error(allowed.error()));
    }
  }
  if (request.path == kServices) {
    auto spec = parse_service(request.body, "service");
    if (!spec.ok()) {
      return responder->reply(http_error(spec.error()));
    }
    if (Status admitted = admit(request.principal, spec.value()); !admitted.ok()) {
      return responder->reply(http_error(admitted.error()));
    }
    change(responder,
           [&](Instant now, Ticket ticket, sdk::SchedulerActions& actions) -> Result<HttpReply> {
             const std::string name = spec.value().name;
             const Status done =
                 world_.scheduler.create(now, std::move(spec).value(), ticket, actions);
             return done.ok() ? Result<HttpReply>(json_reply({{"name", name}}, 201)) : done.error();
           });
  } else if (target && target->verb == "scale") {
    const auto replicas = parse_scale(request.body, "scale");
    if (!replicas.ok()) {
      return responder->reply(http_error(replicas.error()));
    }
    change(responder,
           [&](Instant now, Ticket ticket, sdk::SchedulerActions& actions) -> Result<HttpReply> {
             const Status done =
                 world_.scheduler.scale(now, target->name, replicas.value(), ticket, actions);
             return done.ok() ? Result<HttpReply>(json_reply({{"replicas", replicas.value()}}))
                              : done.error();
           });
  } else if (target && target->verb == "update") {
    update(request, target->name, responder);
  } else {
    responder->reply(not_served(request));
  }
}

void PodsHttpApi::update(const HttpRequest& request, const std::string& name,
                         const Responder& responder) {
  const Service* service = world_.scheduler.find(name);
  if (service == nullptr) {
    return responder->reply(show(name, {}));
  }
  auto spec = parse_service_update(request.body, "update", service->spec);
  if (!spec.ok()) {
    return responder->reply(http_error(spec.error()));
  }
  // Whoever changes what runs answers for the user that it runs as; the owner stays.
  auto user = user_of_launch(world_.acl, request.principal, spec.value().shape.command.user);
  if (!user.ok()) {
    return responder->reply(http_error(user.error()));
  }
  spec.value().shape.command.user = std::move(user).value();
  change(responder,
         [&](Instant now, Ticket ticket, sdk::SchedulerActions& actions) -> Result<HttpReply> {
           const auto generation =
               world_.scheduler.update(now, std::move(spec).value(), ticket, actions);
           return generation.ok()
                      ? Result<HttpReply>(json_reply({{"generation", generation.value()}}))
                      : generation.error();
         });
}

Status PodsHttpApi::admit(const Principal& who, ServiceSpec& spec) const {
  spec.owner = who;
  if (spec.role.empty()) {
    spec.role = world_.scheduler.default_role();
  }
  if (Status allowed = may_use_role(world_.acl, who, spec.role); !allowed.ok()) {
    return allowed;
  }
  auto user = user_of_launch(world_.acl, who, spec.shape.command.user);
  if (!user.ok()) {
    return user.error();
  }
  spec.shape.command.user = std::move(user).value();
  return {};
}

Status PodsHttpApi::may_change(const Principal& who, const std::string& name) const {
  const Service* service = world_.scheduler.find(name);
  return service == nullptr ? Status() : may_manage_work(world_.acl, who, service->spec.owner);
}

void PodsHttpApi::change(const Responder& responder, const Change& change) {
  const Ticket ticket{++ticket_};
  world_.act([&](Instant now, sdk::SchedulerActions& actions) {
    auto reply = change(now, ticket, actions);
    if (!reply.ok()) {
      return responder->reply(http_error(reply.error()));
    }
    durable_.emplace(ticket, std::pair(responder, std::move(reply).value()));
  });
}

void PodsHttpApi::after_step() {
  for (const Ticket ticket : world_.scheduler.take_persisted()) {
    const auto found = durable_.find(ticket);
    if (found != durable_.end()) {
      found->second.first->reply(std::move(found->second.second));
      durable_.erase(found);
    }
  }
}

}  // namespace fairlead::pods
