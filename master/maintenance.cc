// Maintenance windows: from its start on a window drains its agents, at its end it takes them back.
// Its beginning writes its drains in one piece with the word that it has begun, so that the next
// master neither drains twice nor forgets what it drains. An agent that an operator drained or
// reactivated by hand is left as it is.
#include <algorithm>
#include <utility>

#include "common/date_text.h"
#include "common/limits.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

std::string key_of(const WindowId& window) {
  return "window/" + window.text;
}

WallTime end_of(const WindowRecord& window) {
  return {window.start.unix_ms + window.duration.ms()};
}

bool has_agent(const WindowRecord& window, const AgentId& agent) {
  return std::binary_search(window.agents.begin(), window.agents.end(), agent);
}

/// The drain of the agent if this window began it and nobody has ended or replaced it since.
const Drain* drain_of(const MasterState& state, const WindowId& window, const AgentId& agent) {
  std::uint32_t slot = find_agent(state, agent);
  const Drain* drain = slot == kNoSlot ? nullptr : state.agents[slot].drain();
  return drain != nullptr && drain->record.window == window ? drain : nullptr;
}

// --- what is refused -----------------------------------------------------------------------------

Status check_times(const ScheduleWindow& r, WallTime asked) {
  auto refused = [](const char* what, std::string expected, std::string got) {
    return Status{invalid({.what = "maintenance window",
                           .where = what,
                           .expected = std::move(expected),
                           .got = std::move(got),
                           .hint = {}})};
  };
  auto ms = [](Duration one) { return std::to_string(one.ms()) + " ms"; };
  const std::int64_t ahead_ms_max = limits::kTaskDurationMax.ms();
  if (r.start < asked || r.start.unix_ms - asked.unix_ms > ahead_ms_max) {
    return refused("start", "a time to come, at most 365 days ahead",
                   format_date(r.start) + " when it was " + format_date(asked));
  }
  if (r.duration < milliseconds(1) || r.duration > limits::kTaskDurationMax) {
    return refused("duration", "1 ms..365 days", ms(r.duration));
  }
  if (r.deadline < Duration{} || r.deadline > r.duration) {
    return refused("deadline", "0.." + ms(r.duration) + ", which is the duration", ms(r.deadline));
  }
  const Duration grace = r.grace.value_or(Duration{});
  if (grace < Duration{} || grace > limits::kTaskDurationMax) {
    return refused("grace", "0..365 days", ms(grace));
  }
  return {};
}

/// Windows may touch, and two of one agent may not overlap.
Status check_overlap(const MasterState& state, const ScheduleWindow& r, const AgentId& agent) {
  const WallTime end{r.start.unix_ms + r.duration.ms()};
  for (const auto& [id, window] : state.windows) {
    const WindowRecord& other = window.record;
    bool overlaps = r.start < end_of(other) && other.start < end;
    if (!overlaps || !has_agent(other, agent)) continue;
    return Error{ErrorCode::kConflict, "maintenance window: agent '" + agent.text + "': window " +
                                           id.text + " has it from " + format_date(other.start) +
                                           " to " + format_date(end_of(other)) +
                                           "; hint: cancel that one first"};
  }
  return {};
}

// --- beginning and end ---------------------------------------------------------------------------

void plan(Context& c, Instant at) {
  if (at >= c.state.windows_due) return;
  c.state.windows_due = at;
  c.state.deadlines.add({at, DeadlineKind::kWindows, 0, 0});
}

/// Drains of a window before this one have not ended yet, or an operator is changing something.
bool has_to_wait(const Context& c, const WindowRecord& window) {
  return std::ranges::any_of(window.agents, [&](const AgentId& agent) {
    std::uint32_t slot = find_agent(c.state, agent);
    const Drain* drain = slot == kNoSlot ? nullptr : c.state.agents[slot].drain();
    bool has_other = drain != nullptr && !drain->record.window.empty();
    return has_other || is_being_changed(c.state, agent);
  });
}

