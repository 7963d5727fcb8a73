#include "tests/bench/allocator_load.h"

namespace fairlead::bench {
namespace {

constexpr Duration kForEver = seconds(365LL * 24 * 3600);

Resources resources(std::int64_t cpus, std::int64_t mem_mib, std::vector<Interval> ports) {
  Amounts all;
  all.scalars[StandardScalar::kCpus] = cpus * 1000;
  all.scalars[StandardScalar::kMem] = mem_mib << 10;
  all.scalars[StandardScalar::kDisk] = mem_mib << 10;
  if (!ports.empty()) all.ranges.push_back({"ports", std::move(ports)});
  return plain(all);
}

std::vector<Interval> fragments() {
  std::vector<Interval> ports;
  for (std::uint64_t i = 0; i < 16; ++i) ports.push_back({31'000 + 62 * i, 31'000 + 62 * i + 46});
  return ports;
}

Resources task() {
  return resources(1, 128, {});
}

/// Half of everything or more, in 12 x 6 different amounts.
std::vector<Holding> unevenly(const Cluster& cluster, AgentHandle agent) {
  FrameworkHandle owner = cluster.owner(agent);
  return {{owner, cluster.role(owner),
           resources(12 + agent.index % 12, 2048 + 256 * (agent.index / 12 % 6), fragments())}};
}

}  // namespace

Cluster::Cluster(const LoadSize& size, const Held& held) : size_(size) {
  // What takes the offers is not the allocator: its list grows before anything is measured.
  offers_.reserve(size.agents);
  for (std::uint32_t i = 0; i < size.frameworks; ++i) {
    step(allocation::FrameworkAdded{.framework = {i},
                                    .id = {"framework" + std::to_string(i)},
                                    .roles = {role({i})},
                                    .suppressed = {}});
  }
  for (std::uint32_t i = 0; size.quotas != Quotas::kNone && i < size.frameworks; ++i) {
    step(allocation::QuotaSet{role({i}), quota_of({i})});
  }
  for (std::uint32_t i = 0; i < size.agents; ++i) {
    step(allocation::AgentAdded{.agent = {i},
                                .text = AgentText({.id = "agent" + std::to_string(i),
                                                   .hostname = "host" + std::to_string(i),
                                                   .http_address = {}}),
                                .total = resources(24, 4096, {{31'000, 32'000}}),
                                .attributes = {},
                                .holdings = held(*this, {i}),
                                .offers_paused = true});
  }
}

RoleName Cluster::role(FrameworkHandle framework) const {
  return {size_.one_role ? "role" : "role" + std::to_string(framework.index)};
}

Quota Cluster::quota_of(FrameworkHandle framework) const {
  Quota quota;
  if (size_.quotas == Quotas::kFar) {
    quota.guarantees[0] = 1000;
    quota.limits[0] = std::int64_t{size_.agents} * 24 * 1000;
    return quota;
  }
  std::int64_t halves = framework.index % 2 == 0 ? 1 : 3;
  Quantities half = scalars(resources(12, 2048, {}));
  quota.guarantees = times(half, halves).standard;
  for (std::size_t i = 0; i < kStandardScalars; ++i) {
    if (quota.guarantees[i] > 0) quota.limits[i] = quota.guarantees[i];
  }
  return quota;
}

void Cluster::step(const allocation::Event& event) {
  core_.step(now_, event, actions_);
  for (allocation::Action& action : actions_) {
    auto* made = std::get_if<allocation::MakeOffer>(&action);
    check(made != nullptr || !std::holds_alternative<allocation::RejectEvent>(action),
          "a load has no contradictions");
    if (made == nullptr) continue;
    ++offers_made_;
    for (std::uint64_t part : {made->offer.number, std::uint64_t{made->framework.index},
                               std::uint64_t{made->agent.index}}) {
      checksum_ = (checksum_ ^ part) * 1099511628211U;
    }
    offers_.push_back(std::move(*made));
  }
  actions_.clear();
}

void Cluster::resume_all() {
  for (std::uint32_t i = 0; i < size_.agents; ++i) step(allocation::AgentResumed{{i}});
}

void Cluster::pause_all() {
  for (std::uint32_t i = 0; i < size_.agents; ++i) step(allocation::AgentPaused{{i}, "paused"});
}

void Cluster::decline_all() {
  now_ = now_ + seconds(1);
  step(allocation::TimePassed{});
  for (const allocation::MakeOffer& offer : take_offers()) {
    step(allocation::OfferResolved{
        .offer = offer.offer, .used = {}, .refuse_for = kForEver, .declined = true});
  }
}

std::vector<allocation::MakeOffer> Cluster::take_offers() {
  std::vector<allocation::MakeOffer> room;
  room.reserve(size_.agents);
  return std::exchange(offers_, std::move(room));
}

std::vector<Holding> nothing(const Cluster&, AgentHandle) {
  return {};
}

std::vector<Holding> everything(const Cluster& cluster, AgentHandle agent) {
  FrameworkHandle owner = cluster.owner(agent);
  return {{owner, cluster.role(owner), resources(24, 4096, {{31'000, 32'000}})}};
}

std::vector<Holding> three_quarters(const Cluster& cluster, AgentHandle agent) {
  FrameworkHandle owner = cluster.owner(agent);
  return {{owner, cluster.role(owner), resources(18, 3072, fragments())}};
}

TaskEnds::TaskEnds(const LoadSize& size, bool demand)
    : cluster_(size,
               [](const Cluster& cluster, AgentHandle agent) {
                 FrameworkHandle owner = cluster.owner(agent);
                 return std::vector<Holding>{
                     {owner, cluster.role(owner), resources(23, 4096 - 128, {{31'000, 32'000}})},
                     {owner, cluster.role(owner), task()}};
               }),
      agents_(size.agents) {
  for (std::uint32_t i = 0; i < size.agents; ++i) owners_.push_back(cluster_.owner({i}));
  for (std::uint32_t i = 0; demand && i < size.frameworks; ++i) {
    DemandShape shape{.name = "task"};
    shape.amounts = total(i % 2 == 1 ? task() : resources(2, 256, {}));
    shape.count = 1'000'000;
    cluster_.step(allocation::DemandSet{{i}, cluster_.role({i}), {shape}});
  }
  cluster_.resume_all();
}

allocation::HoldingFreed TaskEnds::next() {
  // A step of Weyl's sequence: far from the agent before.
  auto agent = static_cast<std::uint32_t>(++draws_ * 0x9E3779B97F4A7C15U >> 32) % agents_;
  FrameworkHandle owner = owners_[agent];
  return {{agent}, {owner, cluster_.role(owner), task()}};
}

void TaskEnds::refill(const allocation::HoldingFreed& ended) {
  std::vector<allocation::MakeOffer> offers = cluster_.take_offers();
  check(offers.size() == 1 && offers.front().agent == ended.agent &&
            offers.front().resources == ended.holding.resources,
        "what one task leaves is offered at once, to one framework");
  owners_[ended.agent.index] = offers.front().framework;
  cluster_.step(allocation::OfferResolved{
      .offer = offers.front().offer, .used = offers.front().resources, .refuse_for = {}});
}

DemandChanges::DemandChanges(const LoadSize& size)
    : cluster_(size, unevenly), frameworks_(size.frameworks) {
  for (std::uint32_t i = 0; i < frameworks_; ++i) {
    cluster_.step(allocation::DemandSet{{i}, cluster_.role({i}), {}});
  }
  cluster_.resume_all();
}

allocation::DemandSet DemandChanges::next() {
  FrameworkHandle framework{static_cast<std::uint32_t>(draws_ % frameworks_)};
  DemandShape shape{.name = "task"};
  shape.amounts = total(resources(2, 256 * (1 + static_cast<std::int64_t>(draws_ % 8)), {}));
  shape.count = 1;
  ++draws_;
  return {framework, cluster_.role(framework), {shape}};
}

void DemandChanges::finish(const allocation::DemandSet& demand) {
  std::vector<allocation::MakeOffer> offers = cluster_.take_offers();
  check(offers.size() == 1 && offers.front().framework == demand.framework,
        "there is room for one task");
  const allocation::MakeOffer& offer = offers.front();
  cluster_.step(
      allocation::OfferResolved{.offer = offer.offer, .used = offer.resources, .refuse_for = {}});
  cluster_.step(
      allocation::HoldingFreed{offer.agent, {offer.framework, offer.role, offer.resources}});
}

}  // namespace fairlead::bench
