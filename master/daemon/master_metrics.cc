#include "master/daemon/master_metrics.h"

#include <string_view>

#include "master/daemon/metric_family.h"
#include "master/daemon/task_counts.h"

namespace fairlead {
namespace {

void append_states(std::string& out, const master::MasterState& state) {
  std::map<std::string, std::uint64_t> agents;
  std::uint64_t silent = 0;
  std::map<std::string, std::uint64_t> drains = {{"draining", 0}, {"drained", 0}};
  std::map<std::string, std::uint64_t> frameworks;
  for (std::size_t i = 0; i < state.agents.size(); ++i) {
    if (state.agents[i].phase == master::AgentPhase::kFree) continue;
    ++agents[to_string(state.agents[i].phase)];
    if (state.agents[i].is_silent()) ++silent;
    if (const master::Drain* drain = state.agents[i].drain()) {
      ++drains[drain->record.drained.unix_ms == 0 ? "draining" : "drained"];
    }
  }
  for (const master::FrameworkEntry& framework : state.frameworks) {
    if (framework.phase != master::FrameworkPhase::kFree) ++frameworks[to_string(framework.phase)];
  }
  auto by_state = [&](std::string_view name, std::string_view help, const auto& counts) {
    MetricFamily family(out, name, "gauge", help);
    for (const auto& [word, count] : counts) family.sample("state", word, count);
  };
  by_state("agents", "Agents by state.", agents);
  by_state("frameworks", "Frameworks by state.", frameworks);
  by_state("tasks", "Tasks that the master answers for, by state.", count_tasks(state).by_state);
  by_state("drains", "Agents that an operator drains, by what has become of it.", drains);
  MetricFamily(out, "agents_silent", "gauge", "Silent agents that --agent-removals-max keeps.")
      .sample(silent);
  MetricFamily(out, "offers_outstanding", "gauge", "Offers that wait for an answer.")
      .sample(state.offers.size());
  MetricFamily(out, "launches_total", "counter", "Launches sent to agents.")
      .sample(state.launches_total);
  MetricFamily(out, "offers_total", "counter", "Offers made.").sample(state.offers_total);
  MetricFamily reclaims(out, "reclaims_total", "counter",
                        "Frameworks told to give something back, by why.");
  for (ReclaimKind kind :
       {ReclaimKind::kGuarantee, ReclaimKind::kPriority, ReclaimKind::kFairness}) {
    reclaims.sample("kind", to_string(kind), state.reclaims_total[static_cast<std::size_t>(kind)]);
  }
  MetricFamily(out, "reclaims_open", "gauge", "Those that wait for room.")
      .sample(state.reclaims.size());
  append_leadership(out, state.epoch.number, state.leads);
}

void append_roles(std::string& out, const AllocatorCore& allocator) {
  MetricFamily family(out, "role_dominant_share_ratio", "gauge", "Dominant share of a role, 0..1.");
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
  MetricFamily rejects(out, "rejects_total", "counter",
                       "Peers' requests that were refused, by kind.");
  for (const auto& [kind, count] : rejects_) rejects.sample("kind", kind, count);
  const PeerLinkCounters& links = links_.counters();
  MetricFamily(out, "envelopes_received_total", "counter", "Envelopes received.")
      .sample(links.envelopes_in);
  MetricFamily(out, "envelopes_sent_total", "counter", "Envelopes sent.")
      .sample(links.envelopes_out);
  MetricFamily(out, "messages_received_total", "counter", "Messages received.")
      .sample(links.messages_in);
  MetricFamily(out, "messages_sent_total", "counter", "Messages sent.").sample(links.messages_out);
  MetricFamily(out, "envelopes_refused_total", "counter", "Envelopes that could not be decoded.")
      .sample(links.refused);
  MetricFamily(out, "link_gaps_total", "counter", "Envelopes that were missing.")
      .sample(links.gaps);
  MetricFamily(out, "links", "gauge", "Links to peers.").sample(links_.size());
  MetricFamily(out, "received_bytes_total", "counter", "Bytes received from peers.")
      .sample(transport_.bytes_received.load());
  MetricFamily(out, "sent_bytes_total", "counter", "Bytes sent to peers.")
      .sample(transport_.bytes_sent.load());
  MetricFamily shut(out, "links_shut_total", "counter",
                    "Connections that the master ended, by reason.");
  shut.sample("reason", "revoked", transport_.shut_revoked.load());
  shut.sample("reason", "memory", transport_.shut_memory.load());
  MetricFamily(out, "keys_revoked_total", "counter", "Keys that the watch on memory revoked.")
      .sample(transport_.keys_revoked.load());
  return out;
}

}  // namespace fairlead
