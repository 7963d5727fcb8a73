// Maintenance that lies ahead: an agent is left in time when everything on it has reached its
// timeout before. Nothing is ended for it: what still runs when the window begins is drained, and
// is ready again.
#include <algorithm>

#include "common/date_text.h"
#include "frameworks/batch/batch_turn.h"

namespace fairlead::batch {
namespace {

// A declined one is asked for again after a quarter of what is left, within these.
constexpr Duration kAskAgainMin = seconds(10);
constexpr Duration kAskAgainMax = seconds(600);

/// Why the instance may run on beyond `begins`; empty: it has ended by then. Its timeout counts
/// from the start of its process.
std::string why_it_stays(const BatchTurn& turn, const InstanceRef& ref, WallTime begins) {
  const Job& job = turn.batch.jobs.at(ref.job);
  const TaskGroup& group = job.spec.tasks[ref.group];
  const std::string name = task_id(job.id, group.name, ref.index).text;
  if (group.timeout == Duration{}) {
    return name + " has no timeout";
  }
  const WallTime started = job.groups[ref.group].instances[ref.index].started_at;
  const WallTime from = started.unix_ms == 0 ? turn.wall() : started;
  const WallTime end{from.unix_ms + group.timeout.ms() + group.kill_grace.ms()};
  return end <= begins ? "" : name + " may run until " + format_date(end);
}

/// The same of everything on the agent: the first that stays. O(instances).
std::string why_agent_stays(const BatchTurn& turn, const AgentId& agent, WallTime begins) {
  for (const auto& [id, job] : turn.batch.jobs) {
    if (job.is_over()) {
      continue;
    }
    for (std::uint32_t g = 0; g < job.groups.size(); ++g) {
      const auto& instances = job.groups[g].instances;
      for (std::uint32_t i = 0; i < instances.size(); ++i) {
        if (instances[i].phase != Phase::kLaunched || instances[i].agent != agent) {
          continue;
        }
        if (std::string why = why_it_stays(turn, {id, g, i}, begins); !why.empty()) {
          return why;
        }
      }
    }
  }
  return {};
}

void answer(BatchTurn& turn, const AheadKey& key, Ahead& ahead, std::string why_it_stays) {
  ahead.is_accepted = why_it_stays.empty();
  const Duration left = milliseconds(ahead.begins.unix_ms - turn.wall().unix_ms);
  turn.actions.answer_inverse_offer(
      {.window = key.window,
       .agent = key.agent,
       .accepts = ahead.is_accepted,
       .reason = std::move(why_it_stays),
       .ask_again =
           ahead.is_accepted ? Duration{} : std::clamp(left / 4, kAskAgainMin, kAskAgainMax)});
}

}  // namespace

void take_inverse_offers(BatchTurn& turn, std::span<const InverseOffer> offers) {
  const WallTime now = turn.wall();
  std::erase_if(turn.batch.ahead, [&](const auto& one) { return one.second.begins <= now; });
  for (const InverseOffer& offer : offers) {
    const AheadKey key{offer.agent, offer.window};
    Ahead& ahead = turn.batch.ahead[key];
    ahead.begins = {now.unix_ms + offer.unavailability.begins_in.ms()};
    answer(turn, key, ahead, why_agent_stays(turn, offer.agent, ahead.begins));
  }
}

void forget_window(BatchTurn& turn, const WindowId& window) {
  std::erase_if(turn.batch.ahead, [&](const auto& one) { return one.first.window == window; });
}

void reconsider(BatchTurn& turn, const InstanceRef& ref) {
  const AgentId& agent = instance_of(turn, ref).agent;
  for (auto one = turn.batch.ahead.lower_bound({agent, {}});
       one != turn.batch.ahead.end() && one->first.agent == agent; ++one) {
    if (!one->second.is_accepted) {
      continue;
    }
    if (std::string why = why_it_stays(turn, ref, one->second.begins); !why.empty()) {
      answer(turn, one->first, one->second, std::move(why));
    }
  }
}

}  // namespace fairlead::batch
