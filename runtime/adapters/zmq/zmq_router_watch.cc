// The Router's looks: keys that left the allow-list, and who fills the memory.
#include <set>
#include <utility>

#include "runtime/adapters/log/log.h"
#include "runtime/adapters/zmq/zmq_router.h"

namespace fairlead {

void ZmqRouter::look() {
  ++looks_;
  socket_->has_input();  // takes in who has gone
  pump_->look_again();
  end_revoked();
  watch_memory();
}

void ZmqRouter::end_revoked() {
  if (!options_.keys) return;
  AllowList& list = options_.zap->allow_list();
  Status fresh = list.refresh();
  std::string trouble = fresh.ok() ? std::string() : fresh.error().message;
  if (trouble != list_trouble_ && !trouble.empty()) {
    log_line(LogLevel::kError, "allow_list_unreadable",
             {{"error", trouble}, {"hint", "the keys of the last good version stay in force"}});
  }
  list_trouble_ = std::move(trouble);
  if (list.revision() == revision_seen_) return;
  revision_seen_ = list.revision();
  for (ConnectionId id : links_.all()) {
    Link& link = *links_.look_up(id);
    if (is_still_allowed(link)) continue;
    hang_up(link.routing_id, link.descriptor, link.principal, link.key);
    close_link(id);
  }
}

bool ZmqRouter::is_alive(std::uint32_t routing_id) {
  return send_raw(routing_id, {}) != SendOutcome::kGone;
}

void ZmqRouter::hang_up(std::uint32_t routing_id, int descriptor, const Principal& owner,
                        std::string_view key) {
  if (!is_alive(routing_id) || !shut_down(descriptor)) return;
  count(counters_.shut_revoked);
  log_line(LogLevel::kWarning, "link_shut",
           {{"principal", owner.text},
            {"fingerprint", fingerprint_of(key)},
            {"reason", "the key is not in the allow-list any more, or is another's now"}});
}

std::map<int, ConnectionId> ZmqRouter::owners_of(const std::vector<Connection>& connections) {
  std::set<int> asked;
  for (const Connection& one : connections) asked.insert(one.descriptor);
  std::map<int, ConnectionId> owners;
  for (ConnectionId id : links_.all()) {
    const Link& link = *links_.look_up(id);
    if (!asked.contains(link.descriptor)) continue;
    if (is_alive(link.routing_id)) {
      owners[link.descriptor] = id;
    } else {
      close_link(id);
    }
  }
  return owners;
}

void ZmqRouter::watch_memory() {
  const MemoryBounds& bounds = options_.memory;
  if (bounds.memory_bytes_max == 0) return;
  std::uint64_t memory_bytes = options_.memory_in_use(bounds.memory_bytes_max);
  if (memory_bytes <= bounds.memory_bytes_max) return;
  std::vector<Connection> connections = accepted_connections(port_of(endpoint()));
  // Who sent less is held for less.
  std::erase_if(connections, [&bounds](const Connection& one) {
    return one.received_bytes < bounds.close_bytes_min;
  });
  std::map<int, ConnectionId> owners = owners_of(connections);
  std::vector<HeldConnection> held;
  for (const Connection& one : connections) {
    ConnectionTraffic traffic{.received_bytes = one.received_bytes};
    auto owner = owners.find(one.descriptor);
    const Link* link = owner == owners.end() ? nullptr : links_.look_up(owner->second);
    if (link != nullptr) {
      traffic.taken_bytes = link->taken_bytes;
      traffic.age_looks = looks_ - link->opened_look;
    }
    held.push_back({.descriptor = one.descriptor,
                    .held_bytes = held_bytes(traffic),
                    .has_key = link != nullptr && !link->key.empty()});
  }
  std::optional<Verdict> verdict = judge(memory_bytes, held, bounds);
  if (!verdict) return;
  const HeldConnection& offender = held[verdict->offender];
  auto owner = owners.find(offender.descriptor);
  punish(offender, owner == owners.end() ? std::nullopt : std::optional(owner->second),
         verdict->penalty, memory_bytes);
}

void ZmqRouter::punish(const HeldConnection& offender, std::optional<ConnectionId> owner,
                       Penalty penalty, std::uint64_t memory_bytes) {
  bool is_revoked = false;
  std::string principal = "unknown: it never sent a whole message";
  std::string key;
  if (owner) {
    const Link& link = *links_.look_up(*owner);
    principal = link.principal.text;
    key = link.key;
    is_revoked = penalty == Penalty::kRevoke && options_.zap->allow_list().revoke(key);
    close_link(*owner);
  }
  if (is_revoked) count(counters_.keys_revoked);
  if (shut_down(offender.descriptor)) count(counters_.shut_memory);
  log_line(LogLevel::kError, is_revoked ? "memory_key_revoked" : "memory_link_shut",
           {{"principal", principal},
            {"fingerprint", key.empty() ? std::string("none") : fingerprint_of(key)},
            {"held_bytes", offender.held_bytes},
            {"memory_bytes", memory_bytes},
            {"memory_bytes_max", options_.memory.memory_bytes_max}});
}

}  // namespace fairlead
