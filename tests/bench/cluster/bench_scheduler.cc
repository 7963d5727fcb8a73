#include "tests/bench/cluster/bench_scheduler.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "common/limits.h"

namespace fairlead::bench {
namespace {

constexpr Duration kLong = seconds(3600);

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 14'695'981'039'346'656'037ULL;  // FNV-1a
  for (char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1'099'511'628'211ULL;
  return hash;
}

}  // namespace

BenchScheduler::BenchScheduler(BenchSchedulerOptions options, std::function<Instant()> now,
                               std::function<void()> on_done)
    : options_(std::move(options)),
      now_(std::move(now)),
      on_done_(std::move(on_done)),
      todo_(options_.tasks) {}

void BenchScheduler::on_recovered(Instant, const sdk::Recovered&, sdk::SchedulerActions& actions) {
  say_demand(actions);
}

void BenchScheduler::say_demand(sdk::SchedulerActions& actions) const {
  std::uint64_t count = std::min<std::uint64_t>(todo_, limits::kDemandCountMax);
  std::vector<DemandShape> shapes;
  if (count > 0) {
    DemandShape shape;
    shape.name = "tiny";
    shape.amounts = options_.shape;
    shape.count = static_cast<std::uint32_t>(count);
    shapes.push_back(std::move(shape));
  }
  actions.set_demand(options_.role, std::move(shapes));
}

void BenchScheduler::on_offers(Instant, std::span<const Offer> offers,
                               sdk::SchedulerActions& actions) {
  Instant now = now_();
  if (seen_.offers == 0) seen_.first_offer = now;
  for (const Offer& offer : offers) {
    ++seen_.offers;
    auto freed = freed_at_.find(offer.agent.text);
    if (freed != freed_at_.end()) {
      seen_.freed_to_offered_ns.push_back(now.ns - freed->second);
      freed_at_.erase(freed);
    }
    accept(offer, actions);
  }
  say_demand(actions);
}

void BenchScheduler::accept(const Offer& offer, sdk::SchedulerActions& actions) {
  AcceptOffers accepted{.offers = {offer.id}, .launches = {}, .refuse_for = {}};
  Resources left = offer.resources;
  while (todo_ > 0 && accepted.launches.size() < limits::kLaunchesPerAcceptMax) {
    std::optional<Resources> part = take(left, options_.shape, options_.role);
    if (!part) break;
    subtract(left, *part);
    accepted.launches.push_back(next_launch(std::move(*part)));
    --todo_;
  }
  if (accepted.launches.empty()) {
    actions.decline({offer.id}, kLong, DeclineReason::kNoWork);
    return;
  }
  seen_.launched += accepted.launches.size();
  actions.accept(std::move(accepted));
}

TaskLaunch BenchScheduler::next_launch(Resources resources) {
  TaskLaunch launch;
  launch.spec.id = {"t" + std::to_string(next_++)};
  launch.spec.name = "tiny";
  launch.spec.command.argv = command_for(launch.spec.id);
  launch.spec.resources = std::move(resources);
  launch.attempt = 1;
  return launch;
}

std::vector<std::string> BenchScheduler::command_for(const TaskId& task) const {
  if (!options_.command.empty()) return options_.command;
  std::int64_t time = options_.stays ? -1 : options_.run_time.ns;
  // Spread out, so that tasks which began together do not end together.
  if (time > 0) time += static_cast<std::int64_t>(hash_of(task.text) >> 33) % time;
  return {"emulated", std::to_string(time)};
}

void BenchScheduler::on_status(Instant, const TaskStatus& status, sdk::SchedulerActions& actions) {
  if (status.state == TaskState::kRunning) {
    ++seen_.running;
    if (options_.stays) seen_.checksum += hash_of(status.task.text);
    return finish_if_done();
  }
  if (!is_terminal(status.state)) return;
  if (status.state == TaskState::kFinished) {
    ++seen_.finished;
    seen_.checksum += hash_of(status.task.text);
    std::int64_t stamp = 0;
    const std::string& text = status.message;
    std::from_chars(text.data(), text.data() + text.size(), stamp);
    if (stamp > 0 && todo_ > 0) freed_at_[status.agent.text] = stamp;
  } else {
    ++seen_.others;
    ++todo_;
    say_demand(actions);
  }
  seen_.last_terminal = now_();
  finish_if_done();
}

void BenchScheduler::finish_if_done() {
  std::uint64_t count = options_.stays ? seen_.running : seen_.finished;
  if (is_done_ || count < options_.tasks) return;
  is_done_ = true;
  on_done_();
}

}  // namespace fairlead::bench