void begin(Context& c, Window& window) {
  if (has_to_wait(c, window.record)) return;
  WindowRecord begun = window.record;
  begun.has_begun = true;
  std::vector<RegistryRecord> put = {begun};
  std::vector<DrainRecord> drains;
  for (const AgentId& agent : begun.agents) {
    std::uint32_t slot = find_agent(c.state, agent);
    if (slot == kNoSlot || c.state.agents[slot].phase == AgentPhase::kGone) continue;
    if (c.state.agents[slot].drain() != nullptr) continue;  // by hand: that one goes on
    drains.push_back({.agent = agent,
                      .started = begun.start,
                      .deadline = begun.deadline,
                      .grace = begun.grace,
                      .mark_gone = false,
                      .drained = {},
                      .window = begun.id});
    put.emplace_back(drains.back());
  }
  window.is_changing = true;
  write_registry(c, std::move(put), {}, {BeginWindow{begun.id, std::move(drains)}});
}

void end(Context& c, Window& window) {
  Result<std::vector<std::string>> erased = keys_of_end(c, window.record.id);
  if (!erased) return;
  window.is_changing = true;
  write_registry(c, {}, std::move(*erased), {EndWindow{window.record.id}});
}

/// Begins and ends what is due; plans the next time.
void run(Context& c) {
  auto& windows = c.state.windows;
  // Ends first: the window of an agent may touch the one before.
  for (auto& [id, window] : windows) {
    if (!window.is_changing && window.end <= c.now) end(c, window);
  }
  for (auto& [id, window] : windows) {
    bool begins = !window.record.has_begun && window.start <= c.now && c.now < window.end;
    if (!window.is_changing && begins) begin(c, window);
  }
  for (const auto& [id, window] : windows) {
    if (window.is_changing) continue;
    Instant due = window.record.has_begun ? window.end : window.start;
    plan(c, due > c.now ? due : c.now + c.config.write_retry_every);
  }
}

void leave_index(MasterState& state, const WindowRecord& window) {
  for (const AgentId& agent : window.agents) {
    auto found = state.windows_by_agent.find(agent);
    found->second.erase(window.id);
    if (found->second.empty()) state.windows_by_agent.erase(found);
  }
}

/// What waited for the write may go on.
void settle_agents(Context& c, const WindowRecord& window) {
  for (const AgentId& agent : window.agents) {
    std::uint32_t slot = find_agent(c.state, agent);
    if (slot != kNoSlot) c.state.drains_to_settle.push_back(slot);
  }
}

}  // namespace

Status check_window(const Context& c, const ScheduleWindow& r, WallTime asked) {
  if (r.agents.empty() || r.agents.size() > limits::kWindowAgentsMax) {
    return invalid({.what = "maintenance window",
                    .where = "agents",
                    .expected = "1.." + std::to_string(limits::kWindowAgentsMax),
                    .got = std::to_string(r.agents.size()),
                    .hint = "several windows may have the same time"});
  }
  if (Status times = check_times(r, asked); !times) return times;
  for (const AgentId& agent : r.agents) {
    std::uint32_t slot = find_agent(c.state, agent);
    if (slot == kNoSlot) return unknown_agent(agent);
    if (c.state.agents[slot].phase == AgentPhase::kGone) return gone_agent(agent);
    if (Status free = check_overlap(c.state, r, agent); !free) return free;
  }
  if (c.state.windows.size() < limits::kWindowsMax) return {};
  return Error{ErrorCode::kExhausted, "maintenance window: there are " +
                                          std::to_string(limits::kWindowsMax) +
                                          " already; hint: cancel one"};
}

WindowRecord window_of(const MasterState& state, const ScheduleWindow& r) {
  WindowRecord window{.id = {"w-" + std::to_string(state.epoch.number) + "-" +
                             std::to_string(state.windows_numbered + 1)},
                      .agents = r.agents,
                      .start = r.start,
                      .duration = r.duration,
                      .deadline = r.deadline,
                      .grace = r.grace,
                      .has_begun = false};
  std::sort(window.agents.begin(), window.agents.end());
  window.agents.erase(std::unique(window.agents.begin(), window.agents.end()), window.agents.end());
  return window;
}

