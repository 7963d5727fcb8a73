#include "allocator/batch_filters.h"

#include <algorithm>

#include "common/limits.h"

namespace fairlead::allocation {
namespace {

using End = std::pair<Instant, FilterPlace>;

FrameworkHandle owner_of(const State& state, const FilterPlace& place) {
  return client_of(state, place.client).framework;
}

void forget_end(State& state, const End& end) {
  auto framework = state.batch->filters.ends.find(owner_of(state, end.second));
  framework->second.erase(framework->second.find(end));
  if (framework->second.empty()) state.batch->filters.ends.erase(framework);
}

/// Takes away the filters of the place for which `is_over` holds.
template <class IsOver>
void end_some(State& state, const FilterPlace& place, IsOver is_over) {
  auto& places = state.batch->filters.places;
  auto here = places.find(place);
  std::erase_if(here->second, [&](const BatchFilter& filter) {
    if (!is_over(filter)) return false;
    forget_end(state, {filter.until, place});
    state.refused.release(filter.refused);
    return true;
  });
  if (here->second.empty()) places.erase(here);
}

/// Calls `end` for each place of which a filter is over at `now`, one framework after the other.
template <class IsOver>
void end_all(State& state, Instant now, IsOver is_over) {
  std::vector<FilterPlace> places;
  for (const auto& [framework, ends] : state.batch->filters.ends) {
    for (const End& end : ends) {
      if (end.first > now) break;
      places.push_back(end.second);
    }
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  for (const FilterPlace& place : places) end_some(state, place, is_over);
}

/// The one of the framework that ends first.
void make_room(State& state, FrameworkHandle framework) {
  const auto ends = state.batch->filters.ends.find(framework);
  if (ends == state.batch->filters.ends.end()) return;
  if (ends->second.size() < limits::kFiltersPerFrameworkMax) return;
  const End first = *ends->second.begin();
  bool is_done = false;
  end_some(state, first.second, [&](const BatchFilter& filter) {
    bool is_it = !is_done && filter.until == first.first;
    is_done = is_done || is_it;
    return is_it;
  });
}

}  // namespace

void arm_filter(Context& context, ClientIndex client, AgentHandle agent, const Refused& refused) {
  State& state = context.state;
  Duration asked = refused.hide_for.ns < 0 ? kBatchFilterDefault : refused.hide_for;
  bool hides = asked.ns > 0 && !refused.resources.is_zero();
  if (!client_of(state, client).subscribed || !hides) return;
  Duration lasts = std::min(std::max(asked, state.config.interval), state.config.filter_max);
  FrameworkHandle framework = client_of(state, client).framework;
  make_room(state, framework);
  const BatchFilter filter{.refused = state.refused.acquire(refused.resources),
                           .armed = context.now,
                           .until = context.now + lasts};
  const FilterPlace place{agent, client};
  state.batch->filters.places[place].push_back(filter);
  state.batch->filters.ends[framework].emplace(filter.until, place);
}

void clear_filters(State& state, ClientIndex client) {
  auto ends = state.batch->filters.ends.find(client_of(state, client).framework);
  if (ends == state.batch->filters.ends.end()) return;
  std::vector<FilterPlace> its;
  for (const End& end : ends->second) {
    if (end.second.client == client) its.push_back(end.second);
  }
  std::sort(its.begin(), its.end());
  its.erase(std::unique(its.begin(), its.end()), its.end());
  for (const FilterPlace& place : its) end_some(state, place, [](const auto&) { return true; });
}

void clear_filters(State& state, AgentHandle agent) {
  auto& places = state.batch->filters.places;
  while (true) {
    auto next = places.lower_bound({agent, ClientIndex{0}});
    if (next == places.end() || next->first.agent != agent) return;
    end_some(state, FilterPlace(next->first), [](const auto&) { return true; });
  }
}

bool is_hidden(const State& state, ClientIndex client, AgentHandle agent,
               const Resources& resources) {
  auto here = state.batch->filters.places.find({agent, client});
  if (here == state.batch->filters.places.end()) return false;
  return std::any_of(here->second.begin(), here->second.end(), [&](const BatchFilter& filter) {
    return contains(state.refused[filter.refused], resources);
  });
}

void end_filters_before_timer(State& state) {
  const BatchBooks& books = *state.batch;
  end_all(state, books.timer_due, [&](const BatchFilter& filter) {
    return filter.until < books.timer_due ||
           (filter.until == books.timer_due && filter.armed < books.timer_armed);
  });
}

void end_filters(State& state, Instant now) {
  end_all(state, now, [now](const BatchFilter& filter) { return filter.until <= now; });
}

}  // namespace fairlead::allocation
