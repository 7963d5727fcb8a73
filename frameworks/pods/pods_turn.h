// What the pods framework's handlers share. Internal to frameworks/pods.
// A handler works on a PodsTurn: it changes replicas through touch(), and finish() runs the
// controller on the services touched and turns everything into one durable batch and the demand.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "frameworks/pods/pods_scheduler.h"
#include "frameworks/pods/row_codec.h"

namespace fairlead::pods {

/// Replicas leave an agent so long before its maintenance begins, and none are placed there.
inline constexpr Duration kMoveAhead = seconds(600);

/// A window that lies ahead of an agent.
struct AheadKey {
  AgentId agent;
  WindowId window;
  friend auto operator<=>(const AheadKey&, const AheadKey&) = default;
};
struct Ahead {
  Instant begins;
  bool is_moving = false;  ///< its replicas are being replaced
};

struct Pods {
  PodsOptions options;
  std::map<std::string, Service> services;
  std::uint64_t replica_next = 1;
  std::uint64_t version = 0;
  std::set<RoleName> declined;      ///< roles with filters of ours that new work must clear
  std::map<AgentId, Instant> seen;  ///< agents that were offered lately
  std::vector<Ticket> persisted;
  std::map<AheadKey, Ahead> ahead;  ///< not kept: the master asks anew
};

struct PodsTurn {
  Pods& pods;
  Instant now;
  sdk::SchedulerActions& actions;
  std::set<std::string> services_changed{};                            ///< rows to write
  std::set<std::string> touched{};                                     ///< to plan
  std::set<std::pair<std::string, std::uint64_t>> replicas_changed{};  ///< rows to write
  std::set<RoleName> new_work{};
  std::vector<sdk::StateWrite> writes{};

  WallTime wall() const { return {pods.options.wall_at_zero.unix_ms + now.ns / 1'000'000}; }
};

/// Plans, writes, asks. Call once at the end of a callback that used the turn.
void finish(PodsTurn& turn, Ticket ticket = {});

// --- lifecycle.cc: states of replicas ---
Replica& touch(PodsTurn& turn, Service& service, std::uint64_t number);
void enter(PodsTurn& turn, Replica& replica, ReplicaState state);
void forget(PodsTurn& turn, Service& service, std::uint64_t number);
void take_status(PodsTurn& turn, const TaskStatus& status);
void take_probe(PodsTurn& turn, const Probed& probed);
void recover(PodsTurn& turn, const sdk::Recovered& recovered);

// --- placement.cc: offers and demand ---
void place(PodsTurn& turn, std::span<const Offer> offers);
std::vector<DemandShape> demand_of(const Pods& pods, const RoleName& role);

// --- reclaims.cc ---
/// Lets replicas leave until enough is given back, the youngest first.
void give_back(PodsTurn& turn, const ReclaimResources& reclaim);

// --- maintenance.cc: windows that lie ahead ---
/// Accepts them. Replicas there are replaced once it is time.
void take_inverse_offers(PodsTurn& turn, std::span<const InverseOffer> offers);
/// The window does not take place: who has not left yet stays.
void stay(PodsTurn& turn, const WindowId& window);
/// Lets replicas leave whose time has come; forgets windows that have begun.
void move_ahead(PodsTurn& turn);
Instant next_move(const Pods& pods);
/// It would have to leave again at once.
bool is_too_late_for(const Offer& offer);

}  // namespace fairlead::pods