void add_window(Context& c, const WindowRecord& record, WallTime clock) {
  // Within what a sum with an Instant bears, whatever the clock says.
  constexpr std::int64_t kMsMax = limits::kDurationNsMax / 1'000'000;
  Duration until =
      milliseconds(std::clamp(record.start.unix_ms - clock.unix_ms, -kMsMax, kMsMax / 2));
  Window& window = c.state.windows[record.id];
  window = {.record = record, .start = c.now + until, .end = c.now + until + record.duration};
  for (const AgentId& agent : record.agents) c.state.windows_by_agent[agent].insert(record.id);
  if (!record.has_begun) ask_about_window(c, window);
  plan(c, std::max(c.now, record.has_begun ? window.end : window.start));
}

Result<std::vector<std::string>> keys_of_end(const Context& c, const WindowId& id) {
  auto found = c.state.windows.find(id);
  if (found == c.state.windows.end()) {
    return Error{ErrorCode::kNotFound,
                 "maintenance window '" + shortened(id.text) + "' is not known"};
  }
  std::vector<std::string> keys = {key_of(id)};
  bool is_changing = found->second.is_changing;
  for (const AgentId& agent : found->second.record.agents) {
    if (drain_of(c.state, id, agent) != nullptr) keys.push_back(drain_key_of(agent));
    is_changing = is_changing || is_being_changed(c.state, agent);
  }
  if (!is_changing) return keys;
  return Error{ErrorCode::kUnavailable, "maintenance window '" + id.text +
                                            "': another change of it, or of one of its agents, is "
                                            "being written; hint: try again"};
}

void on_window_begun(Context& c, const BeginWindow& write) {
  auto found = c.state.windows.find(write.window);
  if (found == c.state.windows.end()) return;
  found->second.is_changing = false;
  found->second.record.has_begun = true;
  publish(c, "window_begun", write.window.text, "");
  for (const DrainRecord& drain : write.drains) {
    std::uint32_t slot = find_agent(c.state, drain.agent);
    if (slot != kNoSlot && c.state.agents[slot].phase != AgentPhase::kGone) {
      start_drain(c, slot, drain);
    } else {
      // It left while this was written: whoever comes under its id is not drained.
      write_registry(c, {}, {drain_key_of(drain.agent)}, {Housekeeping{}});
    }
  }
  settle_agents(c, found->second.record);
  run(c);
}

void on_window_ended(Context& c, const WindowId& id) {
  auto found = c.state.windows.find(id);
  if (found == c.state.windows.end()) return;
  const WindowRecord window = std::move(found->second.record);
  c.state.windows.erase(found);
  publish(c, "window_ended", id.text, "");
  leave_index(c.state, window);
  end_inverse_offers(c, window, "maintenance window " + id.text + " does not take place");
  for (const AgentId& agent : window.agents) {
    if (drain_of(c.state, id, agent) != nullptr) end_drain(c, find_agent(c.state, agent));
  }
  settle_agents(c, window);
  run(c);
}

void on_window_unchanged(Context& c, const WindowId& id) {
  auto found = c.state.windows.find(id);
  if (found == c.state.windows.end()) return;
  found->second.is_changing = false;
  settle_agents(c, found->second.record);
  plan(c, c.now + c.config.write_retry_every);
}

void on_windows_due(Context& c, const Deadline& due) {
  if (due.at != c.state.windows_due) return;  // an earlier one took its place
  c.state.windows_due = Instant::never();
  run(c);
}

bool is_changed_by_window(const MasterState& state, const PendingWrite& write,
                          const AgentId& agent) {
  const WindowId* id = nullptr;
  if (const auto* one = std::get_if<BeginWindow>(&write.then)) id = &one->window;
  if (const auto* one = std::get_if<EndWindow>(&write.then)) id = &one->window;
  if (const auto* one = std::get_if<OperatorWrite>(&write.then)) {
    if (const auto* cancel = std::get_if<CancelWindow>(&one->body)) id = &cancel->window;
  }
  if (id == nullptr) return false;
  auto found = state.windows.find(*id);
  return found != state.windows.end() && has_agent(found->second.record, agent);
}

}  // namespace fairlead::master
