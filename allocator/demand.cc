#include "allocator/demand.h"

#include <algorithm>
#include <utility>

#include "allocator/accumulate.h"
#include "allocator/filters.h"
#include "allocator/held_units.h"
#include "allocator/impossible.h"
#include "allocator/ranking.h"
#include "allocator/shares.h"
#include "allocator/typical.h"
#include "common/constraints.h"
#include "common/devices.h"
#include "common/gang.h"
#include "common/limits.h"

namespace fairlead::allocation {
namespace {

bool wants_the_same(const DemandShape& a, const DemandShape& b) {
  return a.name == b.name && a.amounts == b.amounts && a.constraints == b.constraints &&
         a.revocable == b.revocable && a.gang_size == b.gang_size;
}

Status check_shapes(const DemandSet& event, const PatternMatcher& patterns) {
  auto refuse = [&](const std::string& where, const char* expected, std::string got) -> Status {
    return invalid({.what = "DemandSet: role " + event.role.text,
                    .where = where,
                    .expected = expected,
                    .got = std::move(got),
                    .hint = ""});
  };
  if (event.shapes.size() > limits::kDemandShapesMax) {
    return refuse("", "at most 64 shapes", std::to_string(event.shapes.size()));
  }
  std::set<std::string> names;
  for (const DemandShape& shape : event.shapes) {
    std::string where = "shape '" + shape.name + "'";
    if (!names.insert(shape.name).second) return refuse(where, "names that differ", shape.name);
    if (shape.amounts.is_zero()) return refuse(where, "some amount of something", "none");
    Status devices =
        check_gpus_wanted(shape.amounts, "DemandSet: role " + event.role.text + ": " + where);
    if (!devices) return devices;
    if (shape.count > limits::kDemandCountMax) {
      return refuse(where, "a count up to 1000000", std::to_string(shape.count));
    }
    Status gang = check_gang(shape, "DemandSet: role " + event.role.text);
    if (!gang) return gang;
    Status constraints =
        check_constraints(shape.constraints, patterns, "DemandSet: role " + event.role.text);
    if (!constraints) return constraints;
    Status prefer = check_preferences(shape.prefer, patterns, "DemandSet: role " + event.role.text);
    if (!prefer) return prefer;
  }
  return {};
}

/// Sets `offered` of the shapes that `counted` does not name, from the client's outstanding offers.
/// O(offers and their parts).
void count_offered(const State& state, Client& client, const std::set<std::string>& counted) {
  for (OfferId offer : state.offers.numbers(client.offers)) {
    for (const OfferPart& part : state.offers.at(offer).parts) {
      if (counted.contains(part.shape)) continue;
      WantedShape* wanted = find_shape(client, part.shape);
      if (wanted != nullptr) wanted->offered += part.tasks;
    }
  }
}

}  // namespace

WantedShape* find_shape(Client& client, const std::string& name) {
  for (WantedShape& one : client.shapes) {
    if (one.shape.name == name) return &one;
  }
  return nullptr;
}

const WantedShape* find_shape(const Client& client, const std::string& name) {
  for (const WantedShape& one : client.shapes) {
    if (one.shape.name == name) return &one;
  }
  return nullptr;
}

StandardAmounts least_need(const Client& client) {
  StandardAmounts least{};
  if (!client.has_demand) return least;
  least.fill(limits::kQuantityMax);
  for (const WantedShape& wanted : client.shapes) {
    if (wanted.unmet() == 0) continue;
    for (std::size_t i = 0; i < kStandardScalars; ++i) {
      least[i] = std::min(least[i], wanted.shape.amounts.scalars.standard[i]);
    }
  }
  return least;
}

void refresh_wants(State& state, ClientIndex index) {
  Client& client = client_of(state, index);
  bool may =
      client.subscribed && !client.suppressed && framework_of(state, client.framework).active;
  bool something =
      !client.has_demand || std::any_of(client.shapes.begin(), client.shapes.end(),
                                        [](const WantedShape& one) { return one.unmet() > 0; });
  bool wanted = std::exchange(client.wants, may && something);
  if (client.wants != wanted) {
    int change = client.wants ? 1 : -1;
    state.wanting += static_cast<std::size_t>(change);
    role_of(state, client.role).wanting += static_cast<std::uint32_t>(change);
    refresh_competition(state, client.role);
  }
  note_rank(state, index);
}

Status on_demand_set(Context& context, const DemandSet& event) {
  State& state = context.state;
  const Client* known =
      is_known(state, event.framework) ? find_client(state, event.framework, event.role) : nullptr;
  if (known == nullptr || !known->subscribed) {
    return contradiction("DemandSet: framework " + std::to_string(event.framework.index),
                         "a framework that is subscribed to the role", event.role.text);
  }
  Status valid = check_shapes(event, state.patterns);
  if (!valid) return valid;

  ClientIndex index = framework_of(state, event.framework).clients.at(event.role);
  Client& client = client_of(state, index);
  std::vector<WantedShape> shapes;
  std::set<std::string> counted;
  bool wants_new = !client.has_demand;
  for (const DemandShape& shape : event.shapes) {
    WantedShape wanted{.shape = shape};
    // Agent by agent and filter by filter, as Mesos does it, there is no telling what a gang gets.
    if (state.batch != nullptr) wanted.shape.gang_size = 0;
    const WantedShape* before = find_shape(client, shape.name);
    // Carried over: counting again would walk every open offer at every change of a count.
    if (before != nullptr) {
      wanted.offered = before->offered;
      counted.insert(shape.name);
      wanted.judgement.is_told = before->judgement.is_told;
    }
    bool is_more = before != nullptr && before->shape.amounts == shape.amounts;
    std::uint32_t asked = is_more ? before->shape.count : 0;
    if (shape.count > asked) {
      note_come(state, shape.amounts.scalars.standard, shape.count - asked);
    }
    if (before != nullptr && wants_the_same(before->shape, wanted.shape)) {
      wanted.waiting_since = before->waiting_since;
      wanted.judgement = before->judgement;
    } else {
      wants_new = true;
    }
    shapes.push_back(std::move(wanted));
  }
  std::stable_sort(shapes.begin(), shapes.end(), [](const WantedShape& a, const WantedShape& b) {
    return a.shape.priority > b.shape.priority;
  });
  client.shapes = std::move(shapes);
  client.has_demand = true;
  note_declared(state, client.role);
  // Offers made for a shape of a new name: it was taken away before and came back.
  if (counted.size() < client.shapes.size()) count_offered(state, client, counted);
  if (wants_new) clear_backoffs(context, index);
  if (wants_new) note_demand_new(context, index);
  refresh_wants(state, index);
  drop_stale_accumulation(context, index);
  context.touched.clients.push_back(index);
  return {};
}

void settle_demand(Context& context, const Offered& offer, const Resources& used) {
  Client& client = client_of(context.state, offer.client);
  Quantities left = scalars(used);
  bool more = false;
  for (const OfferPart& part : offer.parts) {
    WantedShape* wanted = find_shape(client, part.shape);
    if (wanted == nullptr) continue;
    const Quantities& one = wanted->shape.amounts.scalars;
    std::int64_t fit = used.is_zero() ? 0 : how_many_fit(left, one, part.tasks);
    auto launched = static_cast<std::uint32_t>(fit);
    subtract(left, times(one, fit));
    wanted->shape.count -= std::min(wanted->shape.count, launched);
    wanted->offered -= std::min(wanted->offered, part.tasks);
    more = more || launched < part.tasks;
  }
  refresh_wants(context.state, offer.client);
  if (more) context.touched.clients.push_back(offer.client);
}

void forget_demand(Context& context, ClientIndex index) {
  Client& client = client_of(context.state, index);
  client.shapes.clear();
  note_demand_new(context, index);
  client.has_demand = false;
  note_declared(context.state, client.role);
  refresh_wants(context.state, index);
  drop_stale_accumulation(context, index);
}

}  // namespace fairlead::allocation
