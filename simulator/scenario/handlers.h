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
/// The part of an offer on which tasks were started.
struct Started {
  Resources used;
  std::vector<HeldPriority> priorities;  ///< of it, if another than 0
};
/// Starts what was chosen on a part of `offer`.
Started start_tasks(World& world, const HeldOffer& offer, const std::vector<Start>& starts);
void on_tasks_end(World& world, std::uint32_t place);
/// Ends one of the tasks at that place before its time, the last one: it runs again, from its
/// beginning, unless its job was given up. The allocator is told; it is not told what is wanted
/// now. REQUIRES: one runs there.
void preempt_task(World& world, std::uint32_t place);
const Shape& shape_of(const World& world, const Running& running);

// --- reclaims.cc ---------------------------------------------------------------------------------
/// The framework needs its decision time for it, and not longer than the deadline.
void on_reclaim(World& world, const allocation::Reclaim& reclaim);
/// It ends as many tasks there as are still needed: the lowest priority first, of those the
/// youngest. Nothing when the reclaim has ended.
void on_framework_gives_back(World& world, std::uint32_t reclaim);

}  // namespace fairlead::scenario
