// The batch mode: Mesos' runs as plainly as they can be said.
#include <algorithm>

#include "tests/allocator/twin/twin.h"

namespace fairlead::twin {
namespace {

enum class Stage { kGuarantees, kEverybody };

/// Those who want something, in the order of their turns as it is now.
std::vector<ClientNumber> in_order(const Books& books) {
  std::set<ClientNumber> waiting;
  for (ClientNumber i = 0; i < books.clients.size(); ++i) {
    if (wants(books, i)) waiting.insert(i);
  }
  std::vector<ClientNumber> order;
  while (!waiting.empty()) {
    order.push_back(first_of(books, waiting));
    waiting.erase(order.back());
  }
  return order;
}

void give_tasks(Books& books, ClientNumber client, AgentNumber agent, Stage stage) {
  books.may_take_held_tasks = stage == Stage::kGuarantees;
  for (const Shape& shape : books.clients[client].shapes) {
    const StandardAmounts& need = shape.demand.amounts.scalars.standard;
    while (unmet_of(books, client, shape) > 0) {
      if (stage == Stage::kGuarantees && !is_covered(books, client, need)) break;
      if (!give_task(books, client, shape.demand, agent)) break;
    }
  }
  books.may_take_held_tasks = false;
}

void visit(Books& books, AgentNumber agent, Stage stage) {
  for (ClientNumber client : in_order(books)) {
    if (books.clients[client].has_demand) {
      give_tasks(books, client, agent, stage);
    } else if (stage == Stage::kEverybody || is_owed(books, client)) {
      give_agent(books, client, agent);
    }
  }
}

void run(Books& books, Instant as_of, const std::set<AgentNumber>& asked) {
  books.now = as_of;
  std::vector<AgentNumber> agents;
  for (AgentNumber agent : asked) {
    if (books.agents.contains(agent) && is_open(books, agent)) agents.push_back(agent);
  }
  for (Stage stage : {Stage::kGuarantees, Stage::kEverybody}) {
    allocation::shuffle(agents, books.random);
    for (AgentNumber agent : agents) visit(books, agent, stage);
  }
  make_offers(books);
}

std::set<AgentNumber> all_agents(const Books& books) {
  std::set<AgentNumber> all;
  for (const auto& [number, agent] : books.agents) all.insert(number);
  return all;
}

void forget_asked(Books& books) {
  books.batch.asked.reset();
  books.batch.asked_for_all = false;
  books.batch.asked_for.clear();
}

void arm_timer(Books& books, Instant at, Instant now) {
  if (at + books.config.interval <= now) at = now;
  books.batch.timer_armed = at;
  books.batch.timer_due = at + books.config.interval;
}

}  // namespace

void run_what_is_due(Books& books, Instant now, const allocation::Event& event) {
  Batch& batch = books.batch;
  if (batch.timer_due.is_never()) arm_timer(books, now, now);
  bool is_time = std::holds_alternative<allocation::TimePassed>(event);
  if (batch.asked && (*batch.asked < now || is_time)) {
    Instant as_of = *batch.asked;
    std::set<AgentNumber> agents = batch.asked_for_all ? all_agents(books) : batch.asked_for;
    forget_asked(books);
    run(books, as_of, agents);
  }
  if (batch.timer_due <= now) {
    // Timers of one instant end in the order in which they were armed.
    std::erase_if(batch.filters, [&](const Filter& filter) {
      return filter.until < batch.timer_due ||
             (filter.until == batch.timer_due && filter.armed < batch.timer_armed);
    });
    run(books, batch.timer_due, all_agents(books));
    arm_timer(books, batch.timer_due, now);
  }
  std::erase_if(batch.filters, [&](const Filter& filter) { return filter.until <= now; });
}

std::optional<std::set<AgentNumber>> run_asked_by(const Books& books,
                                                  const allocation::Event& event) {
  std::set<AgentNumber> agents;
  if (const auto* added = std::get_if<allocation::AgentAdded>(&event)) {
    agents.insert(added->agent.index);
  }
  const auto* changed = std::get_if<allocation::AgentChanged>(&event);
  if (changed != nullptr && books.agents.contains(changed->agent.index)) {
    const Agent& agent = books.agents.at(changed->agent.index);
    bool is_other = agent.total != changed->total || agent.attributes != changed->attributes;
    if (is_other) agents.insert(changed->agent.index);
  }
  const auto* added = std::get_if<allocation::FrameworkAdded>(&event);
  const auto* activated = std::get_if<allocation::FrameworkActivated>(&event);
  bool is_all = (added != nullptr && added->active) ||
                (activated != nullptr && activated->active) ||
                std::holds_alternative<allocation::RolesRevived>(event);
  if (is_all) return std::nullopt;
  return agents;
}

void ask_for_run(Books& books, const std::optional<std::set<AgentNumber>>& agents) {
  if (agents && agents->empty()) return;
  if (!books.batch.asked) books.batch.asked = books.now;
  if (!agents) books.batch.asked_for_all = true;
  if (agents) books.batch.asked_for.insert(agents->begin(), agents->end());
}

}  // namespace fairlead::twin
