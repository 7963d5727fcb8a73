#include <algorithm>

#include "simulator/scenario/handlers.h"

namespace fairlead::scenario {
namespace {

void begin_to_decide(World& world, std::uint32_t index) {
  FrameworkState& state = world.frameworks[index];
  state.is_deciding = true;
  state.deciding_since = world.now;
  const Duration wait = draw(world.scenario.frameworks[index].decision, *state.random);
  plan(world, world.now + wait, Happening::kFrameworkAnswers, index);
}

void answer(World& world, std::uint32_t index, const HeldOffer& offer) {
  const Framework& framework = world.scenario.frameworks[index];
  FrameworkState& state = world.frameworks[index];
  world.measure.on_offered(offer.offer.resources, -1);
  std::vector<Start> starts;
  const bool is_averse =
      framework.decline_per_mille > 0 && state.random->below(1'000) < framework.decline_per_mille;
  if (!is_averse) {
    starts =
        state.queue.choose(scalars(offer.offer.resources), machine_of(world, offer.offer.agent));
  }
  Started started = start_tasks(world, offer, starts);
  const bool declined = started.used.is_zero();
  if (declined) ++state.report.declines;
  if (!declined) state.demand_is_stale = true;
  tell(world, allocation::OfferResolved{.offer = offer.offer.offer,
                                        .used = std::move(started.used),
                                        .refuse_for = framework.refuse,
                                        .declined = declined,
                                        .priorities = std::move(started.priorities)});
}

/// Gives up what has been looked for too often. The first to come has been looked for most often.
void give_up_tired_jobs(World& world, std::uint32_t index) {
  const std::uint64_t tries = world.scenario.frameworks[index].abandon_tries;
  FrameworkState& state = world.frameworks[index];
  while (tries > 0 && !state.placing.empty()) {
    const std::uint32_t job = state.placing.front();
    if (state.answers - world.job_states[job].answers_before < tries) return;
    abandon(world, job);
  }
}

}  // namespace

void on_offer(World& world, const allocation::MakeOffer& offer) {
  const std::uint32_t index = offer.framework.index;
  FrameworkState& state = world.frameworks[index];
  ++state.report.offers;
  world.measure.on_offered(offer.resources, 1);
  for (std::uint32_t job : state.unoffered) world.job_states[job].first_offer = world.now;
  state.unoffered.clear();
  state.offers.push_back({.offer = offer, .received = world.now});
  if (!state.is_deciding) begin_to_decide(world, index);
}

void on_rescind(World& world, const allocation::RescindOffer& rescinded) {
  FrameworkState& state = world.frameworks[rescinded.framework.index];
  ++state.report.rescinds;
  auto offer = std::find_if(state.offers.begin(), state.offers.end(), [&](const HeldOffer& held) {
    return held.offer.offer == rescinded.offer;
  });
  check(offer != state.offers.end(), "only an offer without an answer is rescinded");
  world.measure.on_offered(offer->offer.resources, -1);
  state.offers.erase(offer);
}

void on_framework_answers(World& world, std::uint32_t index) {
  FrameworkState& state = world.frameworks[index];
  ++state.answers;
  const std::uint64_t last = state.offers.empty() ? 0 : state.offers.back().offer.offer.number;
  // They are in the order in which they came; an answer brings more, for the next look.
  while (!state.offers.empty() && state.offers.front().received <= state.deciding_since &&
         state.offers.front().offer.offer.number <= last) {
    const HeldOffer offer = std::move(state.offers.front());
    state.offers.pop_front();
    answer(world, index, offer);
  }
  while (!state.placing.empty() && world.job_states[state.placing.front()].unstarted == 0) {
    state.placing.pop_front();
  }
  give_up_tired_jobs(world, index);
  state.is_deciding = false;
  send_demand(world, index);
  if (!state.offers.empty() && !state.is_deciding) begin_to_decide(world, index);
}

}  // namespace fairlead::scenario
