// The allocator's dumb twin: takes the same events and must give the same actions at the same time.
// Not fast: shares, free resources and what is unmet are counted anew whenever somebody asks.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "allocator/config.h"
#include "allocator/random.h"
#include "common/allocator_events.h"

namespace fairlead::twin {

using AgentNumber = std::uint32_t;
using ClientNumber = std::uint32_t;

struct Agent {
  AgentId id;
  std::string hostname;
  Resources total;
  Attributes attributes;
  bool paused = false;
};

struct Framework {
  FrameworkId id;
  bool active = false;
  FrameworkCapabilities capabilities;
};

struct Shape {
  DemandShape demand;
  Instant waiting_since = Instant::never();
  std::optional<bool> is_possible;  ///< on some agent, if it were empty; as it was judged last
  bool is_told = false;             ///< that it is not
};

struct Refusal {
  Resources hidden;
  Instant hidden_until;
  Resources free_then;
  Instant backoff_until;
  Duration backoff;
  Instant due;
};

/// Somebody who is told to give something back.
struct Victim {
  ReclaimId id;
  FrameworkHandle framework;
  RoleName role;
  StandardAmounts amounts{};
};

struct Kept {
  std::string shape;
  std::uint32_t gang_size = 0;
  std::vector<AgentNumber> agents;  ///< several for a gang alone
  Instant until;
  Instant reclaim_at = Instant::never();     ///< whether others can make room is looked at
  std::optional<ReclaimKind> reclaimed_for;  ///< others are told to, and why
  std::vector<Victim> victims;
};

/// A framework in a role. Numbers are re-used, the last one freed first: they order deadlines that
/// are equal.
struct Client {
  bool present = false;
  FrameworkHandle framework;
  RoleName role;
  bool subscribed = false;
  bool suppressed = false;
  bool has_demand = false;
  std::vector<Shape> shapes;
  std::uint64_t times = 0;
  std::map<AgentNumber, Refusal> refusals;
  std::optional<Instant> wait_due;
  std::optional<Kept> kept;
  std::set<AgentNumber> given_up;
  std::optional<Instant> room_made_at;  ///< others gave what it needed
  std::optional<OfferMinimum> minimum;
  std::vector<std::pair<Instant, StandardAmounts>> charges;  ///< for offers held for long
  std::int64_t unanswered = 0;                               ///< offers in a row
  Instant unanswered_at;
  ConstraintGroups offer_constraints;
};

struct Offer {
  ClientNumber client = 0;
  AgentNumber agent = 0;
  Resources resources;
  std::vector<std::pair<std::string, std::uint32_t>> tasks;  ///< of each shape, as given
  Instant since = Instant::never();
  std::uint64_t bundle = 0;  ///< not 0: it came with others of its client, for gangs
};

/// One of the batch mode.
struct Filter {
  ClientNumber client = 0;
  AgentNumber agent = 0;
  Resources hidden;
  Instant armed;
  Instant until;
};

/// What the batch mode remembers.
struct Batch {
  Instant timer_armed;
  Instant timer_due = Instant::never();
  std::optional<Instant> asked;  ///< when somebody asked for a run
  bool asked_for_all = false;
  std::set<AgentNumber> asked_for;
  std::vector<Filter> filters;
};

/// part / whole, not reduced.
struct Share {
  std::int64_t part = 0;
  std::int64_t whole = 1;
};

/// How much room quota leaves, as far as it decides who is touched; what is not named is without
/// end.
struct QuotaRoom {
  std::map<std::pair<RoleName, std::size_t>, std::int64_t> limited;    ///< consumed of a resource
  std::map<std::size_t, std::int64_t> slack;                           ///< of a resource
  std::map<std::pair<RoleName, StandardAmounts>, std::int64_t> spare;  ///< tasks beyond those held
};

/// `role` is `above` or a role below it; "" is above all.
bool is_within(const RoleName& role, const RoleName& above);
/// Rules of quota and of gangs that the twin gets wrong on purpose: the histories must find each of
/// them out.
enum class WrongRule {
  kNone,
  kLimitsOfTheRoleAlone,   ///< not of those above it
  kOffersBeyondLimitStay,  ///< when a limit is lowered
  kIdleReservedIsFree,     ///< what is reserved and not used is not consumed
  kNobodyFirst,            ///< guarantees give no turn
  kNothingHeld,
  kSumsHeldAlone,       ///< not that whole tasks keep fitting
  kDecidesInBetween,    ///< between two settings of one change
  kFreedQuotaIsUnseen,  ///< nobody looks again when a role consumes less
  kGangsInParts,        ///< what was found of a gang is offered
  kGangsWhereTouched,   ///< and not where there was something before
  kBundlesComeApart,    ///< the rest stays when a part is rescinded
  kGangsJudgedAlone,    ///< a gang is possible when one of its tasks is
  kGangsKeepTogether,   ///< room is kept for several gangs at a time
  kGangsKeepForEver,    ///< no gang takes room over from one after it
  kKeptFromGuarantees,  ///< no guarantee is served where room is kept for others
};

bool is_less(const Share& a, std::int64_t weight_a, const Share& b, std::int64_t weight_b);
Share dominant(const Quantities& used, const Quantities& whole);

/// What a step leaves for the next one.
struct Unserved {
  std::set<AgentNumber> agents;
  std::set<ClientNumber> clients;
  std::vector<std::pair<ClientNumber, AgentNumber>> pairs;
};

struct Books {
  AllocatorConfig config;
  allocation::Random random;
  Instant now;
  std::map<AgentNumber, Agent> agents;
  std::vector<AgentNumber> order;  ///< seeded
  std::map<std::uint32_t, Framework> frameworks;
  std::vector<Client> clients;
  std::vector<ClientNumber> unused;
  std::map<std::pair<ClientNumber, AgentNumber>, Resources> holdings;
  std::map<OfferId, Offer> offers;
  std::vector<Offer> grants;  ///< of this step; numbered when it ends
  std::uint64_t offers_made = 0;
  std::map<RoleName, std::int64_t> weights;
  std::map<RoleName, Quota> quotas;
  std::map<RoleName, std::uint64_t> own_times;      ///< how often its clients were chosen
  std::map<RoleName, std::uint64_t> subtree_times;  ///< and those of its sub-roles

