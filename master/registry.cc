// Durable first: every change of the registry is a ticket with a continuation, and the effect comes
// with the outcome. docs/durability.md has the table.
#include <algorithm>
#include <utility>

#include "common/newer_head.h"
#include "master/handlers.h"

namespace fairlead::master {
namespace {

struct Load {
  Context& c;

  void operator()(const ClusterRecord&) const {}

  void operator()(const AgentRecord& record) const {
    MasterState& state = c.state;
    if (find_agent(state, record.id) != kNoSlot) return;
    auto slot = static_cast<std::uint32_t>(state.agents.size());
    AgentEntry& agent = state.agents.emplace_back();
    agent.text = AgentText({.id = record.id.text, .hostname = record.hostname, .http_address = {}});
    agent.principal = state.principals.acquire(record.principal);
    agent.deactivated = record.deactivated;
    agent.since = record.since;
    agent.phase = AgentPhase::kAbsent;
    if (record.standing == AgentStanding::kUnreachable) agent.phase = AgentPhase::kUnreachable;
    if (record.standing == AgentStanding::kGone) agent.phase = AgentPhase::kGone;
    if (agent.phase == AgentPhase::kAbsent) ++state.agents_absent;
    state.agents_by_id.insert(hash_text(record.id.text), slot);
    update_pause(c, slot);
  }

  void operator()(const FrameworkRecord& record) const {
    MasterState& state = c.state;
    if (record.removed) {
      state.tombstones.push_back(record.info.id);
    } else if (find_framework(state, record.info.id) == kNoSlot) {
      std::uint32_t slot = add_framework(c, record.info);
      // Also one with a failover timeout of 0 gets the time to notice that the leader changed.
      Duration wait = std::max(record.info.failover_timeout, c.config.framework_lease);
      FrameworkEntry& framework = state.frameworks[slot];
      framework.gone_at = c.now + wait;
      state.deadlines.add(
          {framework.gone_at, DeadlineKind::kFrameworkFailover, slot, framework.generation});
    }
  }

  void operator()(const DrainRecord&) const {}         // after the agents
  void operator()(const WindowRecord&) const {}        // after the drains
  void operator()(const GangRecord&) const {}          // after the agents
  void operator()(const ReservationsRecord&) const {}  // after the agents

  void operator()(const QuotaRecord& record) const {
    apply_quota_change(c, {.settings = {{record.role, record.quota}}});
  }

  void operator()(const WeightRecord& record) const {
    c.state.weights_milli[record.role] = record.weight_milli;
    tell_allocator(c, allocation::WeightSet{record.role, record.weight_milli});
  }
};

void load_drain(Context& c, const DrainRecord& record) {
  std::uint32_t slot = find_agent(c.state, record.agent);
  if (slot != kNoSlot && c.state.agents[slot].phase != AgentPhase::kGone) {
    return start_drain(c, slot, record);
  }
  write_registry(c, {}, {drain_key_of(record.agent)}, {Housekeeping{}});
}

struct Persisted {
  Context& c;

  void operator()(AdmitAgent& write) const {
    AgentEntry& agent = c.state.agents[write.agent];
    if (agent.generation != write.generation || !agent.registering) return;
    agent.registering = false;
    if (agent.phase == AgentPhase::kGone) return;  // an operator was faster
    welcome_agent(c, write.agent, write.sender, write.message);
  }
  void operator()(ExpireAgent& write) const { on_agent_expired(c, write.agent); }
  void operator()(FinishDrain& write) const {
    on_drain_finished(c, write, WriteOutcome::kPersisted);
  }
  void operator()(BeginWindow& write) const { on_window_begun(c, write); }
  void operator()(EndWindow& write) const { on_window_ended(c, write.window); }
  void operator()(AdmitFramework& write) const { on_framework_admitted(c, write); }
  void operator()(RemoveFramework& write) const {
    on_framework_removed(c, write.framework, write.reason);
  }
  void operator()(OperatorWrite& write) const { on_operator_written(c, write, {}); }
  void operator()(Housekeeping&) const {}
  void operator()(CommitGang& write) const { on_gang_written(c, write, {}); }
  void operator()(ConvertOffered& write) const { on_operations_written(c, write, {}); }
  void operator()(FinishDestruction& write) const { on_destruction_written(c, write); }
};

/// The world refused (a full disk): nothing has changed, and whoever waits is told.
struct Refused {
  Context& c;
  const std::string& reason;

  Error unavailable(const std::string& what) const {
    return {ErrorCode::kUnavailable,
            what + ": the registry refused the write: " + shortened(reason, 200) +
                "; hint: try again later; an operator must look at the master's state directory"};
  }

