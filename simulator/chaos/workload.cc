#include "simulator/chaos/workload.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace fairlead::chaos {
namespace {

struct Shape {
  const char* name;
  std::int64_t cpu_milli;
  std::int64_t memory_kib;
};
constexpr std::array<Shape, 3> kShapes{{
    {"small", 500, 128 << 10},
    {"middle", 1'000, 512 << 10},
    {"large", 3'000, 2 << 20},
}};

constexpr Duration kMoreEvery = milliseconds(500);
constexpr std::uint64_t kTasksAtOnceMax = 3;
constexpr std::uint64_t kKillOneInTurns = 20;
constexpr Duration kRefuseFor = seconds(2);
constexpr std::uint64_t kGangInOffers = 3;  // of two offers at once every third time

Amounts amounts_of(const Shape& shape) {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = shape.cpu_milli;
  amounts.scalars[StandardScalar::kMem] = shape.memory_kib;
  return amounts;
}

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

/// Whole milliseconds; most tasks are short, some are not.
std::uint64_t run_ms(Random& random) {
  std::uint64_t most = random.below(10) == 0 ? 60'000 : 8'000;
  return 20 + random.below(most);
}

}  // namespace

Workload::Workload(Stage& stage, Ledger& ledger, Options options)
    : stage_(stage), ledger_(ledger), options_(std::move(options)) {}

// --- own state -----------------------------------------------------------------------------------

/// Row "task/<id>": "<attempt> <phase> <size>".
void Workload::set_phase(const TaskId& id, Task& task, Phase phase,
                         sdk::SchedulerActions& actions) {
  if (task.phase != Phase::kDone && phase == Phase::kDone) ++done_;
  task.phase = phase;
  phase == Phase::kWanted ? wanted_.insert(id), void() : void(wanted_.erase(id));
  std::string row = std::to_string(task.attempt) + " " +
                    std::to_string(static_cast<unsigned>(phase)) + " " + std::to_string(task.size);
  actions.persist({}, {{"task/" + id.text, bytes_of(row)}});
}

void Workload::on_recovered(Instant now, const sdk::Recovered& recovered,
                            sdk::SchedulerActions& actions) {
  std::map<TaskId, std::uint32_t> launched;
  for (const sdk::LiveLaunch& launch : recovered.launches) {
    std::uint32_t& newest = launched[launch.task];
    newest = std::max(newest, launch.attempt);
  }
  for (const sdk::StateRow& row : recovered.rows) {
    std::array<std::uint32_t, 3> fields{};
    const char* at = reinterpret_cast<const char*>(row.value.data());
    const char* end = at + row.value.size();
    for (std::uint32_t& field : fields) {
      at = std::from_chars(at, end, field).ptr;
      if (at != end) ++at;
    }
    TaskId id{row.key.substr(std::string_view("task/").size())};
    Task task{.attempt = fields[0], .phase = static_cast<Phase>(fields[1]), .size = fields[2]};
    if (task.phase == Phase::kWanted) wanted_.insert(id);
    if (task.phase == Phase::kDone) ++done_;
    bool is_launched = task.phase == Phase::kLaunched;
    if (is_launched) {
      stage_.expect(Promise::kNothingForgotten, launched[id] == task.attempt, [&] {
        return id.text + "#" + std::to_string(task.attempt) +
               " was launched, and no record tells what became of it";
      });
    }
    tasks_.emplace(std::move(id), task);
  }
  numbered_ = tasks_.size();
  more_at_ = now;
  tell_demand(actions);
}

void Workload::tell_demand(sdk::SchedulerActions& actions) {
  std::array<std::uint32_t, kShapes.size()> counts{};
  for (const TaskId& id : wanted_) ++counts[tasks_.at(id).size];
  std::vector<DemandShape> demand;
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    if (counts[i] == 0) continue;
    demand.push_back(
        {.name = kShapes[i].name, .amounts = amounts_of(kShapes[i]), .count = counts[i]});
  }
  actions.set_demand(options_.role, std::move(demand));
}

void Workload::add_task(sdk::SchedulerActions& actions) {
  std::string digits = std::to_string(++numbered_);
  TaskId id{options_.prefix + std::string(6 - digits.size(), '0') + digits};
  Task& task = tasks_[id];
  task.size = stage_.random.below(kShapes.size());
  set_phase(id, task, Phase::kWanted, actions);
}

void Workload::on_time(Instant now, sdk::SchedulerActions& actions) {
  if (now < more_at_) return;
  more_at_ = now < options_.tasks_until ? now + kMoreEvery : Instant::never();
  if (now >= options_.tasks_until) return;
  std::uint64_t more = stage_.random.below(kTasksAtOnceMax + 1);
  for (; more > 0 && open() < options_.open_max; --more) add_task(actions);
  if (stage_.random.below(kKillOneInTurns) == 0) kill_something(actions);
  tell_demand(actions);
}

void Workload::kill_something(sdk::SchedulerActions& actions) {
  std::vector<TaskId> launched;
  for (const auto& [id, task] : tasks_) {
    if (task.phase == Phase::kLaunched) launched.push_back(id);
  }
  if (launched.empty()) return;
  const TaskId& id = launched[stage_.random.below(launched.size())];
  killed_.insert(id);
  actions.kill(id, tasks_.at(id).attempt, stage_.random.between(milliseconds(100), seconds(3)));
}

// --- offers --------------------------------------------------------------------------------------

TaskSpec Workload::spec_of(const TaskId& id, const Task& task) {
  TaskSpec spec;
  spec.id = id;
  spec.name = id.text;
  bool fails = stage_.random.below(50) == 0;
  bool is_stubborn = stage_.random.below(8) == 0;
  spec.command.argv = {"run", std::to_string(run_ms(stage_.random)), fails ? "1" : "0",
                       is_stubborn ? "1" : "0"};
  spec.resources = plain(amounts_of(kShapes[task.size]));
  return spec;
}

TaskLaunch Workload::launch_of(const TaskId& id, Task& task) {
  ++task.attempt;
  return {.spec = spec_of(id, task), .attempt = task.attempt};
}

const TaskId* Workload::find_fit(const Resources& free, const std::set<TaskId>& but_not) const {
  for (const TaskId& id : wanted_) {
    bool fits = contains(free, plain(amounts_of(kShapes[tasks_.at(id).size])));
    if (fits && !but_not.contains(id)) return &id;
  }
  return nullptr;
}

bool Workload::launch_gang(const Offer& one, const Offer& other, sdk::SchedulerActions& actions) {
  const TaskId* first = find_fit(one.resources, {});
  const TaskId* second = first == nullptr ? nullptr : find_fit(other.resources, {*first});
  if (second == nullptr || one.agent == other.agent) return false;
  std::vector<AcceptOffers> parts;
  for (auto [offer, id] : {std::pair(&one, *first), std::pair(&other, *second)}) {
    Task& task = tasks_.at(id);
    parts.push_back({.offers = {offer->id}, .launches = {launch_of(id, task)}, .refuse_for = {}});
    set_phase(id, task, Phase::kLaunched, actions);
  }
  actions.accept_gang(std::move(parts));
  return true;
}

void Workload::launch_on(const Offer& offer, sdk::SchedulerActions& actions) {
  AcceptOffers accept{.offers = {offer.id}, .launches = {}, .refuse_for = {}};
  Resources free = offer.resources;
  std::set<TaskId> taken;
  while (const TaskId* id = find_fit(free, taken)) {
    Task& task = tasks_.at(*id);
    subtract(free, plain(amounts_of(kShapes[task.size])));
    accept.launches.push_back(launch_of(*id, task));
    taken.insert(*id);
  }
  if (taken.empty()) return actions.decline({offer.id}, kRefuseFor, DeclineReason::kNoWork);
  for (const TaskId& id : taken) set_phase(id, tasks_.at(id), Phase::kLaunched, actions);
  actions.accept(std::move(accept));
}

void Workload::on_offers(Instant, std::span<const Offer> offers, sdk::SchedulerActions& actions) {
  while (!offers.empty()) {
    bool is_gang = offers.size() > 1 && stage_.random.below(kGangInOffers) == 0 &&
                   launch_gang(offers[0], offers[1], actions);
    if (!is_gang) launch_on(offers.front(), actions);
    offers = offers.subspan(is_gang ? 2 : 1);
  }
  tell_demand(actions);
}

// --- statuses ------------------------------------------------------------------------------------

void Workload::on_status(Instant, const TaskStatus& status, sdk::SchedulerActions& actions) {
  ledger_.on_status(status, options_.life);
  if (stage_.plant == Plant::kRepeatedStatus) {
    ledger_.on_status(std::exchange(before_, status), options_.life);
  }
  if (is_terminal(status.state)) {
    Ticket ticket{++tickets_};
    told_.emplace(ticket, status);
    actions.persist(ticket, {});
  }
  auto found = tasks_.find(status.task);
  if (found == tasks_.end()) return;
  Task& task = found->second;
  if (status.attempt != task.attempt) {
    // An attempt that was given up came back.
    if (!is_terminal(status.state)) actions.kill(status.task, status.attempt);
    return;
  }
  if (task.phase != Phase::kLaunched) return;
  if (is_terminal(status.state)) return on_attempt_ended(status, task, actions);
  // The policy relaunch_unreachable, for half of the tasks.
  bool is_relaunched = status.state == TaskState::kUnreachable && stage_.random.below(2) == 0;
  if (!is_relaunched) return;
  set_phase(status.task, task, Phase::kWanted, actions);
  tell_demand(actions);
}

void Workload::on_attempt_ended(const TaskStatus& status, Task& task,
                                sdk::SchedulerActions& actions) {
  bool is_done = status.state == TaskState::kFinished ||
                 (status.state == TaskState::kKilled && killed_.contains(status.task));
  set_phase(status.task, task, is_done ? Phase::kDone : Phase::kWanted, actions);
  tell_demand(actions);
}

void Workload::on_persisted(Instant, Ticket ticket, sdk::SchedulerActions&) {
  auto found = told_.find(ticket);
  if (found == told_.end()) return;
  ledger_.on_status_durable(found->second);
  told_.erase(found);
}

void Workload::on_refused(Instant, const FrameworkRefused& refused, sdk::SchedulerActions&) {
  stage_.note(options_.prefix, "is refused: " + refused.error.message);
}

std::string Workload::any_open() const {
  for (const auto& [id, task] : tasks_) {
    if (task.phase == Phase::kDone) continue;
    return id.text + "#" + std::to_string(task.attempt) +
           (task.phase == Phase::kWanted ? " (wanted)" : " (launched)");
  }
  return "";
}

}  // namespace fairlead::chaos
