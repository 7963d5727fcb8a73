// The handlers of a master's core, by topic: each block is one .cc file. Free functions over a
// Context; none of them fails, throws or waits. Slots are those of MasterState.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "master/context.h"

namespace fairlead::master {

// --- registry.cc: durable first ------------------------------------------------------------------

/// What makes one decision durable, together or not at all.
struct RegistryChange {
  std::vector<RegistryRecord> put;
  std::vector<std::string> erase = {};
};
void write_registry(Context& c, std::vector<RegistryRecord> put, std::vector<std::string> erase,
                    PendingWrite then);
void on_registry_written(Context& c, const RegistryWritten& event);
void on_master_started(Context& c, const MasterStarted& event);
/// What was just written about the agent's standing is, or will be, replaced by an older view of
/// it: a write that was ordered meanwhile. O(pending writes).
bool is_overwritten(const MasterState& state, std::uint32_t agent);

// --- agents.cc: messages, presence, leaving ------------------------------------------------------

void on_agent_said(Context& c, const AgentSaid& event);
void on_agent_link_broken(Context& c, const AgentLinkBroken& event);
/// Frameworks with tasks there. O(those tasks).
std::set<std::uint32_t> frameworks_on(const MasterState& state, std::uint32_t agent);
/// The record of the agent with another standing.
AgentRecord record_of(const Context& c, std::uint32_t agent, AgentStanding standing);
/// Its lease ended or it did not return: no offers from now on; unreachable once that is written.
void expire_agent(Context& c, std::uint32_t agent);
void on_agent_expired(Context& c, std::uint32_t agent);
void on_agent_gone(Context& c, std::uint32_t agent);
/// Tells the allocator whether agents of the epoch before are still to come. O(1).
void tell_of_awaited(Context& c);
/// Recomputes why the agent gets no offers. REQUIRES that it is not in the allocator.
void refresh_why(AgentEntry& agent);
/// Recomputes whether and why the agent gets no offers, and tells the allocator of a change.
void update_pause(Context& c, std::uint32_t agent);
void remove_from_allocator(Context& c, std::uint32_t agent);
/// Gives the slot back. REQUIRES no tasks on it.
void free_agent_slot(Context& c, std::uint32_t agent);

// --- registration.cc: RegisterAgent until the first offers ---------------------------------------

void on_register_agent(Context& c, const Sender& sender, const AgentId& claimed,
                       const RegisterAgent& message);
/// Its record is durable: welcome it and take over what it reports.
void welcome_agent(Context& c, std::uint32_t agent, const Sender& sender,
                   const RegisterAgent& message);
void on_epoch_acknowledged(Context& c, std::uint32_t agent, const EpochAcknowledged& message);

// --- population.cc: how many there are, told to those who will return as one ---------------------

/// Says AgentWelcome.
void say_welcome(Context& c, std::uint32_t agent);
/// Again, when the cluster has at least doubled or halved since it was said last. O(1).
void renew_welcome(Context& c, std::uint32_t agent);
/// Says Subscribed.
void say_subscribed(Context& c, std::uint32_t framework);
/// Again, as renew_welcome. O(1).
void renew_subscribed(Context& c, std::uint32_t framework);

// --- registration_parts.cc: one too large for one envelope -------------------------------------

/// Keeps it until the others are here, then as RegisterAgent.
void on_register_part(Context& c, const Sender& sender, const AgentId& claimed,
                      const RegisterAgentPart& message);
/// Messages of that link were lost: what it registered in parts has to be said again.
void on_registration_lost(Context& c, ConnectionId connection);
void on_registration_parts_due(Context& c);

// --- drains.cc: emptying an agent for an operator ----------------------------------------------

std::string drain_key_of(const AgentId& agent);
/// Its record is durable, now or since an earlier leader. What is left of the deadline is told by
/// wall time, and is never more than the whole of it.
void start_drain(Context& c, std::uint32_t agent, const DrainRecord& record);
/// Forgets it; offers resume unless something else is in their way.
void end_drain(Context& c, std::uint32_t agent);
/// The framework subscribed: on which of its agents tasks will be killed, and when. O(its tasks).
void tell_of_drains(Context& c, std::uint32_t framework);
/// The agent came back with its tasks: past the deadline they are killed (again).
void continue_drain(Context& c, std::uint32_t agent);
/// Tasks that no framework answers for still end there, and hold what the master does not see:
/// until their agent has killed them it gets no offers, and is not drained, whether it is drained
/// already or only from a moment later on.
void await_unseen_ends(Context& c, std::uint32_t agent);
void on_drain_due(Context& c, const Deadline& due);
/// Agents of `drains_to_settle` on which nothing is left: written, then drained or gone.
void settle_drains(Context& c);
void on_drain_finished(Context& c, const FinishDrain& write, WriteOutcome outcome);

// --- maintenance.cc: windows of time in which agents are drained ---------------------------------

/// What is wrong with the request; `asked` is now, by the clock. O(windows * agents of a window).
Status check_window(const Context& c, const ScheduleWindow& request, WallTime asked);
/// As the request makes it, not begun, under the next id of this epoch.
WindowRecord window_of(const MasterState& state, const ScheduleWindow& request);
/// It is durable, now or since an earlier leader. `clock` is now.
void add_window(Context& c, const WindowRecord& record, WallTime clock);
/// What its end erases; an error while it, or one of its agents, is being changed.
Result<std::vector<std::string>> keys_of_end(const Context& c, const WindowId& window);
/// Its end, also before its time, is durable: the agents that it drains are taken back.
void on_window_ended(Context& c, const WindowId& window);
void on_window_begun(Context& c, const BeginWindow& write);
/// The registry refused its beginning or its end: again later.
void on_window_unchanged(Context& c, const WindowId& window);
void on_windows_due(Context& c, const Deadline& due);
/// A write about the window changes drains of its agents. O(log windows + agents of a window).
bool is_changed_by_window(const MasterState& state, const PendingWrite& write,
                          const AgentId& agent);

// --- inverse_offers.cc: frameworks are asked to leave before a window begins ---------------------

/// Everybody who holds something on an agent of it. REQUIRES that it has not begun.
void ask_about_window(Context& c, const Window& window);
/// The agent is here with its tasks: who was not asked yet about its windows ahead.
void ask_about_agent(Context& c, std::uint32_t agent);
/// The framework launches there: if it was not asked yet. O(log windows) without windows of it.
void ask_on_launch(Context& c, std::uint32_t framework, std::uint32_t agent);
/// The framework subscribed: asked anew, whatever it answered. O(its tasks).
void tell_of_inverse_offers(Context& c, std::uint32_t framework);
void on_inverse_answer(Context& c, std::uint32_t framework, const AnswerInverseOffer& message);
/// Declined ones whose time has come; forgotten when nothing is held there any more.
void ask_inverse_again(Context& c);
Instant next_inverse_offer(const MasterState& state);
/// The window is over or cancelled; of one that never began they are withdrawn.
void end_inverse_offers(Context& c, const WindowRecord& window, const std::string& reason);
void forget_inverse_offers(Context& c, const FrameworkId& framework);
void forget_inverse_offers(Context& c, const AgentId& agent);
/// The next window of the agent that has not begun.
std::optional<Unavailability> unavailability_of(const Context& c, const AgentId& agent);

// --- admission.cc: what is checked before anything is changed ------------------------------------

/// Nothing: it may register.
std::optional<AgentRefused> check_agent(const Context& c, const Sender& sender,
                                        const AgentId& claimed, const RegisterAgent& message);
Status check_framework(const Context& c, const Sender& sender, const Subscribe& message);
Status check_demand(const Context& c, const FrameworkEntry& framework, const SetDemand& message);
Status check_status_texts(const TaskStatus& status);

// --- frameworks.cc -------------------------------------------------------------------------------

void on_framework_said(Context& c, const FrameworkSaid& event);
void on_framework_link_broken(Context& c, const FrameworkLinkBroken& event);
void on_framework_admitted(Context& c, const AdmitFramework& write);
/// Adds a framework that the registry knows, not connected. Returns its slot.
std::uint32_t add_framework(Context& c, const FrameworkInfo& info);
/// No offers until it subscribes again; removed after its failover timeout.
void disconnect_framework(Context& c, std::uint32_t framework, const std::string& why);

// --- removal.cc: the end of a framework ----------------------------------------------------------

/// Writes the tombstone; then on_framework_removed.
void remove_framework(Context& c, std::uint32_t framework, const std::string& reason);
FrameworkRecord tombstone_of(const Context& c, std::uint32_t framework);
/// Its tombstone is being written. O(pending writes).
bool is_being_removed(const MasterState& state, const FrameworkId& framework);
void on_framework_removed(Context& c, const FrameworkId& framework, const std::string& reason);
/// Frees what is left once the last task ended or the grace is over.
void finish_removal(Context& c, std::uint32_t framework, bool grace_is_over);

// --- offers.cc -----------------------------------------------------------------------------------

/// Turns the allocator's actions into messages: one Offers per framework and step.
void translate_allocations(Context& c);
void expire_offers(Context& c);
Instant next_offer_expiry(const MasterState& state, const MasterConfig& config);
void on_decline(Context& c, std::uint32_t framework, const DeclineOffers& message);
/// Offers of other hosts are taken back, and none are made.
void on_hosts_allowed(Context& c, const HostsAllowed& event);
/// Forgets the offer here and resolves it in the allocator.
void resolve_offer(Context& c, OfferId offer, Resources used, Duration refuse_for, bool declined,
                   std::vector<HeldPriority> priorities = {});

// --- launches.cc ---------------------------------------------------------------------------------

void on_accept(Context& c, std::uint32_t framework, const AcceptOffers& message);

// --- gangs.cc: launches that run all together or not at all --------------------------------------

void on_accept_gang(Context& c, std::uint32_t framework, const AcceptGang& message);
void on_task_prepared(Context& c, std::uint32_t agent, const TaskPrepared& message);
void on_gang_settled(Context& c, std::uint32_t agent, const GangSettled& message);
/// That it runs is durable; or `refused` says why not.
void on_gang_written(Context& c, const CommitGang& write, const std::string& refused);
/// Decided by an earlier leader, or by this one before.
void load_gang(Context& c, const GangRecord& record);
/// The agent is here: what it may not have heard. O(open gangs).
void repeat_decisions(Context& c, std::uint32_t agent);
/// The agent never returns: nobody waits for it. O(open gangs).
void leave_gangs(Context& c, const AgentId& agent);
/// The task ended, or its agent is cut off: if its gang is not decided, it is given up.
void on_task_of_gang_over(Context& c, std::uint32_t task);
void on_gangs_due(Context& c);

// --- tasks.cc ------------------------------------------------------------------------------------

void on_status_update(Context& c, std::uint32_t agent, const AgentStatusUpdate& message);
void on_acknowledge(Context& c, std::uint32_t framework, const AcknowledgeStatus& message);
/// Sends it to the framework and publishes it.
void forward_status(Context& c, std::uint32_t framework, TaskStatus status);
/// A state that the master itself decided: applied, forwarded, and if terminal moved to history.
void decide_state(Context& c, std::uint32_t task, TaskState state, TaskReason reason,
                  const std::string& message);
/// Applies a legal new status and frees the resources when it is terminal. Forwards nothing.
void apply_status(Context& c, std::uint32_t task, const TaskStatus& status);
void free_holding(Context& c, std::uint32_t task);
/// Moves a terminal task into the bounded history.
void complete_task(Context& c, std::uint32_t task);
/// Removes the task without history.
void erase_task(Context& c, std::uint32_t task);

// --- kills.cc ------------------------------------------------------------------------------------

void on_kill(Context& c, std::uint32_t framework, const KillTask& message);
/// Orders the kill of every live attempt that matches; false when there is none.
bool kill_attempts(Context& c, std::uint32_t framework, const KillTask& message);
/// To an agent that has come back with its tasks: every kill that was ordered of them.
void repeat_kills(Context& c, std::uint32_t agent);

// --- reconcile.cc --------------------------------------------------------------------------------

void on_reconcile(Context& c, std::uint32_t framework, const Reconcile& message);

// --- leases.cc -----------------------------------------------------------------------------------

void renew_agent_lease(Context& c, std::uint32_t agent);
void renew_framework_lease(Context& c, std::uint32_t framework);
/// Fires every deadline that is due.
void run_deadlines(Context& c);

// --- reclaims.cc: what frameworks have to give back ----------------------------------------------

void begin_reclaim(Context& c, allocation::Reclaim reclaim);
void end_reclaim(Context& c, const allocation::ReclaimEnded& ended);
/// The framework subscribed: what it has to give back. O(open reclaims).
void tell_of_reclaims(Context& c, std::uint32_t framework);
void on_reclaims_due(Context& c);

// --- silence.cc: giving up agents, at a limited rate ---------------------------------------------

/// Its lease ended or it did not return: expire_agent() now or in its turn. No offers meanwhile.
void on_agent_silent(Context& c, std::uint32_t agent);
/// Idempotent; nothing for an agent that was not silent.
void on_agent_heard(Context& c, std::uint32_t agent);
void give_up_silent_agents(Context& c);

// --- operators.cc --------------------------------------------------------------------------------

void on_operator_asked(Context& c, const OperatorAsked& event);
/// The write of the request has this outcome.
void on_operator_written(Context& c, const OperatorWrite& write, const Status& outcome);
Error unknown_agent(const AgentId& agent);
Error gone_agent(const AgentId& agent);
/// Something about the agent that an operator decides is being written. O(pending writes).
bool is_being_changed(const MasterState& state, const AgentId& agent);

// --- reservations.cc: what operations make of agents' resources ----------------------------------

struct ConversionAsked {
  AgentId agent;
  Principal who;
  std::vector<ResourceOperation> operations;  ///< one after another
  std::optional<Resources> offered;           ///< out of this alone; nullopt: what is not held
};
/// What is converted on the agent afterwards; kConflict names who holds what it needs. A volume
/// that is to be destroyed is still there, until its agent has removed it.
Result<ReservationsRecord> converted_after(const Context& c, std::uint32_t agent,
                                           ConversionAsked asked);
/// Nothing converted is no record.
RegistryChange change_of(const ReservationsRecord& converted);
void write_conversion(Context& c, const ReservationsRecord& converted, PendingWrite then);
/// It is being written: its offers are taken back, and none are made until the end.
void begin_conversion(Context& c, std::uint32_t agent);
/// Idempotent.
void end_conversion(Context& c, std::uint32_t agent);
/// It is durable: from now on the allocator knows the agent like this.
void apply_conversion(Context& c, const AgentId& agent, ReservationsRecord converted,
                      const std::string& what);
void load_reservations(Context& c, const ReservationsRecord& record);
/// What the agent has, as the allocator is to know it. What it has too little of is published.
Resources total_of_registration(Context& c, const AgentInfo& info);
/// The agent never returns.
void forget_reservations(Context& c, const AgentId& agent);

// --- volumes.cc: the agent's half of destroying one ----------------------------------------------

/// Every volume that is being destroyed there: said until the agent has confirmed it.
void order_destructions(Context& c, std::uint32_t agent);
void on_volume_destroyed(Context& c, std::uint32_t agent, const VolumeDestroyed& message);
void on_destruction_written(Context& c, const FinishDestruction& write);

// --- framework_operations.cc: operations on what was offered -------------------------------------

void on_accept_operations(Context& c, std::uint32_t framework, const AcceptOperations& message);
/// They are durable; or `refused` says why not.
void on_operations_written(Context& c, const ConvertOffered& write, const std::string& refused);

// --- quotas.cc -----------------------------------------------------------------------------------

/// Against the quotas that are durable and what the agents of this moment have. REQUIRES that no
/// other change is being written.
Status check_quota_change(const MasterState& state, const AllocatorCore& allocator,
                          const QuotaChange& change);
Status check_weight(const SetWeight& request);
/// It is durable: the allocator takes all of it at once.
void apply_quota_change(Context& c, const QuotaChange& change);
/// As in the audit log.
std::string shown_change(const QuotaChange& change);
std::string quota_key_of(const RoleName& role);

}  // namespace fairlead::master
