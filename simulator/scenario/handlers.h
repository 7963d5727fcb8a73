// What follows when something happens in a run: free functions over a World, by the file of their
// topic. The order within one moment: what the allocator wants to do by itself, then what was
// planned, in the order in which it was planned.
#pragma once

#include "simulator/scenario/world.h"

namespace fairlead::scenario {

// --- cluster.cc ----------------------------------------------------------------------------------
/// Tells the allocator of weights, quotas, agents and frameworks.
void build_cluster(World& world);
/// One step of the allocator; its offers and rescinds reach the frameworks at once. A rejected
/// event is our own mistake and ends the process.
void tell(World& world, const allocation::Event& event);

// --- jobs.cc -------------------------------------------------------------------------------------
void on_job_arrives(World& world, std::uint32_t job);
/// Its wait bound is over: gives the job up unless all of it has started.
void on_job_is_given_up(World& world, std::uint32_t job);
/// Drops what has not started of it; what runs goes on. REQUIRES: something has not started.
void abandon(World& world, std::uint32_t job);
/// Tells the allocator what the framework wants now, if that changed.
void send_demand(World& world, std::uint32_t framework);

// --- answers.cc ----------------------------------------------------------------------------------
void on_offer(World& world, const allocation::MakeOffer& offer);
void on_rescind(World& world, const allocation::RescindOffer& rescinded);
/// The framework has decided about the offers that it had when it began to.
void on_framework_answers(World& world, std::uint32_t framework);

// --- tasks.cc ------------------------------------------------------------------------------------
/// Starts what was chosen on a part of `offer`: returns that part.
Resources start_tasks(World& world, const HeldOffer& offer, const std::vector<Start>& starts);
void on_tasks_end(World& world, std::uint32_t place);

}  // namespace fairlead::scenario
