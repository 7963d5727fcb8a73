// The service framework's decisions, around the replication controller: which replica runs on
// which offer, what a status or a probe means for it. A pure Scheduler of the SDK; the daemon
// around it translates HTTP and makes the probes. Owned by main, called on the loop's thread.
//
// Durability: every change is written in the batch of the callback that made it. A launch and its
// replica's row are one batch; so are a status and what it did.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "frameworks/pods/replica.h"
#include "frameworks/sdk/scheduler.h"

namespace fairlead::pods {

struct PodsOptions {
  std::vector<RoleName> roles;  ///< at least one; the first is the default of services
  WallTime wall_at_zero;        ///< wall time when Instant was 0
};

/// One running process of a replica.
struct ReplicaRef {
  std::string service;
  std::uint64_t number = 0;
  std::uint32_t attempt = 0;
  friend auto operator<=>(const ReplicaRef&, const ReplicaRef&) = default;
};

/// What is to be probed over and over until it is not in the list any more.
struct ProbeTarget {
  std::string host;  ///< of its agent
  std::uint32_t port = 0;
  Instant first;
  Duration period;
  Duration timeout;
  friend bool operator==(const ProbeTarget&, const ProbeTarget&) = default;
};

/// The outcome of one probe.
struct Probed {
  ReplicaRef replica;
  bool connected = false;
};

struct Endpoint {
  std::string service;
  std::uint64_t number = 0;
  std::string host;
  std::vector<std::uint32_t> ports;
};

struct Pods;

class PodsScheduler final : public sdk::Scheduler {
 public:
  /// REQUIRES: options.roles is not empty.
  explicit PodsScheduler(PodsOptions options);
  ~PodsScheduler() override;

  /// Of services that name none.
  const RoleName& default_role() const;

  // Orders of people. `ticket` comes back by take_persisted once the change is durable.

  /// kInvalid: the spec; kConflict: there is one of that name; kExhausted: kServicesMax.
  Status create(Instant now, ServiceSpec spec, Ticket ticket, sdk::SchedulerActions& actions);
  /// kNotFound; kConflict while it is being removed; kInvalid above kReplicasMax.
  Status scale(Instant now, const std::string& name, std::uint32_t replicas, Ticket ticket,
               sdk::SchedulerActions& actions);
  /// Takes the new spec over; another template is a new generation, rolled out by and by. Name,
  /// role and replicas stay. kNotFound; kConflict while it is being removed; kInvalid: the spec.
  Result<std::uint64_t> update(Instant now, ServiceSpec spec, Ticket ticket,
                               sdk::SchedulerActions& actions);
  /// Kills its replicas; it is gone when none is left. kNotFound. Idempotent until then.
  Status remove(Instant now, const std::string& name, Ticket ticket,
                sdk::SchedulerActions& actions);

  /// What a probe of probe_targets() found. Ignored when that process is not probed any more.
  void on_probed(Instant now, const Probed& probed, sdk::SchedulerActions& actions);
  std::map<ReplicaRef, ProbeTarget> probe_targets() const;

  const std::map<std::string, Service>& services() const;
  const Service* find(const std::string& name) const;
  /// Ready replicas of the services that have all labels of `selector`.
  std::vector<Endpoint> endpoints(const std::vector<Label>& selector) const;
  /// Grows with every change of any service.
  std::uint64_t version() const;
  /// Tickets that became durable since the last call.
  std::vector<Ticket> take_persisted();
  WallTime wall(Instant now) const;

  void on_recovered(Instant now, const sdk::Recovered& recovered,
                    sdk::SchedulerActions& actions) override;
  void on_offers(Instant now, std::span<const Offer> offers,
                 sdk::SchedulerActions& actions) override;
  void on_status(Instant now, const TaskStatus& status, sdk::SchedulerActions& actions) override;
  void on_agent_lost(Instant now, const AgentLost& lost, sdk::SchedulerActions& actions) override;
  /// Replaces what it has there as a rolling update does, before the deadline if there is room.
  void on_agent_draining(Instant now, const AgentDraining& draining,
                         sdk::SchedulerActions& actions) override;
  void on_reclaim(Instant now, const ReclaimResources& reclaim,
                  sdk::SchedulerActions& actions) override;
  /// Accepts: what it has there is replaced some minutes before the window begins, if there is
  /// room.
  void on_inverse_offers(Instant now, std::span<const InverseOffer> offers,
                         sdk::SchedulerActions& actions) override;
  void on_inverse_offers_withdrawn(Instant now, const InverseOffersWithdrawn& withdrawn,
                                   sdk::SchedulerActions& actions) override;
  void on_persisted(Instant now, Ticket ticket, sdk::SchedulerActions& actions) override;
  void on_time(Instant now, sdk::SchedulerActions& actions) override;
  Instant next_deadline() const override;

 private:
  std::unique_ptr<Pods> pods_;
};

/// "10.0.0.7" of "10.0.0.7:5051"; of "[::1]:5051", "::1".
std::string host_of(const std::string& address);
/// Where a replica listens: its agent's address.
std::vector<Endpoint> endpoints_of(const Service& service);

}  // namespace fairlead::pods
