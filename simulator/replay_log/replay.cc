#include "simulator/replay_log/replay.h"

#include <algorithm>
#include <utility>

#include "allocator/action_hash.h"
#include "allocator/allocator.h"
#include "allocator/settings.h"
#include "simulator/replay_log/names.h"

namespace fairlead::replay_log {
namespace {

class Replay {
 public:
  Replay(const AllocatorConfig& config, const PatternMatcher& patterns, Report& report)
      : core_(config, patterns), report_(report) {}

  /// REQUIRES validate(config).ok(). Before the first step.
  void compare_with(const AllocatorConfig& config, const PatternMatcher& patterns,
                    const Policy& policy) {
    comparison_.emplace(config, patterns, policy, report_.start.offer_hold_max);
  }

  void take(const AllocatorLogStep& step) {
    if (report_.events == 0) first_at_ = step.at;
    names_.note(step.event);
    actions_.clear();
    const Instant deadline = core_.next_deadline();
    core_.step(step.at, step.event, actions_);
    ++report_.events;
    report_.actions += step.actions;
    report_.offers += static_cast<std::uint64_t>(
        std::count_if(actions_.begin(), actions_.end(), [](const allocation::Action& action) {
          return std::holds_alternative<allocation::MakeOffer>(action);
        }));
    report_.span = step.at - first_at_;
    const std::uint64_t hash = hash_of(step.at, actions_);
    if (hash == step.hash && actions_.size() == step.actions) {
      ++report_.same;
    } else if (!report_.first) {
      report_.first = difference(step, hash);
    }
    if (!comparison_) return;
    comparison_->take(
        step, deadline, actions_, names_,
        {.step = report_.events, .after = report_.span, .event = names_.text(step.event)});
  }

  void finish() {
    if (comparison_) report_.changes = comparison_->changes();
  }

 private:
  Difference difference(const AllocatorLogStep& step, std::uint64_t hash) const {
    Difference first{.step = report_.events,
                     .after = report_.span,
                     .event = names_.text(step.event),
                     .recorded_actions = step.actions,
                     .recorded_hash = step.hash,
                     .hash = hash};
    for (const allocation::Action& action : actions_) first.actions.push_back(names_.text(action));
    return first;
  }

  AllocatorCore core_;
  Report& report_;
  Names names_;
  std::optional<Comparison> comparison_;
  Instant first_at_;
  std::vector<allocation::Action> actions_;
};

/// The error is the log's.
Status take_all(AllocatorLogReader& reader, Replay& replay) {
  while (true) {
    Result<std::optional<AllocatorLogStep>> step = reader.next();
    if (!step) return step.error();
    if (!step->has_value()) return {};
    replay.take(**step);
  }
}

}  // namespace

Result<Report> replay(AllocatorLogReader::Read read, const PatternMatcher& patterns,
                      const ReplayOptions& options) {
  AllocatorLogReader reader(std::move(read));
  Result<AllocatorLogStart> start = reader.start();
  if (!start) return start.error();
  Result<AllocatorConfig> config = config_of(start->settings);
  if (!config) return config.error();
  Report report{.start = std::move(*start)};
  Replay replay(*config, patterns, report);
  if (options.policy) {
    Result<AllocatorConfig> changed = config_with(*config, *options.policy);
    if (!changed) return changed.error();
    replay.compare_with(*changed, patterns, *options.policy);
  }
  if (Status all = take_all(reader, replay); !all) {
    report.damage = all.error().message;
    if (!options.damaged) {
      return Error{all.error().code, report.damage + "; hint: --damaged replays the " +
                                         std::to_string(report.events) + " steps before it"};
    }
  }
  replay.finish();
  return report;
}

}  // namespace fairlead::replay_log