  bool are_agents_awaited = false;
  QuotaRoom room_seen;               ///< at the last look
  bool may_take_held_tasks = false;  ///< a guarantee covers who has the turn
  WrongRule wrong = WrongRule::kNone;
  bool may_use_kept = false;  ///< a guarantee covers who has the turn, and what is open will not do

  // What the step touched.
  std::int64_t turns_left = 0;       ///< in this step: so often something may still be given
  std::optional<Unserved> unserved;  ///< as much was given as one may: this is for the next
  std::set<AgentNumber> touched_agents;
  std::set<ClientNumber> touched_clients;
  std::vector<std::pair<ClientNumber, AgentNumber>> touched_pairs;
  std::vector<allocation::Action> out;

  // What tasks are like: all that came, and as far as the placement has looked.
  std::map<StandardAmounts, std::int64_t> come;
  std::map<StandardAmounts, std::int64_t> come_seen;
  std::vector<std::int64_t> left_micro = std::vector<std::int64_t>(1001);  ///< of a device, by free

  /// What is held at another priority than 0.
  std::map<std::pair<ClientNumber, AgentNumber>, std::map<std::int32_t, StandardAmounts>>
      priorities;
  std::uint64_t reclaims_made = 0;
  std::vector<std::pair<Instant, RoleName>> told;  ///< to give something back