  void operator()(AdmitAgent& write) const {
    // Said to nobody: an agent repeats its registration until it is welcomed.
    AgentEntry& agent = c.state.agents[write.agent];
    if (agent.generation != write.generation || !agent.registering) return;
    agent.registering = false;
    if (agent.phase == AgentPhase::kAdmitting) return free_agent_slot(c, write.agent);
    if (agent.phase == AgentPhase::kExpiring) return retry(write.agent);
    // If it gives up instead of repeating, it is unreachable some day.
    c.state.deadlines.add(
        {c.now + c.config.agent_reregister_timeout, DeadlineKind::kAgentsReturn, 0, 0});
  }
  void operator()(ExpireAgent& write) const { retry(write.agent); }
  void operator()(FinishDrain& write) const { on_drain_finished(c, write, WriteOutcome::kRefused); }
  void operator()(BeginWindow& write) const { on_window_unchanged(c, write.window); }
  void operator()(EndWindow& write) const { on_window_unchanged(c, write.window); }
  void retry(std::uint32_t slot) const {
    c.state.deadlines.add({c.now + c.config.write_retry_every, DeadlineKind::kRetryWrites, slot,
                           c.state.agents[slot].generation});
  }
  void operator()(AdmitFramework& write) const {
    const FrameworkId& id = write.is_new ? FrameworkId{} : write.message.framework.id;
    answer(c, write.sender, id, FrameworkRefused{unavailable("subscribe"), false});
  }
  void operator()(RemoveFramework& write) const {
    std::uint32_t slot = find_framework(c.state, write.framework);
    if (slot == kNoSlot) return;
    FrameworkEntry& framework = c.state.frameworks[slot];
    send_to_framework(c, slot, FrameworkRefused{unavailable("teardown"), false});
    framework.gone_at = c.now + c.config.write_retry_every;
    c.state.deadlines.add(
        {framework.gone_at, DeadlineKind::kFrameworkFailover, slot, framework.generation});
  }
  void operator()(OperatorWrite& write) const {
    on_operator_written(c, write, unavailable(to_string(verb_of(write.body))));
  }
  void operator()(Housekeeping&) const {}
  void operator()(CommitGang& write) const {
    on_gang_written(c, write, unavailable("gang").message);
  }
  void operator()(ConvertOffered& write) const {
    on_operations_written(c, write, unavailable("operations").message);
  }
  void operator()(FinishDestruction&) const {}  // the agent is asked again, and answers again
};

}  // namespace

bool is_overwritten(const MasterState& state, std::uint32_t slot) {
  return std::ranges::any_of(state.writes, [&](const auto& one) {
    const auto* admit = std::get_if<AdmitAgent>(&one.second.then);
    const auto* expire = std::get_if<ExpireAgent>(&one.second.then);
    return (admit != nullptr && admit->agent == slot) ||
           (expire != nullptr && expire->agent == slot);
  });
}

void on_master_started(Context& c, const MasterStarted& event) {
  MasterState& state = c.state;
  state.leads = true;
  state.cluster = event.cluster;
  state.epoch = event.epoch;
  state.wall_at_zero = event.wall_at_zero;
  state.started_at = c.now;
  for (const RegistryRecord& record : event.registry) std::visit(Load{c}, record);
  for (const RegistryRecord& record : event.registry) {
    if (const auto* drain = std::get_if<DrainRecord>(&record)) load_drain(c, *drain);
    if (const auto* gang = std::get_if<GangRecord>(&record)) load_gang(c, *gang);
    if (const auto* kept = std::get_if<ReservationsRecord>(&record)) load_reservations(c, *kept);
  }
  for (const RegistryRecord& record : event.registry) {
    if (const auto* window = std::get_if<WindowRecord>(&record)) {
      add_window(c, *window, wall(state, c.now));
    }
  }
  if (state.agents_absent > 0) {
    state.deadlines.add(
        {c.now + c.config.agent_reregister_timeout, DeadlineKind::kAgentsReturn, 0, 0});
  }
  publish(c, "master_started", state.cluster.text, "epoch " + std::to_string(state.epoch.number));
}

void write_registry(Context& c, std::vector<RegistryRecord> put, std::vector<std::string> erase,
                    PendingWrite then) {
  Ticket ticket{++c.state.tickets};
  c.state.writes.emplace(ticket, std::move(then));
  c.out.push_back(WriteRegistry{ticket, std::move(put), std::move(erase)});
}

void on_registry_written(Context& c, const RegistryWritten& event) {
  auto found = c.state.writes.find(event.ticket);
  if (found == c.state.writes.end()) {
    count_reject(c, reject::kRegistry);
    return;
  }
  PendingWrite write = std::move(found->second);
  c.state.writes.erase(found);
  switch (event.outcome) {
    case WriteOutcome::kPersisted:
      std::visit(Persisted{c}, write.then);
      return;
    case WriteOutcome::kRefused:
      if (event.reason.compare(0, std::string_view(kNewerHead).size(), kNewerHead) != 0) {
        count_reject(c, reject::kRegistry);
        std::visit(Refused{c, event.reason}, write.then);
        return;
      }
      break;
    case WriteOutcome::kUnknown:
      // What is stored now is not known, so nothing more may be decided on it: the next start
      // reads the head again.
      break;
  }
  c.state.leads = false;
  c.out.push_back(StepDown{event.outcome == WriteOutcome::kUnknown
                               ? "the outcome of a registry write is unknown: " + event.reason
                               : "another leader wrote the registry: " + event.reason});
}

}  // namespace fairlead::master
