#include "tests/allocator/allocator_world.h"

#include <algorithm>

namespace fairlead {

void AllocatorWorld::step(const allocation::Event& event) {
  if (before) before(event);
  std::vector<allocation::Action> actions;
  core.step(now, event, actions);
  bool rejected = std::any_of(actions.begin(), actions.end(), [](const allocation::Action& action) {
    return std::holds_alternative<allocation::RejectEvent>(action);
  });
  if (const auto* added = std::get_if<allocation::FrameworkAdded>(&event); added && !rejected) {
    frameworks.insert(added->framework.index);
  }
  if (const auto* gone = std::get_if<allocation::FrameworkRemoved>(&event); gone && !rejected) {
    frameworks.erase(gone->framework.index);
  }
  if (watch) watch(event, actions);
  for (const allocation::Action& action : actions) {
    if (const auto* made = std::get_if<allocation::MakeOffer>(&action)) {
      offers[made->offer] = *made;
      history += "offer " + std::to_string(made->offer.number) + " f" +
                 std::to_string(made->framework.index) + " " + made->role.text + " a" +
                 std::to_string(made->agent.index) + " " + to_string(made->resources) + "\n";
    } else if (const auto* rescinded = std::get_if<allocation::RescindOffer>(&action)) {
      offers.erase(rescinded->offer);
      history += "rescind " + std::to_string(rescinded->offer.number) + "\n";
    } else if (const auto* reclaim = std::get_if<allocation::Reclaim>(&action)) {
      history += "reclaim " + std::to_string(reclaim->id.number) + " f" +
                 std::to_string(reclaim->victim.index) + " a" +
                 std::to_string(reclaim->agent.index) + "\n";
    } else if (const auto* ended = std::get_if<allocation::ReclaimEnded>(&action)) {
      history += "reclaim " + std::to_string(ended->id.number) + " ended\n";
    } else if (const auto* told = std::get_if<allocation::DemandImpossible>(&action)) {
      history += "impossible " + told->shape + ": " + told->why + "\n";
    } else {
      ++rejects;
      history += "reject " + std::get<allocation::RejectEvent>(action).error.message + "\n";
    }
  }
}

void AllocatorWorld::accept(OfferId offer, const Resources& used, Duration refuse_for,
                            std::int32_t priority) {
  const allocation::MakeOffer& made = offers.at(offer);
  if (!used.is_zero()) {
    add(holdings[{made.agent.index, made.framework.index, made.role.text}], used);
  }
  offers.erase(offer);
  allocation::OfferResolved resolved{.offer = offer, .used = used, .refuse_for = refuse_for};
  if (priority != 0) resolved.priorities = {{priority, reclaimable(used)}};
  step(resolved);
}

void AllocatorWorld::decline(OfferId offer, Duration refuse_for) {
  offers.erase(offer);
  step(allocation::OfferResolved{
      .offer = offer, .used = {}, .refuse_for = refuse_for, .declined = true});
}

void AllocatorWorld::expire(OfferId offer, Duration refuse_for) {
  offers.erase(offer);
  step(allocation::OfferResolved{
      .offer = offer, .used = {}, .refuse_for = refuse_for, .expired = true});
}

void AllocatorWorld::free_all(const HoldingKey& key) {
  auto held = holdings.extract(key);
  step(allocation::HoldingFreed{{std::get<0>(key)},
                                {{std::get<1>(key)}, {std::get<2>(key)}, held.mapped()}});
}

std::string AllocatorWorld::audit() const {
  std::map<std::uint32_t, Resources> left;
  for (const auto& [agent, total] : totals) left[agent] = divisible_part(total);
  auto give = [&](std::uint32_t agent, const Resources& all) {
    // What is shared may be with any number of them.
    const Resources resources = divisible_part(all);
    if (!left.contains(agent) || !contains(left.at(agent), resources)) return false;
    subtract(left.at(agent), resources);
    return true;
  };
  for (const auto& [key, resources] : holdings) {
    if (!give(std::get<0>(key), resources)) return "a holding is more than there is";
  }
  for (const auto& [id, offer] : offers) {
    if (!give(offer.agent.index, offer.resources)) {
      return "offer " + std::to_string(id.number) + " is more than there is";
    }
  }
  for (const auto& [agent, resources] : left) {
    Result<Resources> free = core.free({agent});
    if (!free) return "agent " + std::to_string(agent) + " is not known";
    if (*free != resources) {
      return "agent " + std::to_string(agent) + " says " + to_string(*free) + " is free, not " +
             to_string(resources);
    }
  }
  if (core.offers().size() != offers.size()) return "another number of offers is out";
  Quantities used;
  for (const auto& [key, resources] : holdings) add(used, scalars(divisible_part(resources)));
  for (const auto& [id, offer] : offers) add(used, scalars(divisible_part(offer.resources)));
  Quantities charged;
  for (const FrameworkShare& share : core.framework_shares()) {
    add(charged, share.allocated);
    add(charged, share.offered);
  }
  return used == charged ? "" : "shares count another amount than is used";
}

Resources cpus_and_mem(std::int64_t cpu_milli, std::int64_t mem_mib) {
  Amounts amounts;
  amounts.scalars[StandardScalar::kCpus] = cpu_milli;
  amounts.scalars[StandardScalar::kMem] = mem_mib * 1024;
  return plain(amounts);
}

DemandShape shape_of(const std::string& name, std::int64_t cpu_milli, std::int64_t mem_mib,
                     std::uint32_t count) {
  DemandShape shape{.name = name};
  shape.amounts = total(cpus_and_mem(cpu_milli, mem_mib));
  shape.count = count;
  return shape;
}

}  // namespace fairlead