  Batch batch;
  std::optional<std::set<std::string>> whitelist;
};

// --- questions (twin_books.cc) -------------------------------------------------------------------

/// Sum of what counts in shares.
Quantities cluster_of(const Books& books);
bool is_batch(const Books& books);
/// Paused, or not on the whitelist.
bool is_closed(const Books& books, AgentNumber agent);
Resources free_of(const Books& books, AgentNumber agent);
Quantities used_by(const Books& books, ClientNumber client);
/// Of the clients of the role, and of its sub-roles.
Quantities used_by(const Books& books, const RoleName& role, bool with_sub_roles);
std::uint32_t offered_of(const Books& books, ClientNumber client, const std::string& shape,
                         std::optional<AgentNumber> on = std::nullopt);
std::uint32_t unmet_of(const Books& books, ClientNumber client, const Shape& shape);
bool wants(const Books& books, ClientNumber client);
std::optional<ClientNumber> keeper_of(const Books& books, AgentNumber agent);
bool is_open(const Books& books, AgentNumber agent);
/// It is, or is kept for others who have to stand back now.
bool is_open_in_turn(const Books& books, AgentNumber agent);
std::optional<ClientNumber> find_client(const Books& books, FrameworkHandle framework,
                                        const RoleName& role);
std::vector<ClientNumber> clients_of(const Books& books, FrameworkHandle framework);
/// The roles that exist: with a client, a weight of their own, or such a sub-role.
std::set<RoleName> roles_of(const Books& books);
RoleName parent_of(const RoleName& role);  ///< "" above the topmost
std::int64_t weight_of(const Books& books, const RoleName& role);
bool is_below_fair_share(const Books& books, const RoleName& role);
bool is_filtered(const Books& books, ClientNumber client, AgentNumber agent,
                 const Resources& resources);
bool is_backed_off(const Books& books, ClientNumber client, AgentNumber agent);
/// The agents that are kept for the client's shape.
std::vector<AgentNumber> kept_for(const Books& books, ClientNumber client,
                                  const std::string& shape);
/// Of `clients` the one that is served first.
ClientNumber first_of(const Books& books, const std::set<ClientNumber>& clients);

// --- quota (twin_quota.cc) ----------------------------------------------------------------------

/// What the client would get of `wanted` on the agent: all of it, or nothing.
bool quota_allows(const Books& books, ClientNumber client, AgentNumber agent,
                  const Resources& wanted);
/// The same for a whole agent: what is left of it.
Resources cut_to_quota(const Books& books, ClientNumber client, AgentNumber agent, Resources all);
bool limits_may_allow(const Books& books, ClientNumber client, const StandardAmounts& need);
/// A guarantee of its role, or of one above it, has room for the amounts.
bool is_covered(const Books& books, ClientNumber client, const StandardAmounts& need);
/// Its role, or one above it, is below its guarantee.
bool is_owed(const Books& books, ClientNumber client);
/// What the role and its sub-roles use, and what is reserved for them.
StandardAmounts consumed_by(const Books& books, const RoleName& role);
/// Of offers, the newest first, those that lead a role beyond its limit.
std::optional<OfferId> offer_beyond_limit(const Books& books);
/// Touches those who may have more room than at the last look.
void touch_quota_room(Books& books);
void touch_wanting(Books& books, const RoleName& role);

// --- conditions on agents (twin_abilities.cc) ----------------------------------------------------

/// False when the event's constraints are not valid.
bool are_readable(const std::vector<RoleConstraints>& constraints,
                  const std::vector<RoleName>& roles);
/// Takes them over, and rescinds what would not be offered any more.
void set_abilities(Books& books, FrameworkHandle framework, const FrameworkCapabilities& can,
                   const std::vector<RoleConstraints>& constraints);
/// Offers of agents that their frameworks may not see, on that one or of that client.
void rescind_unseen(Books& books, std::optional<AgentNumber> on, std::optional<ClientNumber> of);
bool was_told(const Client& client, const std::string& shape);
/// Says which demand has become impossible, and which is possible again.
void judge(Books& books);
/// The offer as its framework sees it: with what is shared there, if it can use that.
Resources with_shared(const Books& books, const Offer& offer);
/// What is offered of the resources to a client without demand.
Resources offerable(const Books& books, ClientNumber client, const Resources& resources);
/// One task's worth out of the resources.
std::optional<Resources> cut_out(const Books& books, ClientNumber client,
                                 const Resources& resources, const DemandShape& shape);
/// The first of the shape's preferences that holds there; one more than there are if none does.
std::size_t preference_of(const Books& books, AgentNumber agent, const DemandShape& shape);
/// Whatever is free there.
bool will_do(const Books& books, AgentNumber agent, const DemandShape& shape);
/// What the framework asks of agents in the role holds.
bool may_see(const Books& books, ClientNumber client, AgentNumber agent);
bool could_ever_take(const Books& books, ClientNumber client, AgentNumber agent,
                     const DemandShape& shape);
/// How many tasks of one gang the resources of one agent are enough for.
std::uint32_t tasks_in(const Books& books, ClientNumber client, Resources resources,
                       const DemandShape& shape);

// --- placement (twin_placement.cc) ---------------------------------------------------------------

void note_come(Books& books, const StandardAmounts& need, std::int64_t count);
/// cut_out() from the devices that the policy likes best.
std::optional<Resources> take_placed(const Books& books, ClientNumber client, AgentNumber agent,
                                     const DemandShape& shape);
/// How much worse the agent is with the task. REQUIRES that take_placed() gives something.
__int128 growth_on(const Books& books, AgentNumber agent, const StandardAmounts& need);

// --- leases (twin_leases.cc) ---------------------------------------------------------------------

/// What was held for long and is not forgiven yet.
StandardAmounts debt_of(const Books& books, ClientNumber client);
/// What is used and owed together gives the place in the order.
Quantities counted_for(const Books& books, ClientNumber client);
Quantities counted_for(const Books& books, const RoleName& role, bool with_sub_roles);
void charge_lease(Books& books, const Offer& offer);
/// True when so many in a row had no answer that this one counts as declined.
bool note_answer(Books& books, const Offer& offer, bool expired);

// --- rules ---------------------------------------------------------------------------------------

/// False when the event contradicts the books; they are as before then (twin_events.cc).
bool apply(Books& books, const allocation::Event& event);
/// What is left of an offer is free again, and its tasks are unmet again but for those launched
/// (twin_offers.cc).
void settle(Books& books, const Offer& offer, const Resources& used);
void rescind(Books& books, const std::vector<OfferId>& offers);
void expire_refusals(Books& books);  // twin_events.cc
/// Ends and begins to keep agents for large shapes (twin_waits.cc).
void expire_waits(Books& books);
void note_waits(Books& books, ClientNumber client, const std::set<std::string>& served);
void stop_keeping(Books& books, ClientNumber client);
void stop_keeping_if_stale(Books& books, ClientNumber client);
void stop_keeping_above_fair_share(Books& books);
/// Gives what is free to those who want it, until nothing touched is left (twin_serve.cc).
void serve(Books& books);
bool give_task(Books& books, ClientNumber client, const DemandShape& shape, AgentNumber agent);
bool give_agent(Books& books, ClientNumber client, AgentNumber agent);
/// Numbers the step's grants.
void make_offers(Books& books);

/// Hosts that are off it make no offers (twin_whitelist.cc).
void set_whitelist(Books& books, const allocation::WhitelistSet& event);

// --- batch mode (twin_batch.cc) ------------------------------------------------------------------

void run_what_is_due(Books& books, Instant now, const allocation::Event& event);
/// Before the event is applied: the agents for which it asks a run; all when there is no list.
std::optional<std::set<AgentNumber>> run_asked_by(const Books& books,
                                                  const allocation::Event& event);
void ask_for_run(Books& books, const std::optional<std::set<AgentNumber>>& agents);

class Twin {
 public:
  explicit Twin(AllocatorConfig config, WrongRule wrong = WrongRule::kNone);
  void step(Instant now, const allocation::Event& event, std::vector<allocation::Action>& out);
  Instant next_deadline() const;
  Resources free(AgentHandle agent) const { return free_of(books_, agent.index); }
  /// "role/framework" of those who want something, the one that is served first in front.
  std::vector<std::string> order() const;

 private:
  Books books_;
};

}  // namespace fairlead::twin
