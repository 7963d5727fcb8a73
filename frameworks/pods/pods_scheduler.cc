#include "frameworks/pods/pods_scheduler.h"

#include <algorithm>
#include <utility>

#include "common/check.h"
#include "frameworks/pods/pods_turn.h"
#include "frameworks/sdk/row_codec.h"

namespace fairlead::pods {
namespace {

Error no_such_service(const std::string& name) {
  return {ErrorCode::kNotFound, "service '" + name.substr(0, 200) + "' is not known here"};
}

Result<Service*> changeable(Pods& pods, const std::string& name) {
  const auto found = pods.services.find(name);
  if (found == pods.services.end()) {
    return no_such_service(name);
  }
  if (found->second.removing) {
    return Error{ErrorCode::kConflict, "service '" + name + "' is being removed"};
  }
  return &found->second;
}

void change(PodsTurn& turn, const std::string& name) {
  turn.services_changed.insert(name);
  turn.touched.insert(name);
}

std::string joined(const std::vector<RoleName>& roles) {
  std::string text;
  for (const RoleName& role : roles) {
    text += (text.empty() ? "" : ", ") + role.text;
  }
  return text;
}

Status check_size(const ServiceSpec& spec) {
  Service service;
  service.spec = spec;
  return sdk::check_row_size(encode_service(service), "service");
}

}  // namespace

PodsScheduler::PodsScheduler(PodsOptions options) : pods_(std::make_unique<Pods>()) {
  check(!options.roles.empty(), "a framework has at least one role");
  pods_->options = std::move(options);
}

PodsScheduler::~PodsScheduler() = default;

const RoleName& PodsScheduler::default_role() const {
  return pods_->options.roles.front();
}

Status PodsScheduler::create(Instant now, ServiceSpec spec, Ticket ticket,
                             sdk::SchedulerActions& actions) {
  const auto& roles = pods_->options.roles;
  if (spec.role.empty()) {
    spec.role = default_role();
  }
  if (Status valid = validate(spec); !valid.ok()) {
    return valid;
  }
  if (std::find(roles.begin(), roles.end(), spec.role) == roles.end()) {
    return invalid({.what = "service role",
                    .where = {},
                    .expected = "a role of this framework: " + joined(roles),
                    .got = spec.role.text,
                    .hint = {}});
  }
  if (const Service* there = find(spec.name)) {
    return Error{ErrorCode::kConflict,
                 "service '" + spec.name + "' " +
                     (there->removing ? "is being removed; hint: try again soon"
                                      : "is there already; hint: update or remove it")};
  }
  if (pods_->services.size() >= kServicesMax) {
    return Error{ErrorCode::kExhausted, "service refused: " + std::to_string(kServicesMax) +
                                            " are there; hint: remove some"};
  }
  if (Status fits = check_size(spec); !fits.ok()) {
    return fits;
  }
  PodsTurn turn{*pods_, now, actions};
  const std::string name = spec.name;
  Service& service = pods_->services[name];
  service.spec = std::move(spec);
  service.created_at = turn.wall();
  change(turn, name);
  finish(turn, ticket);
  return {};
}

Status PodsScheduler::scale(Instant now, const std::string& name, std::uint32_t replicas,
                            Ticket ticket, sdk::SchedulerActions& actions) {
  const auto service = changeable(*pods_, name);
  if (!service.ok()) {
    return service.error();
  }
  ServiceSpec spec = service.value()->spec;
  spec.replicas = replicas;
  if (Status valid = validate(spec); !valid.ok()) {
    return valid;
  }
  PodsTurn turn{*pods_, now, actions};
  service.value()->spec = std::move(spec);
  change(turn, name);
  finish(turn, ticket);
  return {};
}

Result<std::uint64_t> PodsScheduler::update(Instant now, ServiceSpec spec, Ticket ticket,
                                            sdk::SchedulerActions& actions) {
  const std::string name = spec.name;
  const auto found = changeable(*pods_, name);
  if (!found.ok()) {
    return found.error();
  }
  Service& service = *found.value();
  spec.role = service.spec.role;
  spec.replicas = service.spec.replicas;
  if (Status valid = validate(spec); !valid.ok()) {
    return valid.error();
  }
  if (Status fits = check_size(spec); !fits.ok()) {
    return fits.error();
  }
  PodsTurn turn{*pods_, now, actions};
  service.generation += spec.shape == service.spec.shape ? 0U : 1U;
  service.spec = std::move(spec);
  const std::uint64_t generation = service.generation;
  change(turn, name);
  finish(turn, ticket);
  return generation;
}

Status PodsScheduler::remove(Instant now, const std::string& name, Ticket ticket,
                             sdk::SchedulerActions& actions) {
  const auto found = pods_->services.find(name);
  if (found == pods_->services.end()) {
    return no_such_service(name);
  }
  PodsTurn turn{*pods_, now, actions};
  found->second.removing = true;
  change(turn, name);
  finish(turn, ticket);
  return {};
}

void PodsScheduler::on_probed(Instant now, const Probed& probed, sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  take_probe(turn, probed);
  finish(turn);
}

std::map<ReplicaRef, ProbeTarget> PodsScheduler::probe_targets() const {
  std::map<ReplicaRef, ProbeTarget> targets;
  for (const auto& [name, service] : pods_->services) {
    if (!service.spec.readiness) {
      continue;
    }
    const Readiness& readiness = *service.spec.readiness;
    for (const auto& [number, replica] : service.replicas) {
      // One of an older generation may have fewer ports: it stays what it was.
      if (replica.state == ReplicaState::kRunning && readiness.port_index < replica.ports.size()) {
        targets[{name, number, replica.attempt}] = {
            .host = host_of(replica.agent_http),
            .port = replica.ports[readiness.port_index],
            .first = replica.since + readiness.initial_delay,
            .period = readiness.period,
            .timeout = readiness.timeout};
      }
    }
  }
  return targets;
}

const std::map<std::string, Service>& PodsScheduler::services() const {
  return pods_->services;
}

const Service* PodsScheduler::find(const std::string& name) const {
  const auto found = pods_->services.find(name);
  return found == pods_->services.end() ? nullptr : &found->second;
}

std::vector<Endpoint> PodsScheduler::endpoints(const std::vector<Label>& selector) const {
  std::vector<Endpoint> all;
  for (const auto& [name, service] : pods_->services) {
    if (matches(service.spec.labels, selector)) {
      const std::vector<Endpoint> some = endpoints_of(service);
      all.insert(all.end(), some.begin(), some.end());
    }
  }
  return all;
}

std::uint64_t PodsScheduler::version() const {
  return pods_->version;
}

std::vector<Ticket> PodsScheduler::take_persisted() {
  return std::exchange(pods_->persisted, {});
}

WallTime PodsScheduler::wall(Instant now) const {
  return {pods_->options.wall_at_zero.unix_ms + now.ns / 1'000'000};
}

void PodsScheduler::on_recovered(Instant now, const sdk::Recovered& recovered,
                                 sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  recover(turn, recovered);
  for (const RoleName& role : pods_->options.roles) {
    turn.new_work.insert(role);  // also an empty demand: no whole-agent offers, please
  }
  finish(turn);
}

void PodsScheduler::on_offers(Instant now, std::span<const Offer> offers,
                              sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  place(turn, offers);
  finish(turn);
}

void PodsScheduler::on_status(Instant now, const TaskStatus& status,
                              sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  take_status(turn, status);
  finish(turn);
}

void PodsScheduler::on_agent_lost(Instant, const AgentLost& lost, sdk::SchedulerActions&) {
  pods_->seen.erase(lost.agent);  // nobody waits for it to spread
}

void PodsScheduler::on_agent_draining(Instant now, const AgentDraining& draining,
                                      sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  pods_->seen.erase(draining.agent);
  for (auto& [name, service] : pods_->services) {
    for (auto& [number, replica] : service.replicas) {
      if (replica.agent != draining.agent || !replica.is_launched()) {
        continue;
      }
      replica.leaving = true;
      turn.touched.insert(name);
    }
  }
  finish(turn);
}

void PodsScheduler::on_reclaim(Instant now, const ReclaimResources& reclaim,
                               sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  give_back(turn, reclaim);
  finish(turn);
}

void PodsScheduler::on_inverse_offers(Instant now, std::span<const InverseOffer> offers,
                                      sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  take_inverse_offers(turn, offers);
  finish(turn);
}

void PodsScheduler::on_inverse_offers_withdrawn(Instant now,
                                                const InverseOffersWithdrawn& withdrawn,
                                                sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  stay(turn, withdrawn.window);
  finish(turn);
}

void PodsScheduler::on_persisted(Instant, Ticket ticket, sdk::SchedulerActions&) {
  pods_->persisted.push_back(ticket);
}

void PodsScheduler::on_time(Instant now, sdk::SchedulerActions& actions) {
  PodsTurn turn{*pods_, now, actions};
  for (const auto& [name, service] : pods_->services) {
    if (service.next_check <= now) {
      turn.touched.insert(name);
    }
  }
  move_ahead(turn);
  finish(turn);
}

Instant PodsScheduler::next_deadline() const {
  Instant first = next_move(*pods_);
  for (const auto& [name, service] : pods_->services) {
    first = std::min(first, service.next_check);
  }
  return first;
}

std::string host_of(const std::string& address) {
  const std::size_t scheme = address.find("://");
  const std::size_t begin = scheme == std::string::npos ? 0 : scheme + 3;
  const std::string host = address.substr(begin, address.rfind(':') - begin);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

std::vector<Endpoint> endpoints_of(const Service& service) {
  std::vector<Endpoint> all;
  for (const auto& [number, replica] : service.replicas) {
    if (replica.ready) {
      all.push_back({service.spec.name, number, host_of(replica.agent_http), replica.ports});
    }
  }
  return all;
}

}  // namespace fairlead::pods
