#include "master/daemon/master_metrics.h"

#include <string_view>

namespace fairlead {
namespace {

/// One metric family in Prometheus' text format.
class Family {
 public:
  Family(std::string& out, std::string_view name, std::string_view type, std::string_view help)
      : out_(out), name_(name) {
    out_ += "# HELP fairlead_master_" + name_ + " " + std::string(help) + "\n";
    out_ += "# TYPE fairlead_master_" + name_ + " " + std::string(type) + "\n";
  }
  void sample(std::uint64_t value) { line("", std::to_string(value)); }
  /// Label values come from our own fixed words: nothing to escape.
  void sample(std::string_view label, std::string_view label_value, std::uint64_t value) {
    line("{" + std::string(label) + "=\"" + std::string(label_value) + "\"}",
         std::to_string(value));
  }
  void line(const std::string& labels, const std::string& value) {
    out_ += "fairlead_master_" + name_ + labels + " " + value + "\n";
  }

 private:
  std::string& out_;
  std::string name_;
};

void append_states(std::string& out, const master::MasterState& state) {
  std::map<std::string, std::uint64_t> agents;
  std::uint64_t silent = 0;
  std::map<std::string, std::uint64_t> drains = {{"draining", 0}, {"drained", 0}};
  std::map<std::string, std::uint64_t> tasks;
  std::map<std::string, std::uint64_t> frameworks;
  for (std::size_t i = 0; i < state.agents.size(); ++i) {
    if (state.agents[i].phase == master::AgentPhase::kFree) continue;
    ++agents[to_string(state.agents[i].phase)];
    silent += state.agents[i].is_silent() ? 1 : 0;
    if (const master::Drain* drain = state.agents[i].drain()) {
      ++drains[drain->record.drained.unix_ms == 0 ? "draining" : "drained"];
    }
    AgentHandle agent{static_cast<std::uint32_t>(i)};
    for (std::uint32_t slot = state.tasks.first_of(agent); slot != master::kNoSlot;
         slot = state.tasks.next_of_agent(slot)) {
      ++tasks[to_string(state.tasks[slot].state)];
    }
  }
  for (const master::FrameworkEntry& framework : state.frameworks) {
    if (framework.phase != master::FrameworkPhase::kFree) ++frameworks[to_string(framework.phase)];
  }
  auto by_state = [&](std::string_view name, std::string_view help, const auto& counts) {
    Family family(out, name, "gauge", help);
    for (const auto& [word, count] : counts) family.sample("state", word, count);
  };
  by_state("agents", "Agents by state.", agents);
  by_state("frameworks", "Frameworks by state.", frameworks);
  by_state("tasks", "Tasks that the master answers for, by state.", tasks);
  by_state("drains", "Agents that an operator drains, by what has become of it.", drains);
  Family(out, "agents_silent", "gauge", "Silent agents that --agent-removals-max keeps.")
      .sample(silent);
  Family(out, "offers_outstanding", "gauge", "Offers that wait for an answer.")
      .sample(state.offers.size());
  Family(out, "launches_total", "counter", "Launches sent to agents.").sample(state.launches_total);
  Family(out, "offers_total", "counter", "Offers made.").sample(state.offers_total);
  Family(out, "epoch", "gauge", "Leader epoch.").sample(state.epoch.number);
  Family(out, "leads", "gauge", "1 while it leads.").sample(state.leads ? 1 : 0);
}

void append_roles(std::string& out, const AllocatorCore& allocator) {
  Family family(out, "role_dominant_share_ratio", "gauge", "Dominant share of a role, 0..1.");
  for (const RoleShare& share : allocator.role_shares()) {
    std::string digits = std::to_string(1000 + share.per_mille % 1000).substr(1);
    family.line("{role=\"" + share.role.text + "\"}",
                std::to_string(share.per_mille / 1000) + "." + digits);
  }
}

}  // namespace

std::string MasterMetrics::text() const {
  std::string out;
  append_states(out, core_.state());
  append_roles(out, core_.allocator());
  Family rejects(out, "rejects_total", "counter", "Peers' requests that were refused, by kind.");
  for (const auto& [kind, count] : rejects_) rejects.sample("kind", kind, count);
  const PeerLinkCounters& links = links_.counters();
  Family(out, "envelopes_received_total", "counter", "Envelopes received.")
      .sample(links.envelopes_in);
  Family(out, "envelopes_sent_total", "counter", "Envelopes sent.").sample(links.envelopes_out);
  Family(out, "messages_received_total", "counter", "Messages received.").sample(links.messages_in);
  Family(out, "messages_sent_total", "counter", "Messages sent.").sample(links.messages_out);
  Family(out, "envelopes_refused_total", "counter", "Envelopes that could not be decoded.")
      .sample(links.refused);
  Family(out, "link_gaps_total", "counter", "Envelopes that were missing.").sample(links.gaps);
  Family(out, "links", "gauge", "Links to peers.").sample(links_.size());
  Family(out, "received_bytes_total", "counter", "Bytes received from peers.")
      .sample(transport_.bytes_received.load());
  Family(out, "sent_bytes_total", "counter", "Bytes sent to peers.")
      .sample(transport_.bytes_sent.load());
  Family shut(out, "links_shut_total", "counter", "Connections that the master ended, by reason.");
  shut.sample("reason", "revoked", transport_.shut_revoked.load());
  shut.sample("reason", "memory", transport_.shut_memory.load());
  Family(out, "keys_revoked_total", "counter", "Keys that the watch on memory revoked.")
      .sample(transport_.keys_revoked.load());
  return out;
}

}  // namespace fairlead
