#include <string>
#include <utility>

#include "simulator/scenario/handlers.h"

namespace fairlead::scenario {
namespace {

std::size_t count_of_shapes(const Scenario& scenario) {
  std::size_t shapes = 0;
  for (const Framework& framework : scenario.frameworks) shapes += framework.shapes.size();
  return shapes;
}

/// So that a run of known length has 120 samples; one of unknown length begins with one a second.
Duration sample_gap(const Scenario& scenario) {
  return scenario.duration > Duration{} ? std::max(scenario.duration / 120, milliseconds(1))
                                        : seconds(1);
}

void add_agents(World& world) {
  for (std::uint32_t g = 0; g < world.scenario.agents.size(); ++g) {
    const AgentGroup& group = world.scenario.agents[g];
    for (std::uint32_t number = 1; number <= group.count; ++number) {
      const AgentHandle handle{static_cast<std::uint32_t>(world.agents.size())};
      world.agents.push_back({.group = g, .number = number});
      world.measure.add_agent(group.total);
      const std::string name = machine_of(world, handle).hostname;
      tell(world, allocation::AgentAdded{
                      .agent = handle,
                      .text = AgentText({.id = name, .hostname = name, .http_address = {}}),
                      .total = group.total,
                      .attributes = group.attributes,
                      .holdings = {}});
    }
  }
}

/// Before the agents: nobody is offered anything while the cluster is being built.
void add_frameworks(World& world) {
  for (std::uint32_t f = 0; f < world.scenario.frameworks.size(); ++f) {
    const Framework& framework = world.scenario.frameworks[f];
    const bool sleeps =
        framework.policy == OfferPolicy::kWholeAgent && framework.suppress_when_idle;
    allocation::FrameworkAdded added;
    added.framework = {f};
    added.id = {framework.name};
    added.roles = {framework.role};
    if (sleeps) added.suppressed = {framework.role};
    tell(world, added);
    world.frameworks[f].suppressed = sleeps;
    if (framework.policy == OfferPolicy::kDemand) {
      tell(world, allocation::DemandSet{{f}, framework.role, {}});
    }
  }
}

}  // namespace

World::World(const Scenario& plan, const std::vector<Job>& all_jobs)
    : scenario(plan),
      jobs(all_jobs),
      allocator([&] {
        AllocatorConfig config;
        config.seed = plan.seed;
        return config;
      }()),
      job_states(all_jobs.size()),
      measure(sample_gap(plan), count_of_shapes(plan)) {
  for (const Framework& framework : plan.frameworks) {
    frameworks.emplace_back(framework.shapes, mixed(plan.seed, framework.name));
    FrameworkReport& report = frameworks.back().report;
    report.name = framework.name;
    report.role = framework.role.text;
    report.policy = framework.policy == OfferPolicy::kDemand ? "demand" : "whole-agent";
  }
}

Machine machine_of(const World& world, AgentHandle agent) {
  const AgentPlace& place = world.agents[agent.index];
  const AgentGroup& group = world.scenario.agents[place.group];
  std::string name = group.name;
  if (group.count > 1) name += "-" + std::to_string(place.number);
  return {.hostname = std::move(name), .attributes = group.attributes};
}

void plan(World& world, Instant at, Happening happening, std::uint32_t subject) {
  world.events.push(
      {.at = at, .sequence = world.events_planned++, .happening = happening, .subject = subject});
}

void build_cluster(World& world) {
  for (const Role& role : world.scenario.roles) {
    tell(world, allocation::WeightSet{role.name, role.weight_milli});
    if (!role.quota.is_none()) tell(world, allocation::QuotaSet{role.name, role.quota});
  }
  add_frameworks(world);
  add_agents(world);
  for (FrameworkState& framework : world.frameworks) {
    framework.agents_used.resize(world.agents.size());
  }
}

void tell(World& world, const allocation::Event& event) {
  std::vector<allocation::Action> actions = std::move(world.actions);
  actions.clear();
  world.allocator.step(world.now, event, actions);
  ++world.allocator_events;
  world.allocator_actions += actions.size();
  for (const allocation::Action& action : actions) {
    world.hash.add(world.now, action);
    if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
      on_offer(world, *made);
    } else if (const auto* rescinded = std::get_if<allocation::RescindOffer>(&action)) {
      on_rescind(world, *rescinded);
    } else if (const auto* reclaim = std::get_if<allocation::Reclaim>(&action)) {
      on_reclaim(world, *reclaim);
    } else if (const auto* rejected = std::get_if<allocation::RejectEvent>(&action)) {
      check(false, rejected->error.message.c_str());
    }
    // Frameworks of a scenario do nothing about demand that is impossible. Of a reclaim that has
    // ended there is nothing to give when they come to it.
  }
  world.actions = std::move(actions);
}

}  // namespace fairlead::scenario
